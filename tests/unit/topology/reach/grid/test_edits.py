"""What is kept over edits is what would be found afresh, on random networks: one after another, and all undone.

By hand, thousands: `python -m tests.unit.topology.reach.grid.test_edits FIRST LAST`.
"""

import sys
from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from benchmarks.edit_kinds import KINDS
from inventory.deviceconfig import DeviceConfig
from tests.unit.topology.reach.grid.speaking import Speaking
from tests.unit.topology.reach.grid.worlds import World
from topology.reach.again import Again
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import V4, V6
from topology.reach.network import DEVICES, Network, edited, network
from topology.reach.space import Set, Space

Configs = dict[str, DeviceConfig]


def kept(number: int, kind: type[World] = World, *, six: bool = False) -> Iterator[str]:
    """Yield where the answer after random edits of a world is another than a fresh one."""
    world = kind(number)
    configs = world.with_six() if six else world.configs
    space = Space(V6 if six else V4)
    before = Engine(network(world.county, configs, space.family), space)
    old = {place: before.run(place) for place in (*before.network.places, DEVICES)}
    for turn, told in enumerate(_steps(world, configs, six=six)):
        after = Engine(edited(before.network, world.county, told), space, earlier=before)
        fresh = Engine(network(world.county, told, space.family), space)
        if (after.tables, after.doubts) != (fresh.tables, fresh.doubts):
            yield f"world {number}, edit {turn}: other routes"
        wanted = {place: fresh.run(place) for place in (*fresh.network.places, DEVICES)}
        found = _found(before, after, old)
        for place, now in found.items():
            if _told(now, space) != _told(wanted[place], space) or now.passed != wanted[place].passed:
                yield f"world {number}, edit {turn}: {place}"
            if not wanted[place].carried <= now.carried:
                yield f"world {number}, edit {turn}: {place} does not know who switches it"
        before, old = after, wanted | found


def _steps(world: World, configs: Configs, *, six: bool) -> Iterator[Configs]:
    """Yield the configurations after one edit of a device, after another of any kind, and as they were."""
    one = {**configs, **world.edited_six()} if six else world.edited()
    yield one
    random = Random(f"edits {world.number}")
    name = random.choice([*one])
    drawn = (edit(one[name]) for edit in random.sample([*KINDS.values()], len(KINDS)))
    yield {**one, name: next(found for found in drawn if found is not None)}
    yield configs


def _found(before: Engine, after: Engine, old: dict[str, Arrivals]) -> dict[str, Arrivals]:
    """Return where packets of the sources arrive that begin where they began."""
    again = Again(before, after)
    same = (p for p in (*after.network.places, DEVICES) if p in old and _begins(before, p) == _begins(after, p))
    return {place: again.run(old[place]) for place in same}


def _begins(engine: Engine, place: str) -> set[frozenset[object]]:
    return {domain.members for domain in engine.network.entered(place)}


def _told(found: Arrivals, space: Space) -> dict[tuple[str, ...], Set]:
    at = {("at", place): packets for place, packets in found.at.items()}
    taken = {("taken", device): packets for device, packets in found.devices.items()}
    told = at | taken | {("met", *port): packets for port, packets in found.met.items()}
    return {key: packets for key, packets in told.items() if packets != space.nothing}


@pytest.mark.parametrize("number", range(12))
def test_what_is_kept_over_edits_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number)] == []


@pytest.mark.parametrize("number", range(6))
def test_what_is_kept_over_edits_of_ipv6_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number, six=True)] == []


@pytest.mark.parametrize("number", range(6))
def test_so_it_is_where_bgp_areas_and_policy_routes_are_spoken(number: int) -> None:
    assert [*kept(number, Speaking)] == []


def test_the_very_same_network_stands_where_nothing_of_a_family_differs() -> None:
    world = World(1)
    whole: Network = network(world.county, world.configs, V6)
    name, config = next(iter(world.configs.items()))
    assert edited(whole, world.county, {**world.configs, name: config.model_copy(update={"routes": ()})}) is whole


if __name__ == "__main__":
    wrong = [
        line
        for number, kind, six in product(range(*map(int, sys.argv[1:3])), (World, Speaking), (False, True))
        for line in kept(number, kind, six=six)
    ]
    print(*wrong[:20], f"{len(wrong)} wrong", sep="\n")
    sys.exit(bool(wrong))
