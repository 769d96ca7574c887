"""IPv6 on Cisco IOS: the law, how a list ends, and what is listed rather than guessed."""

from ipaddress import IPv6Interface
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, StaticRoute6
from inventory.platforms import access_lists, cisco_ios, ruijie
from inventory.platforms.ioslike import ipv6
from tests.unit.inventory.platforms.cisco_ios.test_law import IOS
from tests.unit.inventory.platforms.ioslike.strategies import configs
from tests.unit.inventory.platforms.strategies import SIX, addresses6, networks6, rule_names, several

TEXT = """ipv6 unicast-routing
interface GigabitEthernet0/1
 no ip address
 ipv6 address 2001:DB8:1::1/64
 ipv6 address FE80::1 link-local
 ipv6 traffic-filter guard in
!
ipv6 route ::/0 GigabitEthernet0/1 FE80::2
ipv6 route 2001:DB8:9::/48 Null0 200
ipv6 access-list guard
 remark Web of u001
 permit tcp any host 2001:DB8:1::10 eq www 443
 sequence 40 permit icmp any any echo-request
 deny ipv6 2001:DB8::/32 any log
end
"""
narrow = networks6().filter(lambda network: network.prefixlen > 0)


@st.composite
def entries(draw: st.DrawFn, port: str) -> FilterRule:
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmpv6", "esp", "vrrp", "ospf"]))
    run = st.just(()) | st.tuples(st.integers(1, 65000), st.integers(0, 3)).map(
        lambda r: tuple(range(r[0], sum(r) + 1))
    )
    ported = protocol in ("tcp", "udp")
    established = protocol == "tcp" and draw(st.booleans())
    return FilterRule(
        action="accept" if established else draw(st.sampled_from(["accept", "drop"])),
        name=draw(rule_names.filter(lambda name: name not in (access_lists.REST, ipv6.NEIGHBOURS))),
        state="established" if established else None,
        in_interfaces=(port,),
        sources6=draw(several(narrow, 1)),
        destinations6=draw(several(narrow, 1)),
        protocol=protocol,
        ports=draw(run) if ported else (),
        source_ports=draw(run) if ported else (),
        icmp_echo_only=protocol == "icmpv6" and draw(st.booleans()),
        log=draw(st.booleans()),
    )


@st.composite
def with_six(draw: st.DrawFn) -> DeviceConfig:
    config = draw(configs(IOS))
    shown = [a for a in map(IPv6Interface, SIX)]
    usual = [IPv6Interface((a.ip, 64)) for a in shown]
    items: list[Interface] = []
    for item in config.interfaces:
        more: dict[str, Any] = {}
        if item.switchport is None:
            more = {"addresses6": tuple(sorted(draw(several(st.sampled_from(usual), 2)))), "ipv6": draw(st.booleans())}
        items.append(item.model_copy(update=more))
    ports = [i.name for i in items if i.switchport is None and i.kind != "loopback"]
    lists = {}
    for port in draw(st.lists(st.sampled_from(ports), unique=True, max_size=2)) if ports else []:
        end = (ipv6.neighbours(port),) if draw(st.booleans()) else ()
        lists[port] = (*draw(st.lists(entries(port), max_size=3)), *end, access_lists.rest(port))
    routes = st.builds(StaticRoute6, prefix=networks6(), next_hop=addresses6.filter(lambda a: not a.is_link_local))
    found = config.model_copy(
        update={
            "interfaces": tuple(items),
            "forwarding6": draw(st.booleans()),
            "routes6": tuple({r.prefix: r for r in sorted(draw(several(routes)), key=lambda r: r.prefix)}.values()),
            "filters6": access_lists.filters(lists),
        }
    )
    return DeviceConfig.model_validate(found.model_dump())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(with_six())
def test_what_is_rendered_of_ipv6_is_read_back(config: DeviceConfig) -> None:
    try:
        text = cisco_ios.render(config)
    except BadInput:
        assume(False)
        return
    parsed = cisco_ios.parse(text)
    assert parsed.unparsed == ()
    assert parsed.config == config


