"""Atoms kept as tables change are those that would be found anew: none treated alike, none missing."""

import random
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.reach.atoms import Atoms, numbers
from topology.reach.fibs import DENY, PERMIT, AccessList, Fib
from topology.reach.space import Packet, Space

SPACE = Space()
TABLES = ("one", "two", "three")
prefixes = st.tuples(st.integers(0, 15), st.integers(0, 4)).map(lambda n: IPv4Network((n[0] << 28, n[1]), strict=False))
"""few, so that they lie within each other and come again"""
updates = st.lists(st.tuples(st.sampled_from(TABLES), prefixes, st.sampled_from(["east", "west"])), max_size=12)


def _packet(value: int) -> Packet:
    return Packet(IPv4Address(0), IPv4Address(value << 28), 6, 80, 1, echo=False, ack=False)


def _way(held: dict[IPv4Network, str], address: IPv4Address) -> str:
    found = max((p for p in held if address in p), key=lambda p: p.prefixlen, default=None)
    return held[found] if found is not None else "nowhere"


@given(updates, st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_atoms_are_the_fewest_classes_that_all_tables_treat_alike(
    some: list[tuple[str, IPv4Network, str]], chance: random.Random
) -> None:
    atoms = Atoms(SPACE, dict.fromkeys(TABLES, "nowhere"))
    fibs = {name: Fib(SPACE, "nowhere") for name in TABLES}
    held: dict[str, dict[IPv4Network, str]] = {name: {} for name in TABLES}
    for name, prefix, way in some:
        if prefix in held[name]:
            del held[name][prefix]
            shifts = fibs[name].remove(prefix)
        else:
            held[name][prefix] = way
            shifts = fibs[name].insert(prefix, way)
        moved = 0
        for old, new, packets in shifts:
            moved |= atoms.move(name, old, new, packets)
        assert moved & ~atoms.all == 0
        _are_right(atoms, held)
    left = [(name, prefix) for name in TABLES for prefix in held[name]]
    chance.shuffle(left)
    for name, prefix in left:
        for old, new, packets in fibs[name].remove(prefix):
            atoms.move(name, old, new, packets)
    assert len(atoms) == 1


def _are_right(atoms: Atoms, held: dict[str, dict[IPv4Network, str]]) -> None:
    behaviours = {}
    for value in range(16):
        packet = _packet(value)
        behaviours[value] = tuple(_way(held[name], packet.target) for name in TABLES)
        mine = [n for n in numbers(atoms.all) if SPACE.holds(atoms.packets(1 << n), packet)]
        assert len(mine) == 1
        assert all(atoms.on(t, w) >> mine[0] & 1 for t, w in zip(TABLES, behaviours[value], strict=True))
    assert len(atoms) == len(set(behaviours.values()))


entries = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([PERMIT, DENY]), prefixes),
    max_size=8,
    unique_by=lambda e: (e[0], e[2]),
)


@given(entries, st.data())
@settings(max_examples=12, deadline=None)
def test_an_access_list_decides_by_its_highest_entry_whatever_came_when(
    some: list[tuple[int, str, IPv4Network]], data: st.DataObject
) -> None:
    atoms, one = Atoms(SPACE, {"list": DENY}), AccessList(SPACE)
    gone = data.draw(st.sets(st.sampled_from(some))) if some else set()
    for priority, way, prefix in some:
        for old, new, packets in one.insert(priority, way, SPACE.prefix("d", prefix)):
            atoms.move("list", old, new, packets)
    for priority, way, prefix in gone:
        for old, new, packets in one.remove(priority, way, SPACE.prefix("d", prefix)):
            atoms.move("list", old, new, packets)
    left = [e for e in reversed(some) if e not in gone]
    for value in range(16):
        packet = _packet(value)
        fits = [e for e in left if packet.target in e[2]]
        wanted = max(fits, key=lambda e: e[0])[1] if fits else DENY
        assert SPACE.holds(atoms.packets(atoms.on("list", wanted)), packet)


def test_what_is_not_there_cannot_go_and_what_is_there_cannot_come() -> None:
    fib, prefix = Fib(SPACE, "nowhere"), IPv4Network("10.0.0.0/8")
    with pytest.raises(KeyError):
        list(fib.remove(prefix))
    list(fib.insert(prefix, "east"))
    with pytest.raises(ValueError, match="10"):
        list(fib.insert(prefix, "west"))


def test_packets_that_do_not_go_the_old_way_stay() -> None:
    atoms = Atoms(SPACE, {"one": "a"})
    half = SPACE.prefix("d", IPv4Network("0.0.0.0/1"))
    assert atoms.move("one", "b", "c", half) == 0
    assert atoms.move("one", "a", "a", half) == 0
    assert len(atoms) == 1
    atoms.move("one", "a", "b", half)
    atoms.move("one", "a", "c", half)
    assert atoms.packets(atoms.on("one", "b")) == half
