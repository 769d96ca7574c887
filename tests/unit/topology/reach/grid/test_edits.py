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
from topology.reach.again import LARGE, Again
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import V4, V6
from topology.reach.grouped import Grouped
from topology.reach.halves import halved
from topology.reach.homes import Homes
from topology.reach.network import DEVICES, Network, edited, network
from topology.reach.space import Set, Space

Configs = dict[str, DeviceConfig]


def kept(
    number: int, kind: type[World] = World, *, six: bool = False, whole: bool = False, sums: bool = True
) -> Iterator[str]:
    """Yield where the answer after random edits of a world is another than a fresh one.

    `whole`: of one whose engine notes what devices do, and of which whole sources are let loose again. Without `sums`
    nobody asks what all devices take.
    """
    world = kind(number)
    configs = world.with_six() if six else world.configs
    space = Space(V6 if six else V4)
    before = Engine(network(world.county, configs, space.family), space, notes=whole)
    old = {place: before.run(place) for place in (*before.network.places, DEVICES)}
    for turn, told in enumerate(_steps(world, configs, six=six)):
        after = Engine(edited(before.network, world.county, told), space, earlier=before, sums=sums)
        fresh = Engine(network(world.county, told, space.family), space)
        if (after.tables, after.doubts) != (fresh.tables, fresh.doubts):
            yield f"world {number}, edit {turn}: other routes"
        wanted = {place: fresh.run(place) for place in (*fresh.network.places, DEVICES)}
        found = _found(before, after, old, 0 if whole else LARGE)
        for place, now in found.items():
            if _apart(now, wanted[place], space, sums=sums) or now.passed != wanted[place].passed:
                yield f"world {number}, edit {turn}: {place}"
            if not wanted[place].carried <= now.carried:
                yield f"world {number}, edit {turn}: {place} does not know who switches it"
        before, old = after, wanted | found if sums else wanted


def grouped(number: int, kind: type[World] = World, *, six: bool = False, sums: bool = True) -> Iterator[str]:
    """Yield where places that send from home as one are told other than a fresh run; else how many were told, as "=".

    Home is where addresses end in the bits of a place's number, and nobody sends anything else.
    """
    world = kind(number)
    configs = world.with_six() if six else world.configs
    space = Space(V6 if six else V4)
    before = Engine(network(world.county, configs, space.family), space, notes=True)
    parts = {place: _ending(space, n) for n, place in enumerate(before.network.places)}
    before.homes = Homes(parts, halved([*parts.items()]))
    olds = {place: before.run(place, part) for place, part in parts.items()}
    group = Grouped(before, olds)
    for turn, told in enumerate(_steps(world, configs, six=six)):
        after = Engine(edited(before.network, world.county, told), space, earlier=before, sums=sums)
        fresh = Engine(network(world.county, told, space.family), space)
        same = {p: olds[p] for p in after.network.places if p in parts and _begins(before, p) == _begins(after, p)}
        for place, now in group.again(after, same).items():
            wanted = fresh.run(place, parts[place])
            if _apart(now, wanted, space, sums=sums) or now.passed != wanted.passed:
                yield f"world {number}, edit {turn}, grouped: {place}"
            if not wanted.crossed <= now.crossed:
                yield f"world {number}, edit {turn}, grouped: {place} does not know its ways"
            if now is not olds[place]:
                yield "="


def together(number: int, kind: type[World] = World, *, six: bool = False) -> Iterator[str]:
    """Yield where places that have no header in common, and so are let loose at once, are told other than a fresh run.

    Each place sends from addresses of its own: those that end in the bits of its number.
    """
    world = kind(number)
    configs = world.with_six() if six else world.configs
    space = Space(V6 if six else V4)
    before = Engine(network(world.county, configs, space.family), space)
    parts = {place: _ending(space, n) for n, place in enumerate(before.network.places)}
    for turn, told in enumerate(_steps(world, configs, six=six)):
        after = Engine(edited(before.network, world.county, told), space, earlier=before)
        fresh = Engine(network(world.county, told, space.family), space)
        same = [p for p in after.network.places if p in parts and _begins(before, p) == _begins(after, p)]
        olds = (before.run(place, parts[place]) for place in same)
        plain = [old for old in olds if old.rewritten == space.nothing]  # what it becomes would be sent, too
        for place, now in Again(before, after).runs(plain).items():
            wanted = fresh.run(place, parts[place])
            if _told(now, space) != _told(wanted, space) or now.passed != wanted.passed:
                yield f"world {number}, edit {turn}, together: {place}"
            if not wanted.carried <= now.carried or not wanted.crossed <= now.crossed:
                yield f"world {number}, edit {turn}, together: {place} does not know its ways"
        before = after


def _ending(space: Space, number: int) -> Set:
    """Return the packets from addresses that end in the lowest three bits of a number."""
    return space.masked("s", number, 7)


