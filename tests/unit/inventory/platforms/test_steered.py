"""Policy routing of VRP and Comware: read where it is sure what becomes of a packet, listed wherever it is not."""

from types import ModuleType

import pytest

from inventory.platforms import h3c_comware, huawei_vrp

VRP = """sysname r1
#
acl number 3000
 rule 5 permit ip source 10.1.0.0 0.0.255.255 destination 10.0.0.0 0.255.255.255
acl number 3001
 rule 5 permit tcp source 10.1.0.0 0.0.255.255 destination-port range 80 81
 rule 10 permit udp source 10.1.0.0 0.0.255.255
#
traffic classifier own operator or
 if-match acl 3000
traffic classifier out operator or
 if-match acl 3001
#
traffic behavior own
 permit
traffic behavior out
 redirect ip-nexthop 10.9.0.2
#
traffic policy steer match-order config
 classifier own behavior own
 classifier out behavior out
#
interface GigabitEthernet0/0/1
 ip address 10.1.0.1 255.255.255.0
 traffic-policy steer inbound
#
interface GigabitEthernet0/0/2
 ip address 10.9.0.1 255.255.255.0
#
return
"""
NODES = """policy-based-route steer deny node 5
 if-match acl 3000
policy-based-route steer permit node 10
 if-match acl 3001
 apply ip-address next-hop 10.9.0.2
#
interface"""
COMWARE = """sysname r1
#
policy-based-route steer deny node 5
 if-match acl 3000
#
policy-based-route steer permit node 10
 if-match acl name out
 apply next-hop 10.9.0.2
#
interface GigabitEthernet0/1
 port link-mode route
 ip address 10.1.0.1 255.255.255.0
 ip policy-based-route steer
#
interface GigabitEthernet0/2
 port link-mode route
 ip address 10.9.0.1 255.255.255.0
#
acl advanced 3000
 rule 0 permit ip source 10.1.0.0 0.0.255.255 destination 10.0.0.0 0.255.255.255
#
acl advanced name out
 rule 0 permit tcp source 10.1.0.0 0.0.255.255 destination-port range 80 81
 rule 5 permit udp source 10.1.0.0 0.0.255.255
#
return
"""


def _read(platform: ModuleType, text: str) -> tuple[list[tuple[object, ...]], list[str]]:
    found = platform.parse(text)
    rules: list[tuple[object, ...]] = [
        (r.interface, r.order, r.protocol, r.port, str(r.next_hop)) for r in found.config.policy_routes
    ]
    return rules, [line.text for line in found.unparsed if line.line]