def _parsed(text: str) -> tuple[DeviceConfig, list[str]]:
    found = cisco_ios.parse(f"hostname r1\n{text}")
    return found.config, [line.text for line in found.unparsed if line.line]


def test_a_running_configuration_is_read() -> None:
    config, unparsed = _parsed(TEXT)
    assert unparsed == []
    assert config.forwarding6
    assert [str(a) for i in config.interfaces for a in i.addresses6] == ["2001:db8:1::1/64", "fe80::1/64"]
    assert [(str(r.prefix), str(r.next_hop), r.interface, r.distance) for r in config.routes6] == [
        ("::/0", "fe80::2", "GigabitEthernet0/1", 1), ("2001:db8:9::/48", "None", "", 200),
    ]  # fmt: skip
    rules = config.filters6[0].rules
    assert [(r.name, r.action, r.ports) for r in rules] == [
        ("web-of-u001", "accept", (80,)), ("web-of-u001", "accept", (443,)), ("web-of-u001", "accept", ()),
        ("web-of-u001", "drop", ()), (ipv6.NEIGHBOURS, "accept", ()), (access_lists.REST, "drop", ()),
    ]  # fmt: skip
    assert {chain.hook for chain in config.filters6} == {"input", "forward"}


def test_a_list_that_ends_with_a_deny_lets_no_neighbour_pass() -> None:
    config, unparsed = _parsed(TEXT.replace(" deny ipv6 2001:DB8::/32 any log", " deny ipv6 any any"))
    assert unparsed == []
    assert [rule.name for rule in config.filters6[0].rules][-2:] == ["web-of-u001", access_lists.REST]


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (" ipv6 address 2001:DB8:1::1/64", " ipv6 address 2001:DB8:1::/64 eui-64"),
        (" ipv6 address 2001:DB8:1::1/64", " ipv6 address autoconfig"),
        (" ipv6 traffic-filter guard in", " ipv6 traffic-filter nobody in"),
        (" deny ipv6 2001:DB8::/32 any log", " permit icmp any any nd-ns"),
        (" deny ipv6 2001:DB8::/32 any log", " permit tcp any any dscp ef"),
        ("ipv6 route 2001:DB8:9::/48 Null0 200", "ipv6 route ::/0 FE80::2"),
        ("ipv6 unicast-routing", "ipv6 router ospf 1"),
    ],
)
def test_what_is_not_understood_is_listed(line: str, other: str) -> None:
    _config, unparsed = _parsed(TEXT.replace(line, other))
    assert other.strip() in unparsed


def test_rgos_is_read_ipv6_with_numbered_entries_and_is_not_written_it() -> None:
    with pytest.raises(BadInput):
        ruijie.check(DeviceConfig(hostname="r1", forwarding6=True))
    found = ruijie.parse(
        "hostname r1\nipv6 access-list guard\n 10 permit tcp any host 2001:DB8:1::10 eq www\n 20 deny ipv6 any any\n!\n"
        "interface GigabitEthernet 0/1\n no switchport\n ipv6 address 2001:DB8:1::1/64\n ipv6 enable\n"
        " ipv6 traffic-filter guard in\n!\n"
        "interface GigabitEthernet 0/2\n no switchport\n ipv6 address 2001:DB8:2::1/64\n!\n"
        "ipv6 route 2001:DB8:9::/48 2001:DB8:2::9\n"
    )
    assert [line.text for line in found.unparsed if line.line] == []
    assert found.config.forwarding6
    assert [rule.ports for rule in found.config.filters6[0].rules] == [(80,), ()]
    assert [str(route.next_hop) for route in found.config.routes6] == ["2001:db8:2::9"]


def test_a_list_at_the_way_out_judges_what_is_forwarded_and_not_what_is_for_the_device() -> None:
    config, unparsed = _parsed(TEXT.replace(" ipv6 traffic-filter guard in", " ipv6 traffic-filter guard out"))
    assert unparsed == []
    assert [chain.hook for chain in config.filters6] == ["forward"]
    assert {rule.out_interfaces for rule in config.filters6[0].rules} == {("GigabitEthernet0/1",)}
