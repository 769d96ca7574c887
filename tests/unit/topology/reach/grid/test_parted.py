"""A routing table of its own is a router of its own: the three agree of random networks with VRFs, and so do edits.

By hand, thousands: `python -m tests.unit.topology.reach.grid.test_parted FIRST LAST`.
"""

import sys
from collections.abc import Iterator
from random import Random

import pytest

from tests.unit.topology.reach.grid.parted import Parted
from tests.unit.topology.reach.grid.test_edits import kept
from tests.unit.topology.reach.grid.three import wrong
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, network
from topology.reach.space import Space


def told_apart(number: int) -> Iterator[str]:
    """Yield where packets of a world fare otherwise than with a device of its own for each instance."""
    world = Parted(number)
    space, other = Space(), network(*world.apart())
    one, two = Engine(world.network, space), Engine(other, space)
    single = not any(domain.leaps for domain in other.domains)  # one device sends nothing to itself by a second tag
    for source in (*one.network.places, *([DEVICES] if single else [])) if world.plain else ():
        first, second = one.run(source).at, two.run(source).at
        less = any(packets & ~first.get(place, space.nothing) != space.nothing for place, packets in second.items())
        if less or (source != DEVICES and first != second):  # a device sends from the addresses of all its instances
            yield f"world {number}: {source}"


def differing(number: int) -> Iterator[str]:
    """Yield every disagreement about a world."""
    for answers in (False, True):
        yield from wrong(Parted(number).network, Random(number), answers=answers, most=3)
    yield from kept(number, Parted)
    yield from told_apart(number)


@pytest.mark.parametrize("number", range(4))
def test_a_routing_table_of_its_own_is_a_router_of_its_own_to_all_three(number: int) -> None:
    assert [*differing(number)] == []


def test_the_random_networks_have_such_tables_that_packets_meet() -> None:
    """Else they could not disagree."""
    met = set[str]()
    for number in range(5):
        engine = Engine(Parted(number).network, Space())
        met |= {device for place in engine.network.places for device, _into in engine.run(place).met}
    assert any(" vrf " in device for device in met)


if __name__ == "__main__":
    bad = [line for number in range(*map(int, sys.argv[1:])) for line in list(differing(number))[:1]]
    print(*bad, f"{len(bad)} disagree", sep="\n")
    sys.exit(bool(bad))