@pytest.mark.parametrize(
    ("platform", "text", "port"),
    [
        (huawei_vrp, VRP, "GigabitEthernet0/0/1"),
        (
            huawei_vrp,
            VRP[: VRP.index("traffic classifier")]
            + NODES
            + VRP.split("\ninterface", 1)[1].replace("traffic-policy steer inbound", "ip policy-based-route steer"),
            "GigabitEthernet0/0/1",
        ),
        (h3c_comware, COMWARE, "GigabitEthernet0/1"),
    ],
)
def test_what_a_clause_permits_goes_to_its_next_hop_and_the_rest_to_the_next_clause(
    platform: ModuleType, text: str, port: str
) -> None:
    rules, unparsed = _read(platform, text)
    assert unparsed == []
    assert rules == [
        (port, 1, None, None, "None"), (port, 2, "tcp", 80, "10.9.0.2"), (port, 3, "tcp", 81, "10.9.0.2"),
        (port, 4, "udp", None, "10.9.0.2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "line", "other"),
    [
        (huawei_vrp, " rule 10 permit udp", " rule 10 deny udp"),
        (huawei_vrp, " classifier own behavior own\n", ""),
        (huawei_vrp, " redirect ip-nexthop 10.9.0.2", " redirect ip-nexthop 10.9.0.2 10.9.0.3"),
        (huawei_vrp, " redirect ip-nexthop 10.9.0.2", " redirect ip-nexthop 10.9.0.2\n remark dscp ef"),
        (huawei_vrp, " if-match acl 3001", " if-match acl 3001\n if-match dscp ef"),
        (huawei_vrp, "out operator or\n if-match acl 3001", "out operator and\n if-match acl 3001\n if-match acl 3000"),
        (huawei_vrp, " if-match acl 3001", " if-match acl 3009"),
        (huawei_vrp, "traffic policy steer match-order config", "traffic policy steer match-order auto"),
        (huawei_vrp, " classifier out behavior out", " classifier out behavior gone"),
        (h3c_comware, " rule 5 permit udp", " rule 5 deny udp"),
        (h3c_comware, "policy-based-route steer deny node 5\n if-match acl 3000\n", ""),
        (h3c_comware, " apply next-hop 10.9.0.2", " apply next-hop 10.9.0.2 track 1"),
        (h3c_comware, " apply next-hop 10.9.0.2", " apply default-next-hop 10.9.0.2"),
        (h3c_comware, " if-match acl name out", " if-match acl name out\n if-match packet-length 1 100"),
        (h3c_comware, " if-match acl name out", " if-match acl name gone"),
    ],
)
def test_where_it_is_not_sure_what_becomes_of_a_packet_the_line_at_the_port_is_listed(
    platform: ModuleType, line: str, other: str
) -> None:
    text = VRP if platform is huawei_vrp else COMWARE
    assert line in text
    rules, unparsed = _read(platform, text.replace(line, other))
    assert rules == []
    assert {"traffic-policy steer inbound", "ip policy-based-route steer"} & {*unparsed}


def test_a_policy_that_would_steer_what_is_for_the_device_itself_is_not_understood() -> None:
    one = " rule 5 permit ip source 10.1.0.0 0.0.255.255 destination 10.0.0.0 0.255.255.255"
    for other, known in (
        (" rule 5 permit ip destination 10.0.0.0 0.255.255.255", True),
        (" rule 5 permit ip source 10.1.0.0 0.0.0.255 destination 10.0.0.0 0.255.255.255", False),
        (" rule 5 permit ip source 10.1.0.0 0.0.255.255 destination 10.1.0.0 0.0.255.255", False),
    ):
        rules, _unparsed = _read(huawei_vrp, VRP.replace(one, other))
        assert bool(rules) is known, other


def test_the_empty_policies_that_every_firewall_prints_say_nothing() -> None:
    text = "sysname fw\n#\ntraffic-policy\n#\npolicy-based-route\n#\npcp-policy\n#\ndns-transparent-policy\n#\nreturn\n"
    assert _read(huawei_vrp, text) == ([], [])
    _rules, unparsed = _read(huawei_vrp, text.replace("policy-based-route\n", "policy-based-route\n rule name a\n"))
    assert unparsed == ["rule name a"]


FIREWALL = """sysname fw
#
ip address-set inner type object
 address 0 10.0.0.0 mask 8
#
interface GigabitEthernet1/0/1
 ip address 10.1.0.1 255.255.255.0
#
interface GigabitEthernet1/0/2
 ip address 10.9.0.1 255.255.255.0
#
firewall zone trust
 set priority 85
 add interface GigabitEthernet1/0/1
#
policy-based-route
 rule name own 1
  source-zone trust
  source-address 10.1.0.0 mask 255.255.0.0
  destination-address address-set inner
  action no-pbr
 rule name web 2
  ingress-interface GigabitEthernet1/0/1
  source-address 10.1.0.0 mask 255.255.0.0
  service http
  action pbr next-hop 10.9.0.2
#
return
"""


def test_the_rules_of_a_firewall_are_asked_in_their_order_at_every_port_of_theirs() -> None:
    rules, unparsed = _read(huawei_vrp, FIREWALL)
    assert unparsed == []
    assert rules == [
        ("GigabitEthernet1/0/1", 1, None, None, "None"), ("GigabitEthernet1/0/1", 2, "tcp", 80, "10.9.0.2"),
    ]  # fmt: skip
    everywhere, _unparsed = _read(huawei_vrp, FIREWALL.replace("  source-zone trust\n", ""))
    assert {rule[0] for rule in everywhere} == {"GigabitEthernet1/0/1", "GigabitEthernet1/0/2"}


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("  service http", "  application app QQ"),
        ("  action no-pbr", "  track ip-link a"),
        ("  service http", "  service http\n  source-address-exclude 10.1.1.0 mask 255.255.255.0"),
        ("  destination-address address-set inner", "  destination-address address-set gone"),
        ("action pbr next-hop 10.9.0.2", "action pbr egress-interface GigabitEthernet1/0/2"),
        ("  source-zone trust", "  source-zone nowhere"),
        ("  destination-address address-set inner\n", "  service dns\n"),
    ],
)
def test_where_one_rule_of_a_firewall_is_not_understood_all_are_listed(line: str, other: str) -> None:
    assert line in FIREWALL
    rules, unparsed = _read(huawei_vrp, FIREWALL.replace(line, other))
    assert rules == []
    assert {"rule name own 1", "rule name web 2", "source-address 10.1.0.0 mask 255.255.0.0"} <= {*unparsed}
