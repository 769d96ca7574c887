"""APKeep's data sets (XJTU-NetVerify/apkeep): updates of forwarding tables and access lists, one after the other.

As its README has it, the figures are the atoms once all is inserted and once all is removed again, and the loops met on
the way. A loop is counted as APKeep counts it: ports passed until one that was passed before is left by again, a cycle
being one however it is turned, wherever packets of a moved atom may go and an access list on the way lets some of them
through. Forwarding and lists have atoms of their own, as APKeep divides them.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.cases.rows import CASES, Row
from topology.reach.atoms import Atoms, Bits
from topology.reach.fibs import DENY, AccessList, Fib, Shift
from topology.reach.space import Set, Space

NETWORKS = CASES / "apkeep" / "networks"
PUBLISHED = {"stanford": {"updates": 9052, "atoms": 515, "atoms left": 2, "loops": 20}}
"""the README's figures"""
START = "default"
Port = tuple[str, str]
Cycle = tuple[Port, ...]


@dataclass
class Replay:
    """A network while its updates are played."""

    space: Space
    links: dict[Port, list[Port]]
    vlans: dict[Port, tuple[str, ...]]
    fibs: dict[str, Fib]
    lists: dict[str, AccessList]
    forwarding: Atoms
    filtering: Atoms
    loops: set[Cycle] = field(default_factory=set)

    def play(self, line: str) -> Bits:
        """Play one update and return the atoms of forwarding that moved."""
        sign, kind, name, *words = line.split()
        if kind == "acl":
            self._list(sign, name, words)
            return 0
        prefix = IPv4Network((int(words[0]), int(words[1])))
        fib = self.fibs[name]
        return self._moved(self.forwarding, name, fib.insert(prefix, words[2]) if sign == "+" else fib.remove(prefix))

    def _list(self, sign: str, name: str, words: list[str]) -> None:
        entry = int(words[-1]), words[2], entry_packets(self.space, words[3:-1])
        shifts = self.lists[name].insert(*entry) if sign == "+" else self.lists[name].remove(*entry)
        self._moved(self.filtering, name, shifts)

    def _moved(self, atoms: Atoms, name: str, shifts: Iterator[Shift]) -> Bits:
        found = 0
        for old, new, packets in shifts:
            found |= atoms.move(name, old, new, packets)
        return found

    def check(self, device: str, moved: Bits) -> None:
        """Note the loops that moved atoms meet from a device on."""
        for way, atoms in self.forwarding.ways(device).items():
            if way != START and atoms & moved:
                for port in self._ports(device, way):
                    self._follow((device, port), atoms & moved, self.filtering.all, ())

    def _ports(self, device: str, way: str) -> tuple[str, ...]:
        return self.vlans.get((device, way), ()) if way.lower().startswith("vlan") else (way,)

    def _follow(self, out: Port, atoms: Bits, filtered: Bits, passed: tuple[Port, ...]) -> None:
        if out in passed:
            if self._both(atoms, filtered):
                self.loops.add(_turned(passed[passed.index(out) :]))
            return
        for node, port in self.links.get(out, ()):
            through = (*passed, out, (node, port))
            if is_list(node):
                if kept := filtered & self.filtering.on(list_of(node), "permit"):
                    self._follow((node, "permit"), atoms, kept, through)
                continue
            for way, here in self.forwarding.ways(node).items():
                if way != port and here & atoms:
                    for leaves in self._ports(node, way):
                        if leaves != port:
                            self._follow((node, leaves), here & atoms, filtered, through)

    def _both(self, atoms: Bits, filtered: Bits) -> bool:
        if filtered == self.filtering.all:
            return True
        return bool(self.forwarding.packets(atoms) & self.filtering.packets(filtered) != self.space.nothing)


def _turned(cycle: tuple[Port, ...]) -> Cycle:
    return min(cycle[n:] + cycle[:n] for n in range(len(cycle)))


def is_list(node: str) -> bool:
    """Return whether a node of the topology is an access list in its place."""
    return node.endswith(("_in", "_out"))


def list_of(node: str) -> str:
    """Return the access list that a node of the topology applies: its name without port and direction."""
    return node.rsplit("_", 2)[0]


