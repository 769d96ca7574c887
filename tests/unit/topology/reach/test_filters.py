"""The two readings of a filter, by sets and by one packet, never disagree."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule, PacketFilter
from tests.unit.topology.reach.test_space import SPACE, packets
from topology.reach import filters
from topology.reach.deciding import decide, translate
from topology.reach.space import Packet

few = st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "0.0.0.0/0", "192.168.0.0/16"]).map(IPv4Network)
near = st.sampled_from(["10.1.2.3", "10.1.9.9", "10.9.9.9", "192.168.1.1", "8.8.8.8"])


@st.composite
def rules(draw: st.DrawFn) -> FilterRule:
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmp", "esp"]))
    ports = st.lists(st.sampled_from([22, 53, 80]), max_size=2, unique=True)
    some = st.lists(few, max_size=2, unique=True)
    fields: dict[str, Any] = {name: draw(some) for name in ("sources", "destinations", "not_sources")}
    if protocol in ("tcp", "udp"):
        fields |= {"ports": draw(ports), "source_ports": draw(ports)}
    return FilterRule(
        action=draw(st.sampled_from(["accept", "drop"])),
        name="rule",
        state=draw(st.sampled_from([None, None, "established", "invalid"])),
        in_interfaces=draw(st.lists(st.sampled_from(["a", "b*"]), max_size=1)),
        out_interfaces=draw(st.lists(st.sampled_from(["a", "b1"]), max_size=1)),
        source_macs=draw(st.sampled_from([(), (), ("00:00:00:00:00:01",)])),
        protocol=protocol,
        icmp_echo_only=protocol == "icmp" and draw(st.booleans()),
        **fields,
    )


near_packets = st.builds(
    lambda packet, source, target, port: Packet(
        source, target, packet.protocol, port, packet.from_port, packet.echo, packet.ack
    ),
    packets,
    near.map(lambda text: IPv4Network(text).network_address),
    near.map(lambda text: IPv4Network(text).network_address),
    st.sampled_from([22, 53, 80, 9999]),
)


@given(st.lists(rules(), max_size=4), st.booleans(), st.booleans(), st.sampled_from(["accept", "drop"]), near_packets)
@settings(deadline=None, max_examples=300)
def test_sets_and_a_single_packet_agree(
    some: list[FilterRule], stateless: bool, answers: bool, default: Any, packet: Packet
) -> None:
    chain = PacketFilter(hook="forward", default=default, rules=tuple(some), stateless=stateless)
    config = DeviceConfig(hostname="x", filters=(chain,))
    for into, out in (("a", "b1"), ("b7", "a")):
        passed = filters.permitted(SPACE, config, "forward", into, out, answers=answers)
        one = decide(config, "forward", "x", into, out, packet, answers=answers)
        assert SPACE.holds(passed, packet) == (one.action == "accept")


@given(st.lists(st.tuples(few, few, st.sampled_from([(), (80,)])), max_size=3), near_packets)
@settings(deadline=None, max_examples=150)
def test_translations_agree(some: list[tuple[IPv4Network, IPv4Network, tuple[int, ...]]], packet: Packet) -> None:
    to = IPv4Network("172.16.0.9").network_address
    nat = tuple(
        NatRule(kind="destination", name="n", interface="a", sources=(source,), destinations=(target,),
                protocol="tcp" if ports else None, ports=ports, to=to)
        for source, target, ports in some
    )  # fmt: skip
    config = DeviceConfig(hostname="x", interfaces=(Interface(name="a"),), nat=nat)
    only = SPACE.one(SPACE.everything)
    assert only is not None
    one = SPACE.sources([IPv4Network(packet.source)]) & SPACE.targets([IPv4Network(packet.target)])
    one = one & SPACE.to_ports((packet.port,)) & SPACE._number("p", packet.protocol)
    after = filters.translated(SPACE, config, "destination", "a", one, lambda _name: None)
    assert SPACE.holds(after, translate(config, "destination", "a", packet))


def test_an_answer_passes_where_a_first_packet_does_not() -> None:
    rule = FilterRule(action="accept", name="established", state="established")
    config = DeviceConfig(hostname="x", filters=(PacketFilter(hook="forward", default="drop", rules=(rule,)),))
    assert filters.permitted(SPACE, config, "forward", "a", "b", answers=False) == SPACE.nothing
    assert filters.permitted(SPACE, config, "forward", "a", "b", answers=True) == SPACE.everything


def test_without_state_established_is_a_segment_with_ack() -> None:
    rule = FilterRule(action="accept", name="established", state="established", protocol="tcp")
    chain = PacketFilter(hook="forward", default="drop", rules=(rule,), stateless=True)
    passed = filters.permitted(SPACE, DeviceConfig(hostname="x", filters=(chain,)), "forward", "a", "b", answers=False)
    assert passed == SPACE.protocol("tcp") & SPACE.ack


def test_a_forged_hardware_address_is_believed() -> None:
    mac = ("00:00:00:00:00:01",)
    drop = FilterRule(action="drop", name="strangers", not_source_macs=mac)
    chain = PacketFilter(hook="forward", default="accept", rules=(drop,))
    passed = filters.permitted(SPACE, DeviceConfig(hostname="x", filters=(chain,)), "forward", "a", "b", answers=False)
    assert passed == SPACE.everything
