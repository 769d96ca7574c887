"""The forms in which a text comes off a device: paged, echoed, abbreviated, of other versions and of other people."""

from types import ModuleType

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import cisco_ios, ruijie
from inventory.platforms.access_lists import lists
from inventory.platforms.ioslike.access import hashed
from tests.unit.inventory.platforms.cisco_ios.test_golden import GOLDEN as IOS
from tests.unit.inventory.platforms.ioslike.golden import NAMES, Golden
from tests.unit.inventory.platforms.ruijie.test_golden import GOLDEN as RGOS

VTY = "line vty 0 4\n login local\n transport input ssh\nenable service ssh-server\n"
BOTH = pytest.mark.parametrize(("platform", "golden"), [(cisco_ios, IOS), (ruijie, RGOS)], ids=["ios", "rgos"])


def _read(text: str, platform: ModuleType = cisco_ios) -> DeviceConfig:
    parsed = platform.parse(f"{text}\n{VTY}")
    assert parsed.unparsed == ()
    return parsed.config  # type: ignore[no-any-return]


def _unparsed(text: str, platform: ModuleType = cisco_ios) -> list[tuple[int, str]]:
    return [(line.line, line.text) for line in platform.parse(f"{text}\n{VTY}").unparsed]


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_paging_echo_prompts_and_line_ends_change_nothing(platform: ModuleType, golden: Golden, name: str) -> None:
    lines = golden.text(name).splitlines()
    paged = " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08"
    lines = [f"{paged}{line}" if n % 24 == 23 else line for n, line in enumerate(lines)]
    head = ["sw-1#terminal length 0", "sw-1#show running-config", "Building configuration...", "",
            "Current configuration : 3355 bytes", "!", "! Last configuration change at 08:00:00 CST",
            "version 15.2"]  # fmt: skip
    parsed = platform.parse("\r\n".join([*head, *lines, "", "sw-1#"]))
    assert parsed.unparsed == ()
    assert parsed.config == golden.config(name)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("logging host 10.1.0.10", "logging 10.1.0.10"),
        ("vlan 102,103,200", "vlan 102-103,200"),
        ("vlan 102,103,200", "vlan 102\n!\nvlan 103\n!\nvlan 200"),
        (" switchport trunk allowed vlan 91,101-103\n", " switchport trunk allowed vlan 91\n"
         " switchport trunk allowed vlan add 101-103\n switchport trunk encapsulation dot1q\n"
         " switchport nonegotiate\n"),
        (" switchport trunk allowed vlan 91,101-103\n", " switchport trunk allowed vlan except 1-90,92-100,104-4094\n"),
        (" switchport trunk allowed vlan 91,101-103\n", " switchport trunk allowed vlan 91,101-103\n"
         " switchport trunk native vlan 999\n"),
        ("eq www", "eq 80"),
        (" permit tcp 10.21.1.0 0.0.0.255 host 10.1.0.20 eq www\n permit tcp 10.21.1.0 0.0.0.255 host 10.1.0.20 eq 443",
         " 50 permit tcp 10.21.1.0 0.0.0.255 host 10.1.0.20 eq www 443"),
        (" remark rest\n deny   ip any any\n", ""),
        (" deny   ip any host 10.255.1.1\n", " deny ip any host 10.255.1.1\n"),
        ("lldp run\n", "lldp run\naaa new-model\naaa authorization exec default local\naaa session-id common\n"),
        (" ip ospf 1 area 0.0.0.0\n", " ip ospf 1 area 0\n"),
        (" ip ospf hello-interval 1\n", " ip ospf hello-interval 1\n ip ospf dead-interval 4\n"),
        (" passive-interface Loopback0\n passive-interface Vlan91\n",
         " passive-interface default\n no passive-interface TenGigabitEthernet1/1/1\n"),
        (" ip address 10.20.1.2 255.255.255.248\n ip address 10.20.2.1 255.255.255.0 secondary\n",
         " ip address 10.20.2.1 255.255.255.0 secondary\n ip address 10.20.1.2 255.255.255.248\n"),
        ("ip domain lookup", "ip domain-lookup"),
        ("snmp-server enable traps\n", "snmp-server enable traps snmp linkdown\nsnmp-server enable traps ospf\n"),
        ("banner login ^CQinglan County: authorised staff only^C",
         "banner login ^C\nQinglan County: authorised staff only\n^C"),
        ("banner login ^CQinglan County: authorised staff only^C",
         "banner login \x03Qinglan County: authorised staff only\x03"),
        ("username netadmin privilege 15", "username netadmin privilege 15 secret 9 $9$abc$def"),
        ("  exit-vrrp\n", " exit-vrrp\n"),
        (" login local\n", " exec-timeout 10 0\n login local\n logging synchronous\n"),
        ("   key-hash ssh-rsa 8675E24602CB6058C76B631ED210D216",
         "   key-hash ssh-rsa 8675E24602CB6058C76B631ED210D216 netadmin@station"),
        ("lldp run\n", "lldp run\nno aaa new-model\nip cef\nspanning-tree mode rapid-pvst\nno ip http server\n"),
    ],
)  # fmt: skip
def test_other_writings_of_ios_mean_the_same(mine: str, theirs: str) -> None:
    text = IOS.text("core")
    assert mine in text
    parsed = cisco_ios.parse(text.replace(mine, theirs))
    assert parsed.unparsed == ()
    assert parsed.config == IOS.config("core")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("interface VLAN 91\n", "interface vlan 91\n"),
        ("interface GigabitEthernet 0/1\n", "interface gigabitEthernet 0/1\n"),
        ("passive-interface VLAN 91", "passive-interface vlan 91"),
        (" switchport trunk allowed vlan only 91,101-103\n",
         " switchport trunk allowed vlan remove 1-90,92-100,104-4094\n"),
        ("255.255.0.0 Null 0 250", "255.255.0.0 null 0 250"),
        (" ip address 10.254.0.5 255.255.255.252", " ip address 10.254.0.5 30"),
        ("vlan range 1,102,103,200", "vlan range 102-103\n!\nvlan 200"),
        ("enable service ssh-server", "enable service ssh-server\nno enable service telnet-server"),
        (" network 10.254.0.5 0.0.0.0 area 0.0.0.0\n", " network 10.254.0.4 0.0.0.3 area 0\n"),
        ("snmp-server host 10.255.0.10 traps version", "snmp-server host 10.255.0.10 version"),
        (" 10 permit tcp any host 10.255.1.1 established\n", " permit tcp any host 10.255.1.1 established\n"),
        ("end\n", "sysmac 8005.88d0.88e1\n!\nnfpp\n!\ncwmp\n!\ninstall 0 S5750-24GT\n!\nend\n"),
    ],
)  # fmt: skip
def test_other_writings_of_rgos_mean_the_same(mine: str, theirs: str) -> None:
    text = RGOS.text("core")
    assert mine in text
    parsed = ruijie.parse(text.replace(mine, theirs))
    assert parsed.unparsed == ()
    assert parsed.config == RGOS.config("core")


