"""Access lists of IPv6 of VRP and Comware: read at their ports, listed wherever they say more than the model holds."""

from types import ModuleType

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import access_lists, h3c_comware, huawei_vrp

VRP = """sysname r1
#
ipv6
#
acl ipv6 number 3001
 rule 5 permit tcp source 2001:DB8::/64 destination-port eq www
 rule 10 permit icmpv6 icmp6-type echo-request
 rule 15 deny ipv6 source 2001:DB8:1:: 64 logging
#
interface GigabitEthernet0/0/1
 undo portswitch
 ipv6 enable
 ipv6 address 2001:DB8:1::1/64
 traffic-filter inbound acl ipv6 3001
#
return
"""
COMWARE = """sysname r1
#
acl ipv6 advanced 3001
 rule 0 permit tcp source 2001:DB8::/64 destination-port eq www established counting
 rule 5 permit icmpv6 icmp6-type echo-request
 rule 5 comment Ping
 rule 10 deny ipv6
#
interface GigabitEthernet0/1
 port link-mode route
 ipv6 address 2001:DB8:1::1/64
 packet-filter ipv6 3001 inbound
#
return
"""


def _read(platform: ModuleType, text: str) -> tuple[DeviceConfig, list[str]]:
    found = platform.parse(text)
    return found.config, [line.text for line in found.unparsed if line.line]


@pytest.mark.parametrize("words", ["acl ipv6 3001", "ipv6 acl 3001"])
def test_a_list_of_vrp_lets_pass_what_it_does_not_name(words: str) -> None:
    config, unparsed = _read(huawei_vrp, VRP.replace("acl ipv6 3001", words))
    assert unparsed == []
    assert [chain.hook for chain in config.filters6] == ["forward", "input"]
    said = [(r.action, r.protocol, tuple(map(str, r.sources6)), r.ports) for r in config.filters6[1].rules]
    assert said == [
        ("accept", "tcp", ("2001:db8::/64",), (80,)), ("accept", "icmpv6", (), ()),
        ("drop", None, ("2001:db8:1::/64",), ()), ("accept", None, (), ()), ("drop", None, (), ()),
    ]  # fmt: skip


def test_a_list_of_comware_that_ends_with_a_deny_lets_nothing_else_pass() -> None:
    config, unparsed = _read(h3c_comware, COMWARE)
    assert unparsed == []
    rules = config.filters6[0].rules
    assert [(r.name, r.action, r.state) for r in rules] == [
        ("acl-3001", "accept", "established"), ("ping", "accept", None), (access_lists.REST, "drop", None),
    ]  # fmt: skip


def test_a_list_at_the_way_out_judges_what_is_forwarded_alone() -> None:
    config, unparsed = _read(h3c_comware, COMWARE.replace("3001 inbound", "3001 outbound"))
    assert unparsed == []
    assert [chain.hook for chain in config.filters6] == ["forward"]
    assert {rule.out_interfaces for rule in config.filters6[0].rules} == {("GigabitEthernet0/1",)}


@pytest.mark.parametrize(
    ("platform", "line", "other"),
    [
        (huawei_vrp, " rule 15 deny ipv6 source 2001:DB8:1:: 64 logging", " rule 15 deny ipv6 fragment"),
        (huawei_vrp, " rule 15 deny ipv6 source 2001:DB8:1:: 64 logging", " rule 15 deny ipv6 time-range work"),
        (huawei_vrp, "icmp6-type echo-request", "icmp6-type 135 0"),
        (huawei_vrp, "inbound acl ipv6 3001", "inbound acl ipv6 3009"),
        (h3c_comware, " rule 10 deny ipv6", " rule 10 deny 43"),
        (h3c_comware, " rule 10 deny ipv6", " rule 10 deny ipv6 vpn-instance a"),
        (h3c_comware, "packet-filter ipv6 3001 inbound", "packet-filter ipv6 3002 inbound"),
        (h3c_comware, "port link-mode route", "port link-mode bridge"),
    ],
)
def test_a_list_that_is_not_all_understood_is_listed_with_the_line_that_asks_for_it(
    platform: ModuleType, line: str, other: str
) -> None:
    text = VRP if platform is huawei_vrp else COMWARE
    assert line in text
    config, unparsed = _read(platform, text.replace(line, other))
    assert any(said.startswith(("traffic-filter", "packet-filter")) for said in unparsed)
    assert config.filters6 == ()


def test_a_list_that_nobody_uses_is_listed_by_all_its_lines() -> None:
    _config, unparsed = _read(huawei_vrp, VRP.replace(" traffic-filter inbound acl ipv6 3001\n", ""))
    assert len(unparsed) == 4
