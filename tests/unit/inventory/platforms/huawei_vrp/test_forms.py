"""The forms in which a text comes off a device: paged, echoed, enciphered, abbreviated, of VRP5 and of VRP8."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import StaticRoute
from inventory.platforms import huawei_vrp
from tests.unit.inventory.platforms.huawei_vrp.test_golden import NAMES, config_of, text_of

ACL = "acl number 3001\n rule 10 deny ip\n rule 5 permit tcp destination 10.1.0.9 0 destination-port eq www\n"
PAGED = "  ---- More ----\x1b[42D                                          \x1b[42D"


def _unparsed(text: str) -> list[tuple[str, int, str]]:
    found = huawei_vrp.parse(f"{text}\n#\nstelnet server enable\n").unparsed
    return [(line.section, line.line, line.text) for line in found]


@pytest.mark.parametrize("name", NAMES)
def test_paging_echo_prompts_and_line_ends_change_nothing(name: str) -> None:
    lines = text_of(name).splitlines()
    lines = [f"{PAGED}{line}" if n % 24 == 23 else line for n, line in enumerate(lines)]
    head = [
        "<sw-1>display current-configuration",
        "!Software Version V200R019C10SPC500",
        "!Last commit 2026-01-01",
        "#",
    ]
    parsed = huawei_vrp.parse("\r\n".join([*head, *lines, "<sw-1>"]))
    assert parsed.unparsed == ()
    assert parsed.config == config_of(name)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("ntp-service unicast-server 10.1.0.10", "ntp unicast-server 10.1.0.10"),
        ("ntp-service unicast-server 10.1.0.10", "ntp server 10.1.0.10"),
        ("ntp-service source-interface LoopBack0", "ntp source-interface LoopBack0"),
        ("vlan batch 91 101 to 103 200", "vlan batch 91 101 102\nvlan batch 103\n#\nvlan 200"),
        (" description mgmt-agg-1", " name mgmt-agg-1"),
        (" area 0.0.0.0\n", " area 0\n"),
        (" undo portswitch\n shutdown\n", " shutdown\n undo portswitch\n negotiation auto\n"),
        ("ospf 1 router-id 10.255.1.1", "router id 10.255.1.1\n#\nospf 1"),
        ("10.21.1.0 255.255.255.0", "10.21.1.0 24"),
        (
            " ospf enable 1 area 0.0.0.0\n#\nospf 1 router-id 10.255.1.1\n",
            "#\nospf 1 router-id 10.255.1.1\n area 0.0.0.0\n  network 10.255.1.1 0.0.0.0\n",
        ),
        ("stelnet server enable", "stelnet ipv4 server enable"),
        ('information "Qinglan County: authorised staff only"', "information %Qinglan County: authorised staff only%"),
        ("privilege level 15", "level 15"),
        ("sysname core-1", " sysname core-1"),
    ],
)
def test_two_writings_have_one_meaning(mine: str, theirs: str) -> None:
    text = text_of("core")
    assert mine in text
    parsed = huawei_vrp.parse(text.replace(mine, theirs))
    assert parsed.unparsed == ()
    assert parsed.config == config_of("core")


def test_a_bare_port_of_a_switch_is_in_vlan_1() -> None:
    config = huawei_vrp.parse("vlan batch 5\n#\ninterface GigabitEthernet0/0/7\n#\n").config
    (item,) = config.interfaces
    assert item.switchport
    assert (item.switchport.mode, item.switchport.access) == ("access", 1)


def test_a_trunk_carries_vlan_1_until_it_is_told_not_to() -> None:
    text = "vlan batch 5\n#\ninterface GE1/0/7\n port link-type trunk\n port trunk allow-pass vlan 5\n"
    (item,) = huawei_vrp.parse(text).config.interfaces
    assert item.switchport
    assert item.switchport.trunk == (1, 5)


def test_all_vlans_are_many() -> None:
    text = "interface GE1/0/7\n port link-type trunk\n port trunk allow-pass vlan all\n"
    (item,) = huawei_vrp.parse(text).config.interfaces
    assert item.switchport
    assert len(item.switchport.trunk) == 4094


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("ip route-static 10.0.0.0 255.0.0.0 Vlanif5 10.1.1.1", 1),
        ("ip route-static 10.0.0.0 255.0.0.0 10.1.1.1 track nqa a b", 1),
        ("ip route-static vpn-instance x 10.0.0.0 255.0.0.0 10.1.1.1", 1),
        ("ip route-static 10.0.0.1 255.0.0.0 10.1.1.1", 1),
        ("vlan batch 10 to 5", 1),
        ("vlan batch 4095", 1),
        ("acl number 3001\n rule 5 permit ip", 2),
        ("ip address-set x type object\n address 0 10.0.0.0 mask 8", 2),
        ("snmp-agent\nsnmp-agent community read cipher abcdefgh", 2),
        ("snmp-agent\nsnmp-agent usm-user v3 x group y", 2),
        ("telnet server enable", 1),
        ("http server enable", 1),
        ("aaa\n local-user x service-type telnet", 2),
        ("interface GE1/0/1\n port trunk pvid vlan 5", 0),
        ("interface GE1/0/1\n eth-trunk 1", 2),
        ("interface GE1/0/1\n traffic-filter inbound acl 3001", 2),
        ("interface Vlanif5\n traffic-filter outbound acl 3001", 2),
        (f"{ACL}interface GE1/0/1\n port link-type access\n traffic-filter inbound acl 3001", 6),
        (f"{ACL} rule 15 permit tcp tcp-flag syn\n#\ninterface Vlanif5\n traffic-filter inbound acl 3001", 4),
        (f"{ACL} rule 15 permit tcp tcp-flag syn\n#\ninterface Vlanif5\n traffic-filter inbound acl 3001", 7),
        ("ike peer x\n pre-shared-key cipher y", 2),
        ("ntp-service unicast-server 10.1.1.1 authentication-keyid 1", 1),
        ("info-center loghost source LoopBack9", 1),
        ('header login information "\nseveral\nlines\n"', 3),
        ("rsa peer-public-key x encoding-type openssh\n public-key-code begin\n  ssh-rsa AAAA", 3),
        ("user-interface vty 0 4\n protocol inbound all", 2),
        ("user-interface vty 0 4\n authentication-mode none", 2),
        ("security-policy\n rule name a\n  source-zone nowhere\n  action permit", 3),
        ("security-policy\n rule name a\n  application app QQ\n  action permit", 3),
        ("[~sw-1]interface GE1/0/1", 1),
        ("<sw-1>reboot", 1),
        ("#comment", 1),
        ("firewall packet-filter default permit interzone local trust", 1),
        ("bgp 65001\n #\n ipv4-family vpnv4\n  policy vpn-target", 4),
    ],
)
def test_what_the_model_cannot_hold_is_listed_where_it_stands(line: str, number: int) -> None:
    assert number in [found[1] for found in _unparsed(line)], _unparsed(line)


def test_a_section_is_the_head_of_the_block() -> None:
    assert ("interface GE1/0/1", 2, "eth-trunk 1") in _unparsed("interface GE1/0/1\n eth-trunk 1\n")


def test_a_policy_of_somebody_else_keeps_sessions() -> None:
    text = (
        "firewall zone trust\n set priority 85\n add interface GigabitEthernet1/0/1\n#\n"
        "firewall zone untrust\n set priority 5\n add interface GigabitEthernet1/0/2\n#\n"
        "ip address-set servers type object\n address 0 10.1.0.0 mask 24\n#\n"
        "security-policy\n default action deny\n rule name Web Out\n  source-zone trust\n  destination-zone untrust\n"
        "  destination-address address-set servers\n  service http dns\n  action permit\n"
        " rule name ssh\n  source-zone trust\n  destination-zone local\n  service ssh\n  action permit\n"
    )
    assert _unparsed(text) == []
    filters = {item.hook: item for item in huawei_vrp.parse(text).config.filters}
    assert {item.default for item in filters.values()} == {"drop"}
    assert [rule.state for rule in filters["forward"].rules[:2]] == ["invalid", "established"]
    rules = [(rule.name, rule.protocol, rule.ports) for rule in filters["forward"].rules[2:]]
    assert rules == [("web-out", "tcp", (53, 80)), ("web-out", "udp", (53,))]
    assert [rule.in_interfaces for rule in filters["input"].rules[2:]] == [("GigabitEthernet1/0/1",)]
    assert filters["output"].rules[2:] == ()


def test_a_policy_without_a_default_denies() -> None:
    text = "security-policy\n rule name a\n  action permit\n"
    assert {item.default for item in huawei_vrp.parse(text).config.filters} == {"drop"}


def test_nat_at_an_interface_is_read() -> None:
    text = (
        "acl number 2000\n rule 5 permit source 10.0.0.0 0.255.255.255\n#\ninterface GigabitEthernet0/0/1\n"
        " nat outbound 2000\n nat server protocol tcp global 203.0.113.9 www inside 10.1.0.2 www\n"
    )
    assert _unparsed(text) == []
    nat = huawei_vrp.parse(text).config.nat
    assert [(rule.kind, rule.interface, rule.ports) for rule in nat] == [
        ("destination", "GigabitEthernet0/0/1", (80,)),
        ("source", "GigabitEthernet0/0/1", ()),
    ]


def test_an_access_list_at_a_routed_port_meets_what_goes_to_the_device_and_through_it() -> None:
    text = f"{ACL}#\ninterface Vlanif5\n ip address 10.0.0.1 24\n traffic-filter inbound acl 3001\n"
    assert _unparsed(text) == []
    filters = huawei_vrp.parse(text).config.filters
    assert [(item.hook, item.default) for item in filters] == [("forward", "accept"), ("input", "accept")]
    assert filters[0].rules == filters[1].rules
    first, second = filters[0].rules
    assert (first.action, first.protocol, first.ports, first.in_interfaces) == ("accept", "tcp", (80,), ("Vlanif5",))
    assert (second.action, second.protocol) == ("drop", None)


def test_one_user_with_a_password_means_that_passwords_sign_in() -> None:
    aaa = "aaa\n local-user a privilege level 15\n local-user a service-type ssh\n#\n"
    text = f"{aaa}ssh user a\nssh user a authentication-type password\n"
    assert _unparsed(text) == []
    assert huawei_vrp.parse(text).config.ssh.password_login
    both = f"{text}#\n{aaa.replace(' a ', ' b ')}ssh user b authentication-type publickey\n"
    assert [line for _, _, line in _unparsed(both)] == ["ssh user b authentication-type publickey"]


def test_what_a_switch_comes_with_is_understood_while_its_blocks_are_empty() -> None:
    text = (
        "diffserv domain default\n#\ndrop-profile default\n#\naaa\n authentication-scheme default\n"
        "  authentication-mode local\n domain default\n  authentication-scheme default\n#\nundo http server enable\n#\n"
        "interface NULL0\n#\nuser-interface con 0\n authentication-mode password\n#\n"
    )
    assert _unparsed(text) == []
    assert [found[2] for found in _unparsed("aaa\n authentication-scheme default\n  authentication-mode radius\n")] == [
        "authentication-mode radius"
    ]
    assert [found[2] for found in _unparsed("drop-profile default\n color red low-limit 5\n")] == [
        "color red low-limit 5"
    ]


def test_another_preference_is_another_route() -> None:
    (route,) = huawei_vrp.parse("ip route-static 0.0.0.0 0.0.0.0 10.0.0.1\n").config.routes
    assert route == StaticRoute.model_validate({"prefix": "0.0.0.0/0", "next_hop": "10.0.0.1", "distance": 60})


@given(st.text(max_size=400))
@settings(deadline=None, max_examples=80)
def test_no_text_makes_it_raise(text: str) -> None:
    huawei_vrp.parse(text)
    huawei_vrp.parse(f"interface GE1/0/1\n {text}")
    huawei_vrp.parse(f"security-policy\n rule name a\n  {text}")
    huawei_vrp.mask(text)


SHUFFLED = [line for name in NAMES for line in text_of(name).splitlines()]


@given(st.lists(st.sampled_from(SHUFFLED), max_size=80).map("\n".join))
@settings(deadline=None, max_examples=150)
def test_no_shuffle_of_our_lines_makes_it_raise(text: str) -> None:
    huawei_vrp.parse(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_cut_anywhere_does_not_make_it_raise(name: str) -> None:
    text = text_of(name)
    for end in range(0, len(text), 37):
        huawei_vrp.parse(text[:end])


@given(st.sampled_from(NAMES), st.data())
@settings(deadline=None, max_examples=150)
def test_a_wrong_word_does_not_make_it_raise(name: str, data: st.DataObject) -> None:
    text = text_of(name)
    words = [match.span() for match in re.finditer(r"\S+", text)]
    start, end = data.draw(st.sampled_from(words))
    other = data.draw(
        st.sampled_from(["", "0", "-1", "999999999999", "1.1.1", "undo", "any", "é", "٣", "²", "0.0.0.0", "?"])
    )
    huawei_vrp.parse(text[:start] + other + text[end:])


@pytest.mark.parametrize("other", ["²", "٣", "-1", "999999999999", "1" * 4400])
@pytest.mark.parametrize("name", NAMES)
def test_no_number_written_otherwise_makes_it_raise(name: str, other: str) -> None:
    text = text_of(name)
    numbers = [match.span() for match in re.finditer(r"(?<=\s)\d+(?=\s)", text)]
    for first in range(5):
        changed = text
        for start, end in reversed(numbers[first::5]):
            changed = changed[:start] + other + changed[end:]
        huawei_vrp.parse(changed)