@pytest.mark.parametrize(
    "text",
    [
        "interface GigabitEthernet0/1\n ip address dhcp",
        "interface GigabitEthernet0/1\n ip access-group 101 in",
        "interface GigabitEthernet0/1\n ip vrf forwarding red",
        "interface Tunnel0\n ip address 10.0.0.1 255.255.255.0",
        "ip access-list extended unused\n permit ip any any",
        "ip route 10.0.0.0 255.255.255.0 GigabitEthernet0/1",
        "ip route 10.0.0.1 255.255.255.0 10.0.0.2",
        "ip route ٣.0.0.0 255.0.0.0 10.0.0.2",
        "vtp mode server",
        "no ip routing\nip route 10.0.0.0 255.0.0.0 10.0.0.1",
        "no ip routing\nip default-gateway 10.0.0.1\nip default-gateway 10.0.0.2",
        "ip routing\nip default-gateway 10.0.0.1",
        "ip http server",
        "snmp-server community public RO",
        "banner login ^C\ntwo\nlines\n^C",
        "interface GigabitEthernet0/1\n switchport mode dynamic auto",
        "router ospf 1\n router-id 1.1.1.1\n redistribute static",
        "no ip domain lookup\nip name-server 10.0.0.1",
        "ip ssh version ²",
        "enable service telnet-server",
        "hostname R1",
    ],
)
def test_what_cannot_be_held_is_listed_where_it_stands(text: str) -> None:
    assert _unparsed(text)
    assert {line for line, _ in _unparsed(text)} <= set(range(len(text.splitlines()) + 1))


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("interface GigabitEthernet0/1\n switchport access vlan 5\nvlan 5", "one mode of switching"),
        ("interface Vlan1\n ip address 10.0.0.2 255.255.255.0\n vrrp 1 address-family ipv4\n  address 10.0.0.1 primary",
         "fhrp version vrrp v3"),
        ("router ospf 1", "router-id"),
        ("username a secret 9 x", "username a privilege 15"),
        ("line vty 5 15\n transport input ssh", "login local"),
        ("line vty 5 15\n login local", "transport input ssh"),
        ("router ospf 1\n router-id 1.1.1.1\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.0\n"
         " ip ospf 1 area 0",
         "ip ospf network point-to-point"),
    ],
)  # fmt: skip
def test_a_line_that_would_have_to_be_there_is_named(text: str, lacking: str) -> None:
    assert (0, f"lacking: {lacking}") in _unparsed(text)