def entry_packets(space: Space, words: list[str]) -> Set:
    """Return the packets of an entry: protocols, source, its ports, destination, its ports; wildcards may have gaps."""
    low, high, source, wild, *rest = words
    found = _run(space, "p", low, high, 255) & _addresses(space, "s", source, wild)
    found = found & _run(space, "r", rest[0], rest[1], 65535)
    return found & _addresses(space, "d", rest[2], rest[3]) & _run(space, "q", rest[4], rest[5], 65535)


def _addresses(space: Space, side: str, address: str, wild: str) -> Set:
    if address in ("any", "null"):
        return space.everything
    free = 0 if wild == "null" else int(IPv4Address(wild))
    return space.masked(side, int(IPv4Address(address)), ~free & 0xFFFFFFFF)


def _run(space: Space, name: str, low: str, high: str, most: int) -> Set:
    """Return the packets whose field lies in a run; it may be left open at its end, or wholly."""
    if low in ("null", "any"):
        return space.everything
    return space.runs(name, [(int(low), most if high == "null" else int(high))])


def begin(folder: Path) -> Replay:
    """Return a network before its first update."""
    space, links = Space(), defaultdict[Port, list[Port]](list)
    for one, port, other, there in (line.split() for line in _lines(folder / "topo.txt")):
        links[one, port].append((other, there))
    devices = sorted({n for n, _p in links} | {n for some in links.values() for n, _p in some})
    devices += [line.strip() for line in _lines(folder / "devices.txt")]
    routers = dict.fromkeys(d for d in devices if not is_list(d))
    lists = [f.name for f in sorted((folder / "acls").glob("*")) if not f.name.endswith("_usage")]
    vlans = {
        (words[0], words[1]): tuple(dict.fromkeys(words[2:])) for words in map(str.split, _lines(folder / "vlan.txt"))
    }
    return Replay(
        space, dict(links), vlans, {n: Fib(space, START) for n in routers}, {n: AccessList(space) for n in lists},
        Atoms(space, dict.fromkeys(routers, START)), Atoms(space, dict.fromkeys(lists, DENY)),
    )  # fmt: skip


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line.strip()] if file.is_file() else []


@dataclass(frozen=True)
class Figures:
    """What came of a replay; times in microseconds of each update, without and with the search for loops."""

    updates: int
    atoms: int
    left: int
    loops: int
    times: tuple[float, ...]
    whole: tuple[float, ...]
    seconds: float


def replay(folder: Path, most: int | None = None, *, loops: bool = True) -> Figures:
    """Play a data set's updates, at most so many, and return the figures."""
    network, lines = begin(folder), _lines(folder / "updates")
    times, whole, atoms = list[float](), list[float](), 0
    began = time.perf_counter()
    for line in islice(lines, most):
        if line[0] == "-" and not atoms:
            atoms = _count(network)
        start = time.perf_counter()
        moved = network.play(line)
        times.append((time.perf_counter() - start) * 1e6)
        if moved and loops:
            network.check(line.split()[2], moved)
        whole.append((time.perf_counter() - start) * 1e6)
    left = _count(network)
    took = time.perf_counter() - began
    return Figures(len(times), atoms or left, left, len(network.loops), tuple(times), tuple(whole), took)


def _count(network: Replay) -> int:
    """Return the atoms of both kinds; a network without access lists has one kind."""
    return len(network.forwarding) + (len(network.filtering) if network.lists else 0)


def compared(folder: Path) -> Row:
    """Return the row of a data set; what is published of it are the figures of APKeep's README."""
    found, published = replay(folder), PUBLISHED.get(folder.name, {})
    ours = {"updates": found.updates, "atoms": found.atoms, "atoms left": found.left, "loops": found.loops}
    differences = tuple(f"{k}: ours {ours[k]}, published {v}" for k, v in published.items() if ours[k] != v)
    one, both = median(found.times), median(found.whole)
    mean = sum(found.whole) / len(found.whole)
    what = ", ".join(f"{k} {v}" for k, v in ours.items())
    what += f"; an update {one:.0f} µs (median), with the search for loops {both:.0f} µs (mean {mean:.0f})"
    return Row(f"apkeep {folder.name}", what, len(published) - len(differences), differences, seconds=found.seconds)
