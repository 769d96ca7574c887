"""Lists at ways in and out as one list: packet by packet the same as asking the one list and then the other."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import FilterRule
from inventory.platforms import access_lists, cisco_ios, h3c_comware, huawei_vrp, outward

PORTS = ("a", "b", "c")
NETS = [IPv4Network(text) for text in ("10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.2.0.0/16", "0.0.0.0/1")]
HOSTS = [IPv4Address(text) for text in ("10.0.0.1", "10.1.0.1", "10.1.1.1", "10.2.0.1", "192.0.2.1")]


@dataclass(frozen=True)
class Packet:
    source: IPv4Address
    target: IPv4Address
    protocol: str
    port: int = 0
    answer: bool = False


@st.composite
def rules(draw: st.DrawFn) -> FilterRule:
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmp"]))
    nets = st.lists(st.sampled_from(NETS), max_size=2, unique=True).map(tuple)
    established = protocol == "tcp" and draw(st.booleans())
    return FilterRule(
        action=draw(st.sampled_from(["accept", "drop"])), name="entry", protocol=protocol,
        sources=draw(nets), destinations=draw(nets), state="established" if established else None,
        ports=draw(st.sampled_from([(), (80,), (80, 81), (443,)])) if protocol in ("tcp", "udp") else (),
    )  # fmt: skip


LISTS = st.dictionaries(st.sampled_from(PORTS), st.lists(rules(), max_size=3), max_size=2)
PACKETS = st.builds(
    Packet, st.sampled_from(HOSTS), st.sampled_from(HOSTS), st.sampled_from(["tcp", "udp", "icmp"]),
    st.sampled_from([80, 81, 443, 9]), st.booleans(),
)  # fmt: skip


def _fits(rule: FilterRule, packet: Packet) -> bool:
    return (
        rule.protocol in (None, packet.protocol)
        and (not rule.sources or any(packet.source in net for net in rule.sources))
        and (not rule.destinations or any(packet.target in net for net in rule.destinations))
        and (not rule.ports or packet.port in rule.ports)
        and (rule.state is None or (packet.answer and packet.protocol == "tcp"))
    )


def _passes(given_: list[FilterRule], packet: Packet) -> bool:
    return next((rule.action == "accept" for rule in given_ if _fits(rule, packet)), True)


@settings(max_examples=30, deadline=None)
@given(LISTS, LISTS, st.lists(PACKETS, min_size=8, max_size=8), st.booleans())
def test_both_lists_have_to_let_a_packet_pass(
    inward: dict[str, list[FilterRule]], leaving: dict[str, list[FilterRule]], packets: list[Packet], ended: bool
) -> None:
    here = {
        port: [*(r.model_copy(update={"in_interfaces": (port,)}) for r in some), *([access_lists.rest(port)] * ended)]
        for port, some in inward.items()
    }
    found = outward.filters(here, leaving)
    assert found is not None
    hooks = {item.hook: item for item in found}
    for packet in packets:
        for into in PORTS:
            first = _passes(here.get(into, []), packet)
            if "input" in hooks:
                mine = [rule for rule in hooks["input"].rules if rule.in_interfaces == (into,)]
                assert _passes(mine, packet) is first
            for out in PORTS:
                asked = [
                    rule for rule in (hooks["forward"].rules if "forward" in hooks else ())
                    if rule.in_interfaces in ((), (into,)) and rule.out_interfaces in ((), (out,))
                ]  # fmt: skip
                assert _passes(asked, packet) is (first and _passes(leaving.get(out, []), packet))


def test_what_would_be_too_long_is_refused() -> None:
    some = [
        FilterRule(action="accept", name="entry", in_interfaces=("a",), ports=(n,), protocol="tcp")
        for n in range(1, 202)
    ]
    assert outward.filters({"a": some}, {"b": some}) is None


VRP = """acl number 3001
 rule 5 deny tcp destination-port eq 23
#
interface GigabitEthernet0/0/1
 ip address 10.0.0.1 255.255.255.0
 traffic-filter outbound acl 3001
#
"""
COMWARE = """acl advanced 3001
 rule 5 deny tcp destination-port eq 23
#
interface GigabitEthernet0/1
 port link-mode route
 ip address 10.0.0.1 255.255.255.0
 packet-filter 3001 outbound
#
"""
IOS = """hostname r1
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip access-group 101 out
!
access-list 101 deny tcp any any eq 23
access-list 101 permit ip any any
"""


@pytest.mark.parametrize(("platform", "text"), [(huawei_vrp, VRP), (h3c_comware, COMWARE), (cisco_ios, IOS)])
def test_a_list_at_a_way_out_is_read_as_one_of_what_is_forwarded(platform: ModuleType, text: str) -> None:
    parsed = platform.parse(text)
    assert [line.text for line in parsed.unparsed if line.line] == []
    (chain,) = parsed.config.filters
    assert (chain.hook, chain.stateless, chain.default) == ("forward", True, "accept")
    assert {port for rule in chain.rules for port in rule.out_interfaces} == {parsed.config.interfaces[0].name}
    assert (chain.rules[0].action, chain.rules[0].ports, chain.rules[0].in_interfaces) == ("drop", (23,), ())


def test_where_addresses_are_translated_a_list_at_a_way_out_is_listed() -> None:
    pool = "acl number 2000\n rule 5 permit source 10.1.0.0 0.0.255.255\n#\n"
    text = pool + VRP.replace(" traffic-filter", " nat outbound 2000\n traffic-filter")
    assert "traffic-filter outbound acl 3001" in [line.text for line in huawei_vrp.parse(text).unparsed]