def _steps(world: World, configs: Configs, *, six: bool) -> Iterator[Configs]:
    """Yield the configurations after one edit of a device, after another of any kind, and as they were."""
    one = {**configs, **world.edited_six()} if six else world.edited()
    yield one
    random = Random(f"edits {world.number}")
    name = random.choice([*one])
    drawn = (edit(one[name]) for edit in random.sample([*KINDS.values()], len(KINDS)))
    yield {**one, name: next(found for found in drawn if found is not None)}
    yield configs


def _found(before: Engine, after: Engine, old: dict[str, Arrivals], large: int) -> dict[str, Arrivals]:
    """Return where packets of the sources arrive that begin where they began; every third by itself."""
    again = Again(before, after, large)
    same = [p for p in (*after.network.places, DEVICES) if p in old and _begins(before, p) == _begins(after, p)]
    return again.runs(old[place] for place in same) | {place: again.run(old[place]) for place in same[::3]}


def _begins(engine: Engine, place: str) -> set[frozenset[object]]:
    return {domain.members for domain in engine.network.entered(place)}


def _apart(one: Arrivals, other: Arrivals, space: Space, *, sums: bool) -> bool:
    """Return whether two differ; without `sums` what is said `at` devices may be missing."""
    mine, theirs = (_told(found, space) for found in (one, other))
    unsaid = set() if sums or ("at", DEVICES) in mine else {("at", DEVICES)}
    return mine != {key: packets for key, packets in theirs.items() if key not in unsaid}


def _told(found: Arrivals, space: Space) -> dict[tuple[str, ...], Set]:
    at = {("at", place): packets for place, packets in found.at.items()}
    taken = {("taken", device): packets for device, packets in found.devices.items()}
    told = at | taken | {("met", *port): packets for port, packets in found.met.items()}
    return {key: packets for key, packets in told.items() if packets != space.nothing}


@pytest.mark.parametrize("number", range(12))
def test_what_is_kept_over_edits_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number)] == []


@pytest.mark.parametrize("number", range(2000, 2012))
def test_devices_that_stand_do_again_what_they_did_with_whole_sources(number: int) -> None:
    assert [*kept(number, Speaking if number % 3 else World, six=number % 4 == 0, whole=True)] == []


@pytest.mark.parametrize("number", range(3000, 3012))
def test_so_they_do_where_nobody_asks_what_all_devices_take(number: int) -> None:
    kind, six, whole = Speaking if number % 3 else World, number % 4 == 0, number % 2 == 0
    assert [*kept(number, kind, six=six, whole=whole, sums=False)] == []


@pytest.mark.parametrize("kind", [World, Speaking])
@pytest.mark.parametrize("six", [False, True])
def test_places_that_send_from_home_as_one_are_told_what_a_fresh_run_says(kind: type[World], *, six: bool) -> None:
    told = [line for number in range(3100, 3116) for line in grouped(number, kind, six=six, sums=number % 2 == 0)]
    assert {*told} == {"="}


@pytest.mark.parametrize("number", range(6))
def test_what_is_kept_over_edits_of_ipv6_is_what_would_be_found_afresh(number: int) -> None:
    assert [*kept(number, six=True)] == []


@pytest.mark.parametrize("number", range(6))
def test_so_it_is_where_bgp_areas_and_policy_routes_are_spoken(number: int) -> None:
    assert [*kept(number, Speaking)] == []


@pytest.mark.parametrize("number", range(1000, 1012))
def test_places_without_a_header_in_common_are_told_what_a_fresh_run_says(number: int) -> None:
    assert [*together(number)] == []


@pytest.mark.parametrize("number", range(1000, 1006))
def test_so_they_are_where_bgp_areas_and_policy_routes_are_spoken(number: int) -> None:
    assert [*together(number, Speaking)] == []


def test_the_very_same_network_stands_where_nothing_of_a_family_differs() -> None:
    world = World(1)
    whole: Network = network(world.county, world.configs, V6)
    name, config = next(iter(world.configs.items()))
    assert edited(whole, world.county, {**world.configs, name: config.model_copy(update={"routes": ()})}) is whole


if __name__ == "__main__":
    wrong = [
        line
        for number, kind, six in product(range(*map(int, sys.argv[1:3])), (World, Speaking), (False, True))
        for line in (
            *kept(number, kind, six=six),
            *kept(number, kind, six=six, whole=True),
            *kept(number, kind, six=six, whole=number % 2 == 0, sums=False),
            *together(number, kind, six=six),
            *(line for line in grouped(number, kind, six=six, sums=number % 2 == 0) if line != "="),
        )
    ]
    print(*wrong[:20], f"{len(wrong)} wrong", sep="\n")
    sys.exit(bool(wrong))
