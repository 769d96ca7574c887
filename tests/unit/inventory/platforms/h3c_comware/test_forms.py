"""The forms in which a text comes off a device: paged, echoed, enciphered, of switches, routers and firewalls."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import StaticRoute
from inventory.platforms import h3c_comware
from tests.unit.inventory.platforms.h3c_comware.test_golden import NAMES, config_of, text_of

ACL = (
    "acl advanced name a\n rule 10 deny ip\n"
    " rule 5 permit tcp destination-port eq www destination 10.1.0.9 0\n rule 5 comment Web server\n"
)
PAGED = [
    "  ---- More ----\x1b[42D                                          \x1b[42D",
    "---- More ----\r                \r",
]
SVI = "interface Vlan-interface5\n ip address 10.0.0.1 24\n"
ROLE = " authorization-attribute user-role network-admin\n"
ZONES = (
    "security-zone name Trust\n import interface GigabitEthernet1/0/1\n#\n"
    "security-zone name Untrust\n import interface GigabitEthernet1/0/2\n#\n"
)


def _unparsed(text: str) -> list[tuple[str, int, str]]:
    found = h3c_comware.parse(f"{text}\n#\nssh server enable\n").unparsed
    return [(line.section, line.line, line.text) for line in found]


@pytest.mark.parametrize("more", PAGED, ids=["escape", "return"])
@pytest.mark.parametrize("name", NAMES)
def test_paging_echo_prompts_and_line_ends_change_nothing(name: str, more: str) -> None:
    lines = text_of(name).splitlines()
    lines = [f"{more}{line}" if n % 24 == 23 else line for n, line in enumerate(lines)]
    head = ["<H3C>display current-configuration", "#", " version 7.1.070, Release 6628P22", "#"]
    parsed = h3c_comware.parse("\r\n".join([*head, *lines, "<H3C>", "[H3C]quit"]))
    assert parsed.unparsed == ()
    assert parsed.config == config_of(name)


@pytest.mark.parametrize(
    ("name", "mine", "theirs"),
    [
        ("access", "vlan 92\n name management", "vlan 92\n description management"),
        ("access", "0.0.0.0 0 10.255.92.1", "0.0.0.0 0.0.0.0 10.255.92.1"),
        ("access", "sysname sw-finance", " sysname sw-finance"),
        ("access", "header login %", "header login information %"),
        ("access", "usm-user v3 countynet countynet simple", "usm-user v3 countynet countynet cipher"),
        ("access", " idle-timeout 10 0\n", ""),
        ("access", ROLE, f"{ROLE} authorization-attribute user-role network-operator\n"),
        ("access", "line vty 0 63\n", "line con 0\n user-role network-admin\n#\nline vty 0 63\n user-role level-3\n"),
        ("access", " service-type ssh\n", " password hash $h$6$abc/d==\n service-type ssh\n"),
        ("core", " area 0.0.0.0\n#", " area 0\n#"),
        ("firewall", "security-zone name GigabitEthernet1_0_2", "security-zone name gigabitethernet1_0_2"),
        ("firewall", "nat address-group 1\n", "nat address-group 1\n#\nnat address-group 1\n"),
        ("firewall", " rule 0 name input-1\n", " rule 0 name input-1\n  counting enable\n"),
        ("firewall", "  service svc-icmp-echo", "  service-port icmp 8 0"),
        ("firewall", "source-ip-host 10.1.0.2\n", "source-ip-subnet 10.1.0.2 255.255.255.255\n"),
        ("cpe", "transform-set countynet1\n esp", "transform-set countynet1\n protocol esp\n esp"),
        ("cpe", "dpd interval 10 periodic", "dpd interval 10 retry 5 periodic"),
    ],
)  # fmt: skip
def test_two_writings_have_one_meaning(name: str, mine: str, theirs: str) -> None:
    text = text_of(name)
    assert mine in text
    changed = text.replace(mine, theirs)
    if "service-port" in theirs:
        changed = changed.replace("object-group service svc-icmp-echo\n 0 service icmp 8 0\n#\n", "")
    parsed = h3c_comware.parse(changed)
    assert parsed.unparsed == ()
    assert parsed.config == config_of(name)


def test_a_network_line_of_ospf_is_read_as_what_the_interface_would_say() -> None:
    at_port = "interface Vlan-interface5\n ip address 10.0.5.1 24\n ospf 1 area 0.0.0.2\n#\nospf 1 router-id 1.1.1.1\n"
    lines = "interface Vlan-interface5\n ip address 10.0.5.1 24\n#\nospf 1 router-id 1.1.1.1\n area 2\n"
    lines += "  network 10.0.0.0 0.0.255.255\n"
    assert _unparsed(at_port) == _unparsed(lines) == []
    assert h3c_comware.parse(at_port).config == h3c_comware.parse(lines).config


def test_what_a_switch_comes_with_is_understood_while_its_blocks_are_empty() -> None:
    text = (
        "#\n version 7.1.070, Release 6628P22\n#\n sysname H3C-like\n#\n irf mac-address persistent timer\n"
        " irf auto-update enable\n undo irf link-delay\n irf member 1 priority 1\n#\n password-recovery enable\n#\n"
        "vlan 1\n#\n stp global enable\n#\ninterface NULL0\n#\ninterface GigabitEthernet1/0/1\n port link-mode bridge\n"
        " combo enable fiber\n#\n scheduler logfile size 16\n#\nline class console\n user-role network-admin\n#\n"
        "line class vty\n user-role network-operator\n#\nline con 0\n user-role network-admin\n#\n"
        "line vty 0 63\n user-role network-operator\n#\ndomain system\n#\n domain default enable system\n#\n"
        "role name level-0\n description Predefined level-0 role\n#\nuser-group system\n#\nreturn\n"
    ).replace("H3C-like", "h3c-like")
    assert _unparsed(text) == []
    config = h3c_comware.parse(text).config
    assert config.vlans == ()
    assert [i.switchport and (i.switchport.mode, i.switchport.access) for i in config.interfaces] == [("access", 1)]
    assert [found[2] for found in _unparsed("domain system\n authentication login radius-scheme x\n")] == [
        "authentication login radius-scheme x"
    ]


def test_a_trunk_carries_vlan_1_until_it_is_told_not_to() -> None:
    text = "vlan 5\n#\ninterface GigabitEthernet1/0/7\n port link-type trunk\n port trunk permit vlan 5 8 to 9\n"
    (item,) = h3c_comware.parse(text).config.interfaces
    assert item.switchport
    assert item.switchport.trunk == (1, 5, 8, 9)
    (item,) = h3c_comware.parse(f"{text} undo port trunk permit vlan 1\n").config.interfaces
    assert item.switchport
    assert item.switchport.trunk == (5, 8, 9)


def test_all_vlans_are_many() -> None:
    text = "interface Bridge-Aggregation1\n port link-type trunk\n port trunk permit vlan all\n"
    (item,) = h3c_comware.parse(text).config.interfaces
    assert item.switchport
    assert len(item.switchport.trunk) == 4094


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("ip route-static 10.0.0.0 8 Vlan-interface5 10.1.1.1", 1),
        ("ip route-static 10.0.0.0 8 10.1.1.1 track 1", 1),
        ("ip route-static vpn-instance x 10.0.0.0 8 10.1.1.1", 1),
        ("ip route-static 10.0.0.1 8 10.1.1.1", 1),
        ("vlan 10 to 5", 1),
        ("vlan 4095", 1),
        (ACL, 1),
        ("interface GigabitEthernet1/0/1\n packet-filter name gone outbound", 2),
        (f"{ACL}#\ninterface GigabitEthernet1/0/1\n port link-mode bridge\n packet-filter name a inbound", 8),
        (f"{ACL} rule 15 permit tcp syn\n#\ninterface Vlan-interface5\n packet-filter name a inbound", 5),
        (f"{ACL} rule 15 permit tcp syn\n#\ninterface Vlan-interface5\n packet-filter name a inbound", 8),
        (f"{ACL} rule 15 comment of nothing\n#\ninterface Vlan-interface5\n packet-filter name a inbound", 5),
        ("packet-filter default deny", 1),
        ("object-group ip address x\n 0 network subnet 10.0.0.0 255.0.0.0", 2),
        ("snmp-agent\nsnmp-agent community read cipher abcdefgh", 2),
        ("snmp-agent\nsnmp-agent usm-user v3 x y simple authentication-mode md5 abcdefgh", 2),
        ("telnet server enable", 1),
        ("ip http enable", 1),
        ("local-user x class manage\n service-type telnet", 2),
        ("local-user x class network", 1),
        ("interface GigabitEthernet1/0/1\n port trunk pvid vlan 5", 0),
        ("interface GigabitEthernet1/0/1\n port link-aggregation group 1", 2),
        ("interface GigabitEthernet1/0/1\n packet-filter name gone inbound", 2),
        (f"{SVI} vrrp vrid 5 virtual-ip 10.0.0.9\n vrrp vrid 5 follow x", 4),
        (f"{SVI} vrrp vrid 5 virtual-ip 10.9.0.9", 3),
        ("interface Vlan-interface5\n vrrp version 2", 2),
        ("track 1 interface GigabitEthernet1/0/1", 1),
        ("track 1 nqa entry a b reaction 1", 1),
        ("ikev2 keychain x\n peer x\n  pre-shared-key ciphertext y", 3),
        ("ike keychain x\n pre-shared-key address 1.1.1.1 255.255.255.255 key cipher y", 2),
        ("interface Tunnel1 mode gre\n source 1.1.1.1", 1),
        ("policy-based-route x permit node 5\n if-match acl 3000", 2),
        ("ntp-service unicast-server 10.1.1.1 authentication-keyid 1", 1),
        ("info-center loghost source LoopBack9", 1),
        ("header login %\nseveral\nlines\n%", 3),
        ("public-key peer x\n  public-key-code begin\n   30819F", 3),
        ("line vty 0 4\n protocol inbound all", 2),
        ("line vty 0 4\n authentication-mode none", 2),
        ("security-policy ip\n rule 0 name a\n  source-zone nowhere\n  action pass", 3),
        ("security-policy ip\n rule 0 name a\n  application QQ\n  action pass", 3),
        ("security-policy ip\n rule 0 name a\n  source-ip gone\n  action pass", 3),
        ("zone-pair security source Trust destination Untrust\n object-policy apply ip x", 2),
        ("nat address-group 1\n address 1.1.1.1 1.1.1.9", 2),
        ("interface GigabitEthernet1/0/1\n nat outbound 3000", 2),
        ("interface GigabitEthernet1/0/1\n nat server protocol tcp global 1.1.1.1 80 inside 10.0.0.1 8080", 2),
        ("interface GigabitEthernet1/0/1\n nat server protocol tcp global current-interface 80 inside 10.0.0.1 80", 2),
        ("[H3C]interface GigabitEthernet1/0/1", 1),
        ("<H3C>reboot", 1),
        ("#comment", 1),
        ("bgp 65001\n #\n address-family ipv6 unicast\n  network 2001:DB8:: 32", 4),
    ],
)  # fmt: skip
def test_what_the_model_cannot_hold_is_listed_where_it_stands(line: str, number: int) -> None:
    assert number in [found[1] for found in _unparsed(line)], _unparsed(line)


def test_a_section_is_the_head_of_the_block() -> None:
    line = "port link-aggregation group 1"
    assert ("interface GigabitEthernet1/0/1", 2, line) in _unparsed(f"interface GigabitEthernet1/0/1\n {line}\n")


def test_an_access_list_at_a_routed_port_meets_what_goes_to_the_device_and_through_it() -> None:
    text = f"{ACL}#\ninterface Vlan-interface5\n ip address 10.0.0.1 24\n packet-filter name a inbound\n"
    assert _unparsed(text) == []
    filters = h3c_comware.parse(text).config.filters
    assert [(item.hook, item.default, item.stateless) for item in filters] == [
        ("forward", "accept", True),
        ("input", "accept", True),
    ]
    assert filters[0].rules == filters[1].rules
    first, second = filters[0].rules
    assert (first.name, first.action, first.protocol, first.ports) == ("web-server", "accept", "tcp", (80,))
    assert (second.name, second.action, second.protocol) == ("rest", "drop", None)


def test_an_access_list_that_does_not_end_so_lets_pass_the_rest() -> None:
    text = "acl basic 2000\n rule 0 deny source 10.0.0.0 0.255.255.255\n#\ninterface Vlan-interface5\n"
    parsed = h3c_comware.parse(f"{text} ip address 10.9.0.1 24\n packet-filter 2000 inbound\n#\nssh server enable\n")
    assert parsed.unparsed == ()
    assert [(r.action, r.name, len(r.sources)) for r in parsed.config.filters[0].rules] == [
        ("drop", "acl-2000", 1),
        ("accept", "open", 0),
        ("drop", "rest", 0),
    ]
    h3c_comware.check(parsed.config)


def test_a_policy_of_somebody_else_keeps_sessions() -> None:
    text = (
        f"{ZONES}object-group ip address servers\n 0 network subnet 10.1.0.0 255.255.255.0\n"
        " 10 network host address 10.2.0.1\n 20 network range 10.3.0.0 10.3.0.255\n#\n"
        "object-group service web\n 0 service tcp destination eq 80\n 10 service tcp destination range 8080 8081\n#\n"
        "security-policy ip\n rule 0 name Web Out\n  action pass\n  source-zone Trust\n  destination-zone Untrust\n"
        "  destination-ip servers\n  service web\n  service dns-udp\n"
        " rule 5 name ssh\n  action pass\n  source-zone trust\n  destination-zone local\n  service ssh\n"
        " rule 6 name old\n  disable\n  action pass\n"
    )
    assert _unparsed(text) == []
    filters = {item.hook: item for item in h3c_comware.parse(text).config.filters}
    assert {item.default for item in filters.values()} == {"drop"}
    assert [rule.state for rule in filters["forward"].rules[:2]] == ["invalid", "established"]
    rules = [(rule.name, rule.protocol, rule.ports) for rule in filters["forward"].rules[2:]]
    assert rules == [("web-out", "tcp", (80, 8080, 8081)), ("web-out", "udp", (53,))]
    assert [str(net) for net in filters["forward"].rules[2].destinations] == [
        "10.1.0.0/24",
        "10.2.0.1/32",
        "10.3.0.0/24",
    ]
    assert [rule.in_interfaces for rule in filters["input"].rules[2:]] == [("GigabitEthernet1/0/1",)]
    assert filters["output"].rules[2:] == ()


def test_a_rule_without_an_action_drops() -> None:
    (forward, *_) = h3c_comware.parse("security-policy ip\n rule 0 name a\n").config.filters
    assert forward.rules[-1].action == "drop"


def test_an_interface_in_no_zone_is_told() -> None:
    text = f"{ZONES}interface GigabitEthernet1/0/3\n ip address 10.0.0.1 24\n#\nsecurity-policy ip\n rule 0 name a\n"
    assert ("security-zone", 0, "lacking: import interface GigabitEthernet1/0/3") in _unparsed(text)


def test_nat_of_somebody_else_is_read() -> None:
    text = (
        "acl basic 2000\n rule 0 permit source 10.0.0.0 0.255.255.255\n#\ninterface GigabitEthernet0/0\n"
        " ip address 203.0.113.2 24\n nat outbound 2000\n"
        " nat server protocol tcp global 203.0.113.9 www inside 10.1.0.2 www\n"
        "#\ninterface GigabitEthernet0/1\n ip address 203.0.114.2 24\n nat outbound\n"
    )
    assert _unparsed(text) == []
    nat = h3c_comware.parse(text).config.nat
    assert [(rule.kind, rule.interface, rule.ports, len(rule.sources)) for rule in nat] == [
        ("destination", "GigabitEthernet0/0", (80,), 0),
        ("source", "GigabitEthernet0/0", (), 1),
        ("source", "GigabitEthernet0/1", (), 0),
    ]


def test_older_releases_say_tracking_with_fewer_words() -> None:
    text = text_of("firewall")
    parsed = h3c_comware.parse(text.replace("priority reduced 255", "reduced 255"))
    assert parsed.unparsed == ()
    assert parsed.config == config_of("firewall")


def test_ports_are_read_by_their_names_and_by_their_numbers() -> None:
    text = text_of("access")
    parsed = h3c_comware.parse(text.replace("eq ntp", "eq 123").replace("eq dns", "eq 53").replace("eq snmp", "eq 161"))
    assert "eq ntp" in text
    assert parsed.unparsed == ()
    assert parsed.config == config_of("access")


def test_of_several_lists_of_an_interface_the_higher_one_is_asked_first() -> None:
    text = "".join(f"acl advanced {n}\n rule 0 permit ip source 10.{n % 10}.0.0 0.0.255.255\n#\n" for n in (3001, 3002))
    text += "interface GigabitEthernet0/0\n ip address 1.1.1.1 24\n nat outbound 3001\n nat outbound 3002\n"
    assert [rule.name for rule in h3c_comware.parse(text).config.nat] == ["acl-3002", "acl-3001"]


def test_a_follower_whose_interface_nobody_tracks_is_told() -> None:
    port = "interface Vlan-interface{0}\n ip address 10.0.{0}.1 24\n vrrp vrid {0} virtual-ip 10.0.{0}.9\n"
    text = f"{port.format(5)} vrrp vrid 5 name zones\n#\n{port.format(6)} vrrp vrid 6 follow zones\n"
    lacking = ("interface Vlan-interface5", 0, "lacking: vrrp vrid 5 track of Vlan-interface6")
    assert lacking in _unparsed(text)
    tracked = text.replace("name zones\n", "name zones\n vrrp vrid 5 track 1 priority reduced 255\n")
    assert _unparsed(f"track 1 interface Vlan-interface6\n#\n{tracked}") == []


def test_a_user_without_a_line_of_ssh_signs_in_by_password() -> None:
    text = "local-user a class manage\n password hash $h$6$x\n service-type ssh terminal\n"
    text += " authorization-attribute user-role network-admin\n"
    assert _unparsed(text) == []
    assert h3c_comware.parse(text).config.ssh.password_login
    stricter = f"{text}#\nssh user a service-type stelnet authentication-type password-publickey assign publickey a\n"
    assert [line for _, _, line in _unparsed(stricter)][0].startswith("ssh user a")


def test_ospf_at_an_interface_without_its_process_is_told() -> None:
    assert ("", 0, "lacking: ospf 1 router-id") in _unparsed(
        "interface LoopBack0\n ip address 1.1.1.1 32\n ospf 1 area 0\n"
    )


def test_another_preference_is_another_route() -> None:
    (route,) = h3c_comware.parse("ip route-static 0.0.0.0 0 10.0.0.1 description way out\n").config.routes
    assert route == StaticRoute.model_validate({"prefix": "0.0.0.0/0", "next_hop": "10.0.0.1", "distance": 60})


@given(st.text(max_size=400))
@settings(deadline=None, max_examples=80)
def test_no_text_makes_it_raise(text: str) -> None:
    h3c_comware.parse(text)
    h3c_comware.parse(f"interface GigabitEthernet1/0/1\n {text}")
    h3c_comware.parse(f"security-policy ip\n rule 0 name a\n  {text}")
    h3c_comware.mask(text)


SHUFFLED = sorted({line for name in NAMES for line in text_of(name).splitlines()})


@given(st.lists(st.sampled_from(SHUFFLED), max_size=80).map("\n".join))
@settings(deadline=None, max_examples=150)
def test_no_shuffle_of_our_lines_makes_it_raise(text: str) -> None:
    h3c_comware.parse(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_cut_anywhere_does_not_make_it_raise(name: str) -> None:
    text = text_of(name)
    for end in range(0, len(text), 211):
        h3c_comware.parse(text[:end])


OTHER = ["", "0", "-1", "999999999999", "1.1.1", "undo", "any", "é", "٣", "²", "0.0.0.0", "?"]


@given(st.sampled_from(["access", "cpe"]), st.data())
@settings(deadline=None, max_examples=150)
def test_a_wrong_word_does_not_make_it_raise(name: str, data: st.DataObject) -> None:
    text = text_of(name)
    words = [match.span() for match in re.finditer(r"\S+", text)]
    start, end = data.draw(st.sampled_from(words))
    h3c_comware.parse(text[:start] + data.draw(st.sampled_from(OTHER)) + text[end:])


@pytest.mark.parametrize("line", sorted({re.sub(r"\d+", "7", line) for line in SHUFFLED if re.search(r"\d", line)}))
def test_no_number_written_otherwise_makes_it_raise(line: str) -> None:
    for other in ("²", "٣", "-1", "999999999999", "1" * 4400):
        changed = re.sub("7", other, line)
        for head in (
            "",
            "interface Vlan-interface5\n",
            "acl advanced 3000\n",
            "vlan 5\n",
            "ospf 1\n",
            "line vty 0 4\n",
        ):
            h3c_comware.parse(f"{head}{changed}")