def test_a_numbered_list_with_its_implicit_end_is_read_as_a_list_of_the_port() -> None:
    config = _read(
        "access-list 101 permit tcp any any established\naccess-list 101 deny udp any any gt 65533\n"
        "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n ip access-group 101 in"
    )
    rules = lists(config)["GigabitEthernet0/0"]
    assert [(rule.action, rule.state, rule.ports) for rule in rules] == [
        ("accept", "established", ()),
        ("drop", None, (65534, 65535)),
        ("drop", None, ()),
    ]


def test_entries_stand_by_their_numbers() -> None:
    config = _read(
        "ip access-list extended x\n 30 deny ip any any\n 20 permit icmp any any\n"
        "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n ip access-group x in"
    )
    assert [rule.protocol for rule in lists(config)["GigabitEthernet0/0"]] == ["icmp", None]


def test_a_list_for_translation_may_be_a_standard_one() -> None:
    config = _read(
        "access-list 1 permit 10.21.0.0 0.0.255.255\n"
        "ip nat inside source list 1 interface GigabitEthernet0/0 overload\n"
        "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n ip nat outside\n"
        "interface GigabitEthernet0/1\n ip address 10.21.0.1 255.255.255.0\n ip nat inside"
    )
    assert [(rule.kind, str(rule.sources[0])) for rule in config.nat] == [("source", "10.21.0.0/16")]


def test_a_list_that_is_asked_before_translation_is_not_taken_for_one_after() -> None:
    text = IOS.text("gateway").replace(" permit udp any eq domain any", " permit udp any eq domain host 203.0.113.3")
    listed = [line.text for line in cisco_ios.parse(text).unparsed]
    assert "ip access-group in-GigabitEthernet0-0-0 in" in listed


def test_a_bare_switch_port_is_access_to_vlan_1_and_a_router_port_is_not() -> None:
    switch = _read("vlan 5\ninterface GigabitEthernet1/0/1\n!\ninterface Vlan5\n no ip address")
    router = _read("interface GigabitEthernet0/1\n no ip address")
    assert switch.interfaces[0].switchport
    assert switch.interfaces[0].switchport.access == 1
    assert router.interfaces[0].switchport is None
    assert (switch.forwarding, router.forwarding) == (False, True)


def test_a_key_is_what_the_device_prints_of_it() -> None:
    assert hashed("ssh-rsa AAAAB3NzaC1yc2E=") == "ssh-rsa-md5 1507B5D4F7DC4A5814513862C740B755"
    assert hashed("ssh-ed25519 AAAA") == "ssh-ed25519 AAAA"
    assert hashed("ssh-rsa not base64") == "ssh-rsa not base64"
