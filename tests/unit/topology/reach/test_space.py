"""Packet sets: what a set holds is what its words say."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.reach.space import LOOSE, PROTOCOLS, Packet, Space

SPACE = Space()
addresses = st.integers(0, 2**32 - 1).map(IPv4Address)
networks = st.tuples(addresses, st.integers(0, 32)).map(lambda n: IPv4Network(n, strict=False))
packets = st.builds(
    Packet,
    source=addresses,
    target=addresses,
    protocol=st.sampled_from([*PROTOCOLS.values(), 0, 255]),
    port=st.integers(0, 65535),
    from_port=st.integers(0, 65535),
    echo=st.booleans(),
    ack=st.booleans(),
)


@given(packets, st.lists(networks, max_size=3))
@settings(deadline=None)
def test_a_set_of_networks_holds_what_lies_in_one_of_them(packet: Packet, some: list[IPv4Network]) -> None:
    assert SPACE.holds(SPACE.targets(some), packet) == any(packet.target in n for n in some)
    assert SPACE.holds(SPACE.sources(some), packet) == any(packet.source in n for n in some)


@given(packets, st.sets(st.integers(0, 65535), max_size=3))
@settings(deadline=None)
def test_a_set_of_ports_holds_those_ports_and_no_ports_are_all(packet: Packet, ports: set[int]) -> None:
    some = tuple(sorted(ports))
    assert SPACE.holds(SPACE.to_ports(some), packet) == (not some or packet.port in some)
    assert SPACE.holds(SPACE.from_ports(some), packet) == (not some or packet.from_port in some)


@given(packets)
@settings(deadline=None)
def test_a_packet_taken_from_a_set_is_in_it(packet: Packet) -> None:
    only = SPACE.sources([IPv4Network(packet.source)]) & SPACE.targets([IPv4Network(packet.target)])
    taken = SPACE.one(only)
    assert taken is not None
    assert (taken.source, taken.target) == (packet.source, packet.target)
    assert SPACE.holds(only, taken)
    assert SPACE.one(SPACE.nothing) is None


@given(packets)
@settings(deadline=None)
def test_an_answer_goes_back_where_the_question_came_from(packet: Packet) -> None:
    asked = SPACE.sources([IPv4Network(packet.source)]) & SPACE.to_ports((packet.port,))
    back = Packet(packet.target, packet.source, packet.protocol, packet.from_port, packet.port, False, True)
    assert SPACE.holds(SPACE.turned(asked), back)
    assert SPACE.turned(SPACE.turned(asked)) == asked


@given(packets, addresses)
@settings(deadline=None)
def test_a_rewritten_packet_has_the_new_address_and_all_else_of_the_old(packet: Packet, to: IPv4Address) -> None:
    only = SPACE.sources([IPv4Network(packet.source)]) & SPACE.to_ports((packet.port,))
    new = SPACE.one(SPACE.rewritten(only, "d", to))
    assert new is not None
    assert (new.target, new.source, new.port) == (to, packet.source, packet.port)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_each_protocol_is_told_from_the_others(name: str) -> None:
    rest = [SPACE.protocol(other) for other in PROTOCOLS if other != name]
    assert SPACE.protocol(name) & SPACE.union(rest) == SPACE.nothing


def test_dead_nodes_are_swept_away_while_they_are_few() -> None:
    """With the bound that comes by itself one edit of a hundred paid for the sweep of millions: docs/proof.md."""
    told = Space().bdd.configure()
    assert (told["loose_up_to"], told["garbage_collection"], told["reordering"]) == (LOOSE, True, False)
