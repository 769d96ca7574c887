"""What is kept over an edit is what would be found afresh, on random networks and random edits."""

from collections.abc import Iterator

import pytest

from tests.unit.topology.reach.grid.worlds import World
from topology.reach.again import Again
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import V4, V6
from topology.reach.network import DEVICES, Network, edited, network
from topology.reach.space import Set, Space


def kept(number: int, kind: type[World] = World, *, six: bool = False) -> Iterator[str]:
    """Yield where the answer after a random edit of a world is another than a fresh one."""
    world = kind(number)
    configs = world.with_six() if six else world.configs
    whole = network(world.county, configs, V6 if six else V4)
    space = Space(whole.family)
    before = Engine(whole, space)
    old = {place: before.run(place) for place in (*before.network.places, DEVICES)}
    found = edited(before.network, world.county, {**configs, **world.edited_six()} if six else world.edited())
    after, fresh = Engine(found, space, earlier=before), Engine(found, space)
    again = Again(before, after)
    for place, arrivals in old.items():
        if place == DEVICES or _begins(before.network, place) == _begins(found, place):
            now, wanted = again.run(arrivals), fresh.run(place)
            if _told(now, space) != _told(wanted, space):
                yield f"world {number}: {place}"
            if not wanted.passed <= now.passed:
                yield f"world {number}: {place} does not know that it met {wanted.passed - now.passed}"


def _begins(network: Network, place: str) -> set[frozenset[object]]:
    return {domain.members for domain in network.entered(place)}


def _told(found: Arrivals, space: Space) -> dict[str, Set]:
    told = {**found.at, **{f"{DEVICES}: {name}": packets for name, packets in found.devices.items()}}
    return {place: packets for place, packets in told.items() if packets != space.nothing}


@pytest.mark.parametrize("number", range(20))
def test_what_is_kept_over_an_edit_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number)] == []


@pytest.mark.parametrize("number", range(8))
def test_what_is_kept_over_an_edit_of_ipv6_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number, six=True)] == []
