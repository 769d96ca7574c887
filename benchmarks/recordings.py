"""What we read of devices that nobody here made: every recorded agent, probed and read as the poller does it.

    python -m benchmarks.recordings [NAME ...] [--wire] [--write docs/recorded-agents.md]

With `--wire` each is served by `benchmarks.recorded_agent` and read by the real engine with SNMP v2c over UDP, and the
run fails where that is not what was read at the seam above the wire (`tests/own`; three minutes).

For each agent: its platform, how many interfaces, parts and readings of each kind, LLDP neighbours, forwarding and ARP
entries, the range of the numbers (an absurd one is seen at a glance), and the CPU time that reading it took us. A
recording that makes us fail fails the run. Named agents are printed with every reading.
"""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from benchmarks.recorded import SHARED, RecordedPoller, Recording, recordings, roots
from benchmarks.recorded_agent import COMMUNITY, address, agents
from monitoring.capability.asking import TABLES
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed, probe, sense
from monitoring.capability.quantity import Quantity
from monitoring.capability.read import Reading
from monitoring.poller.samples import samples
from monitoring.sighting import asking as around
from monitoring.sighting.take import device as surroundings
from monitoring.snmp.community import Community
from monitoring.snmp.engine import Engine
from monitoring.snmp.questions import FULL
from monitoring.snmp.seam import Answer, Poller, Target
from topology.discovery.evidence import Device

PORT = 16100
COLUMNS = {
    "CPU": (Quantity.CPU,),
    "memory": (Quantity.MEMORY,),
    "heat": (Quantity.TEMPERATURE,),
    "fans": (Quantity.FAN, Quantity.FAN_SPEED),
    "power": (Quantity.POWER_SUPPLY,),
    "light": (Quantity.RX_POWER,),
    "tunnels": (Quantity.TUNNEL,),
    "OSPF": (Quantity.OSPF_NEIGHBOUR,),
    "BGP": (Quantity.BGP_PEER,),
    "UPS": (Quantity.UPS_SOURCE, Quantity.BATTERY, Quantity.BATTERY_CHARGE, Quantity.BATTERY_RUNTIME),
}
SAID = """# Recorded agents

Written by `python -m benchmarks.recordings --write docs/recorded-agents.md`, never by hand: what we read of every
recorded agent of the package snmpsim-data (installed by `make dev`; data only) and of NAV's cases, by the platform
tables of `monitoring/capability/tables`. {how}
Numbers are how many readings there are; `-` is none. Behind the interfaces is
how many of them have counters that give a rate. `ms` is our CPU time for all of it. No agent made us fail.
Values that a person found in these recordings by hand are held by `tests/unit/monitoring/capability/test_recorded.py`.

"""

WIRE = (
    "Read over the wire: each agent answers SNMP v2c from a UDP socket of its own\n"
    "(`benchmarks.recorded_agent`) and is asked by the poller's engine (`--wire`); the run fails where a row is not\n"
    "what the recording holds."
)
SEAM = "Read at the seam above the wire."


@dataclass
class Told:
    """What one agent told."""

    name: str
    capability: Capability
    sensed: Sensed
    around: Device
    counted: int
    """interfaces whose traffic can be counted"""
    seconds: float
    """CPU time of ours, without reading the file"""
    failed: str = ""
    counts: Counter[Quantity] = field(default_factory=Counter)

    @property
    def line(self) -> list[str]:
        """Its row in the table."""
        c, seen = self.capability, Counter(s.by for s in self.around.seen)
        kinds = [str(sum(self.counts[q] for q in quantities) or "-") for quantities in COLUMNS.values()]
        interfaces = f"{len(c.names.interfaces)} ({self.counted})" if c.names.interfaces else "-"
        rest = [str(n or "-") for n in (len(self.around.heard), seen["fdb"], seen["arp"])]
        return [self.name, c.platform or "-", interfaces, *kinds, *rest, f"{1000 * self.seconds:.0f}"]


async def tell_recorded(name: str, agent: Recording) -> Told:
    """Probe and read one agent at the seam."""
    _ = agent.names
    return await tell(Target(name, "127.0.0.1"), RecordedPoller({name: agent}))


async def tell_wired(targets: Iterable[Target]) -> list[Told]:
    """Probe and read agents by the engine, one after the other."""
    with closing(Engine(Community(SecretStr(COMMUNITY)))) as engine:
        return [await tell(target, engine) for target in targets]


