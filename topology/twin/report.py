"""The state of the twin as it is now: processes, memory, lines."""

import os
from contextlib import suppress
from pathlib import Path

from countynet.frozen import Frozen
from countynet.settings import Settings
from topology.twin import clean, lines
from topology.twin.state import Places, TwinState


class NodeStatus(Frozen):
    """One node: its init and everything below it. Memory is the proportional set size, in KiB."""

    name: str
    kind: str
    alive: bool
    processes: int = 0
    memory_kib: int = 0


class LineStatus(Frozen):
    """One line: whether it is whole."""

    id: str
    circuit: str
    cut: bool


class TwinStatus(Frozen):
    """The twin as a whole. `up` is true if every node that was started still lives."""

    county: str = ""
    up: bool = False
    nodes: tuple[NodeStatus, ...] = ()
    leaves: tuple[str, ...] = ()
    lines: tuple[LineStatus, ...] = ()
    namespaces: int = 0
    processes: int = 0
    memory_kib: int = 0


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _by_pid_namespace() -> dict[int, list[int]]:
    """Return the PIDs of this machine by the inode of their PID namespace."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError):
                found.setdefault(os.stat(f"/proc/{name}/ns/pid").st_ino, []).append(int(name))
    return found


def _nodes(twin: TwinState, mark: str, memory: bool) -> tuple[NodeStatus, ...]:
    marks, by_namespace = clean.marked(), _by_pid_namespace()
    found = []
    for node in twin.nodes:
        alive = marks.get(node.pid) == mark and clean.alive(node.pid)
        pids: list[int] = []
        if alive:
            with suppress(OSError):
                pids = by_namespace.get(os.stat(f"/proc/{node.pid}/ns/pid").st_ino, [])
        kib = sum(_pss(pid) for pid in pids) if memory else 0
        found.append(NodeStatus(name=node.name, kind=node.kind, alive=alive, processes=len(pids), memory_kib=kib))
    return tuple(found)


def status(settings: Settings, *, memory: bool = False) -> TwinStatus:
    """Return the state of the county's twin; `memory` measures it too, which takes a second."""
    places = Places(settings)
    twin = places.read()
    if twin is None:
        return TwinStatus(namespaces=len(clean.namespaces()))
    nodes = _nodes(twin, places.mark, memory)
    cut = lines.cut_lines(twin, places)
    return TwinStatus(
        county=twin.county,
        up=twin.ready and all(n.alive for n in nodes),
        nodes=nodes,
        leaves=twin.leaves,
        lines=tuple(LineStatus(id=x.id, circuit=x.circuit, cut=x.id in cut) for x in twin.lines),
        namespaces=len(clean.namespaces()),
        processes=sum(n.processes for n in nodes),
        memory_kib=sum(n.memory_kib for n in nodes),
    )
