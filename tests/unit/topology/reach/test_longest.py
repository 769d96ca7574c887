"""What is found by lengths is what looking at every prefix finds."""

from ipaddress import IPv4Address, IPv4Network
from random import Random

import pytest

from topology.reach.longest import Longest, nested, touching, turned

RANDOM = Random(11)


def _drawn(most: int) -> list[IPv4Network]:
    lengths = [0, 8, 14, 16, 16, 18, 20]
    return [
        IPv4Network((RANDOM.randrange(1 << 4) << 14 | 0x0A000000, RANDOM.choice(lengths)), strict=False)
        for _n in range(RANDOM.randrange(most))
    ]


@pytest.mark.parametrize("_turn", range(20))
def test_the_longest_prefix_is_that_of_a_search_through_all(_turn: int) -> None:
    table = {*_drawn(12)}
    longest = Longest(table)
    for asked in _drawn(12):
        held = [p for p in table if asked.subnet_of(p)]
        assert longest.over(asked) == max(held, key=lambda p: p.prefixlen, default=None)
        address = IPv4Address(int(asked.network_address) + 77)
        held = [p for p in table if address in p]
        assert longest.of(address) == max(held, key=lambda p: p.prefixlen, default=None)


@pytest.mark.parametrize("_turn", range(20))
def test_a_prefix_less_those_inside_it_is_what_it_is_the_longest_of(_turn: int) -> None:
    table = {*_drawn(12)}
    inner, longest = dict(nested(table)), Longest(table)
    assert inner.keys() == table
    for address in (IPv4Address(0x0A000000 + (n << 12)) for n in range(64)):
        mine = [p for p in table if address in p and not any(address in q for q in inner[p])]
        assert mine == ([found] if (found := longest.of(address)) is not None else [])


@pytest.mark.parametrize("_turn", range(20))
def test_addresses_that_go_elsewhere_lie_in_prefixes_that_differ_or_take_ways_that_turned(_turn: int) -> None:
    old, new = ({p: (RANDOM.randrange(3),) * RANDOM.randrange(2) for p in _drawn(10)} for _side in range(2))
    new |= {p: RANDOM.choice([ways, (3,)]) for p, ways in old.items() if RANDOM.random() < 0.7}
    apart, moved = turned(old, new)
    ways = Longest(old), Longest(new)
    for address in (IPv4Address(0x0A000000 + (n << 12)) for n in range(64)):
        found = [way.of(address) for way in ways]
        told = [None if p is None else table[p] for p, table in zip(found, (old, new), strict=True)]
        if not any(address in p for p in apart):
            assert told[1] == (None if told[0] is None else moved.get(told[0], told[0]))
        elif found[1] is not None:
            assert found[1] in touching(new, apart)