async def tell(target: Target, poller: Poller) -> Told:
    """Probe and read one agent."""
    known, name = library(), target.device
    began = time.process_time()
    found = await probe(poller, [target], known)
    polled = await poller.ask([target], FULL)
    said = (await sense(poller, [target], found, polled, known)).get(name, Sensed())
    look: Answer = (await poller.ask([target], around.around(found[name])))[name]
    seen = surroundings(look)
    counted = sum(1 for s in samples(polled[name], {}, 0.0, 60.0) if s.reading.counters[0] is not None)
    seconds = time.process_time() - began
    counts = Counter(reading.quantity for reading in said.readings)
    return Told(name, found[name], said, seen, counted, seconds, found[name].error or said.error, counts)


def everything() -> tuple[str, ...]:
    """Return the tables that are asked for, of sensors and surroundings."""
    present = frozenset(column for columns in TABLES.values() for column in columns)
    bridge = around.around(Capability("", present=present - {around.FDB_VLAN, around.ARP}))
    whole = around.around(Capability("", present=present))
    columns = {column for question in (bridge, whole) for group in question.groups for column in group}
    return (*roots(library()), *sorted({column.rpartition(".")[0] for column in columns}))


def every(names: Iterable[str] = ()) -> Iterable[Told]:
    """Tell every recorded agent, or those of some names."""
    wanted, tables = set(names), everything()
    for path in [*recordings(), *recordings(SHARED)]:
        name = path.name.split(".snmprec")[0]
        if not wanted or name in wanted:
            yield asyncio.run(tell_recorded(name, Recording(path, tables)))


def every_wired(names: Iterable[str] = ()) -> list[Told]:
    """Tell the same as `every`, over the wire."""
    wanted = set(names)
    known = [(path.name.split(".snmprec")[0], address(number)) for number, path in enumerate(agents())]
    targets = [Target(name, where, PORT) for name, where in known if not wanted or name in wanted]
    command = [sys.executable, "-m", "benchmarks.recorded_agent", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        try:
            return asyncio.run(tell_wired(targets))
        finally:
            agent.kill()


def differing(seam: Iterable[Told], wire: Iterable[Told]) -> list[str]:
    """Return the agents of which more or less was read over the wire, and how."""
    pairs = zip(seam, wire, strict=True)
    return [f"{a.name}: {a.line[:-1]} {b.line[:-1]}" for a, b in pairs if a.line[:-1] != b.line[:-1]]


def table(rows: Iterable[Told]) -> str:
    """Return the table in Markdown."""
    head = ["agent", "platform", "interfaces", *COLUMNS, "LLDP", "FDB", "ARP", "ms"]
    lines = [head, ["---"] * len(head), *(row.line for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def ranges(rows: Iterable[Told]) -> str:
    """Return the lowest and highest value of each number over all agents, with the agent that says it."""
    found: dict[Quantity, list[tuple[float, str]]] = {}
    for row in rows:
        for reading in row.sensed.readings:
            if reading.condition is None:
                found.setdefault(reading.quantity, []).append((reading.value, row.name))
    lines = ["| quantity | readings | lowest | of | highest | of |", "|---|---|---|---|---|---|"]
    for quantity, values in sorted(found.items()):
        (low, lower), (high, higher) = min(values), max(values)
        unit = Reading("", quantity, "", 0.0).unit
        lines.append(f"| {quantity.value} ({unit}) | {len(values)} | {low:g} | {lower} | {high:g} | {higher} |")
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    """Print or write the tables; returns the exit code."""
    target = Path(words[words.index("--write") + 1]) if "--write" in words else None
    names = [word for word in words if not word.startswith("--") and (target is None or word != str(target))]
    began = time.monotonic()
    wire = "--wire" in words
    rows = every_wired(names) if wire else list(every(names))
    text = table(rows) + "\n## From where to where\n\n" + ranges(rows)
    told = sum(1 for row in rows if row.counts)
    summed = (
        f"\n{len(rows)} agents, {told} of which tell of themselves; {sum(r.counts.total() for r in rows)} readings.\n"
    )
    if target:
        target.write_text(SAID.replace("{how}", WIRE if wire else SEAM) + text + summed)
    print(text + summed + f"{time.monotonic() - began:.0f} s with reading the files")
    for row in rows if names else ():
        for r in row.sensed.readings:
            print(row.name, r.quantity.value, r.name, r.interface, r.value, r.unit, r.word, r.object, sep=" | ")
    failed = [(row.name, row.failed) for row in rows if row.failed]
    wrong = differing(every(names), rows) if wire else []
    print(*failed, *wrong, sep="\n")
    return 1 if failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
