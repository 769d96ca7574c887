"""fffuu's service matrices against ours: every class of addresses and every edge, counted each alone."""

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import fffuu
from benchmarks.cases.rows import CASES, Row
from topology.reach.iptables import saved
from topology.reach.iptables.compiled import LOOPBACK, Scene, passing
from topology.reach.iptables.report import Service
from topology.reach.iptables.rules import Dump
from topology.reach.rights import Rights, Span, rights
from topology.reach.space import Space

GOLDEN = CASES / "iptables-semantics" / "haskell_tool" / "test" / "Suites" / "GoldenFiles"
TCP = 6
Class = frozenset[Span]


def compared(file: Path) -> list[Row]:
    """Return a row for each matrix of a golden file, of the closure's rules and of the whole dump where it is there."""
    golden = fffuu.read(file.name, file.read_text(encoding="utf-8"))
    texts = {"rules of the upper closure": golden.saved, "the whole dump": golden.original}
    return [row for title, text in texts.items() if text for row in of_dump(golden, text, title)]


def of_dump(golden: fffuu.Golden, text: str, title: str) -> Iterator[Row]:
    """Yield a row for each matrix of a golden file, of the rules in a text; the first has the time of reading, too."""
    began = time.perf_counter()
    dump = saved.read(text)
    for (come, to), wanted in golden.matrices.items():
        found = _rights(golden, dump, come, to)
        classes, edges = _named(found)
        more_classes, more_edges = _named(wanted)
        differences = [f"class {_short(c)}" for c in classes ^ more_classes]
        differences += [f"edge {_short(a)} to {_short(b)}" for a, b in edges ^ more_edges]
        yield Row(
            f"{golden.name[:24]}: {len(dump.tables[golden.table])} chains, {dump.rules} rules",
            f"tcp {come} to {to}, {title}",
            len(classes & more_classes) + len(edges & more_edges),
            tuple(differences),
            seconds=time.perf_counter() - began,
        )
        began = time.perf_counter()


def _rights(golden: fffuu.Golden, dump: Dump, come: int, to: int) -> Rights:
    space, asked = Space(), Service(TCP, ((to, to),), ((come, come),))
    scene = Scene(behind=golden.behind or LOOPBACK)
    return rights(space, passing(space, dump, golden.table, golden.chain, asked.packets(space), scene).perhaps)


def _named(found: Rights) -> tuple[set[Class], set[tuple[Class, Class]]]:
    """Return classes and edges by the addresses alone, whatever number or letter a class bears."""
    names = [frozenset(spans) for spans in found.classes]
    return set(names), {(names[a], names[b]) for a, b in found.edges}


def _short(some: Class) -> str:
    low, high = min(some)
    return f"{low:#010x}-{high:#010x} ({len(some)} spans)"
