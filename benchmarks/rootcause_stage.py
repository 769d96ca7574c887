"""The stage of `benchmarks.rootcause`: a small county in the twin, configured and watched, and ways to break it.

Everything is real but the size: real devices, daemons and cables, the real poller. It pings as often as in a county (a
redundant path needs three to four seconds to take over, which must not count as an outage) and polls three times as
often.
"""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, select

from benchmarks.rootcause_failures import Step
from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import CountyError
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.stages import StageContext
from inventory import load_county, subset
from inventory.create import create_folder, create_repository, create_secrets
from inventory.model import County
from monitoring.agents.store import AgentRow
from monitoring.alarms.store import Alarm
from monitoring.detect.topology import Topology, topology
from monitoring.poller import run
from monitoring.poller.watch import Pace
from monitoring.read import poll_health
from monitoring.windows import book
from playbooks.device.stage import stage as configure
from topology import twin
from topology.twin.lines import find
from topology.twin.state import Places

UNITS, HOUR = 12, timedelta(hours=1)
PACE = Pace(ping=1.0, poll=5, neighbours=60, look=5)
_FIRST = 40.0
"""seconds that the first poll may take until everybody answered"""
_HUSH = "table inet hush { chain in { type filter hook input priority -300; meta l4proto { icmp, udp } drop; }; }"
_LOSE = (
    "table netdev lose {{ chain in {{ type filter hook ingress device {port} priority 0; "
    "numgen random mod 1000 < 250 drop; }}; }}"
)


class Stage:
    """A county that stands and is watched; `do` breaks something, `undo` mends all that is broken."""

    def __init__(self, county: County, settings: Settings, database: Engine) -> None:
        self.county, self.settings, self.database = county, settings, database
        self.topology: Topology = topology(county)
        self.broken: list[Step] = []
        self._windows: dict[str, int] = {}

    def do(self, step: Step) -> None:
        """Take one step."""
        verb, what = step
        if verb == "wait":
            time.sleep(float(what))
            return
        self._verbs()[verb](what)
        opposite = {"on": "off", "mend": "cut", "close": "window"}.get(verb)
        if opposite:
            self.broken.remove((opposite, what))
        else:
            self.broken.append(step)

    def undo(self) -> None:
        """Mend everything, what was broken last first."""
        back = {"off": "on", "cut": "mend", "window": "close", "shut": "open", "hush": "speak", "stop": "start"}
        for verb, what in reversed(self.broken):
            self._verbs()[back.get(verb, "keep")](what)
        self.broken.clear()

    def _verbs(self) -> dict[str, Callable[[str], object]]:
        return {
            "off": lambda name: twin.power_off(self.settings, name),
            "on": lambda name: twin.power_on(self.settings, name),
            "cut": lambda line: twin.cut(self.settings, line),
            "mend": lambda line: twin.mend(self.settings, line),
            "shut": lambda end: self._port(end, "down"),
            "open": lambda end: self._port(end, "up"),
            "hush": lambda name: self._in(name, "nft", "-f", "-", given=_HUSH),
            "speak": lambda name: self._in(name, "nft", "delete", "table", "inet", "hush"),
            "stop": lambda name: self._in(name, "systemctl", "stop", "snmpd"),
            "start": lambda name: self._in(name, "systemctl", "start", "snmpd"),
            "lose": self._lose,
            "keep": self._keep,
            "window": self._open_window,
            "close": self._close_window,
        }

    def _in(self, node: str, *argv: str, given: str = "") -> None:
        done = twin.exec_in(self.settings, node, argv, given=given)
        assert done.returncode == 0, (node, argv, done.stderr)

    def _port(self, end: str, state: str) -> None:
        device, port = end.split("/")
        self._in(device, "ip", "link", "set", "dev", port, state)

    def _where(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Return the network namespace and the interfaces in it that a line passes, both ways where it can be."""
        state = Places(self.settings).read()
        assert state is not None
        line = find(state, name)
        if line.ends:
            return "cn-lines", tuple(line.ends)
        number = next(c for c in self.county.circuits if c.id == name).unit.removeprefix("u")
        return "cn-isp", (f"d{number}",)

    def _lose(self, name: str) -> None:
        """Lose a quarter of what passes a line from one side."""
        namespace, ports = self._where(name)
        self._nft(namespace, "-f", "-", given=_LOSE.format(port=ports[0]))

    def _keep(self, name: str) -> None:
        self._nft(self._where(name)[0], "delete", "table", "netdev", "lose")

    def _nft(self, namespace: str, *words: str, given: str = "") -> None:
        command = ["ip", "netns", "exec", namespace, "nft", *words]
        subprocess.run(command, input=given, text=True, check=True, capture_output=True)

    def _open_window(self, device: str) -> None:
        now = clock.now()
        made = book.add(self.database, self.topology, [device], now, now + HOUR, "work", "benchmark")
        self._windows[device] = made.number

    def _close_window(self, device: str) -> None:
        book.remove(self.database, self.topology, self._windows.pop(device), "benchmark")


@contextmanager
def standing(folder: Path, say: Callable[[str], None]) -> Iterator[Stage]:
    """Bring a small county up, configure and watch it; take it down at the end."""
    settings = Settings(county=folder / "county", language="en")
    create_folder(settings)
    county = load_county(settings.county)
    create_secrets(settings, county)
    create_repository(settings)
    small = subset(county, UNITS)
    context = StageContext(settings, quick=True, say=say, progress=lambda *_: None, county=small)
    twin.up(small, settings, Secrets.load(settings))
    try:
        _configure(context)
        database = open_database(settings)
        yield Stage(small, settings, database)
        database.dispose()
    finally:
        twin.down(settings)


def _configure(context: StageContext) -> None:
    """Configure all devices; on a busy machine one may not answer in time, and is asked again."""
    try:
        configure.run(context)
    except CountyError as error:
        context.say(f"again: {error.message}")
        configure.run(context)


@contextmanager
def watched(stage: Stage, pace: Pace = PACE) -> Iterator[None]:
    """Run the poller in a thread of its own, once it has polled; what failed before is long ago to it.

    Each failure is watched by a poller that knows nothing of the one before, nor what was learned of the agents; the
    alarms are put back by an hour. Else a device of two scripts within five minutes would rightly be said to flap.
    """
    _age(stage.database)
    began = clock.now()
    over = threading.Event()
    failure: list[BaseException] = []

    def work() -> None:
        try:
            run(stage.settings, over.is_set, pace)
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        end = time.monotonic() + _FIRST
        while not failure and not _polled(stage.database, began) and time.monotonic() < end:
            time.sleep(0.1)
        yield
    finally:
        over.set()
        thread.join(30)
    assert not failure, failure


def _age(database: Engine) -> None:
    with transaction(database) as session:
        for alarm in session.scalars(select(Alarm).where(Alarm.closed.is_not(None))):
            alarm.opened -= HOUR
            alarm.closed = alarm.closed - HOUR if alarm.closed else None
        session.execute(delete(AgentRow))


def _polled(database: Engine, began: datetime) -> bool:
    with reading(database) as session:
        return any(poll.at > began and poll.answered == poll.devices for poll in poll_health(session, 1))


def silent(stage: Stage) -> frozenset[str]:
    """Return the devices that cannot answer as things are broken, found on the plain graph of cables and circuits."""
    import networkx as nx

    from topology.graph import graph

    whole = graph(stage.county)
    left = nx.Graph(whole.subgraph({*stage.topology.watched, stage.topology.station, "operator"}))
    dead = {what for verb, what in stage.broken if verb == "off"}
    hushed = {what for verb, what in stage.broken if verb == "hush"}
    left.remove_nodes_from(dead)
    gone = {what for verb, what in stage.broken if verb == "cut"} | _shut(stage)
    for a, b in list(left.edges):
        if gone & {link[0] for link in left[a][b]["links"]}:
            left.remove_edge(a, b)
    found = nx.node_connected_component(left, stage.topology.station) if stage.topology.station in left else set()
    return frozenset(stage.topology.watched) - frozenset(found) | hushed


def _shut(stage: Stage) -> set[str]:
    """Return the cables and circuits whose port is shut."""
    ends = {tuple(what.split("/")) for verb, what in stage.broken if verb == "shut"}
    cables = stage.county.cables
    found = {c.id for c in cables if {(c.a.node, c.a.port), (c.b.node, c.b.port)} & ends}
    found |= {f"uplink-{device}" for device, port in ends if port == "wan0"}
    return found | {c.id for c in stage.county.circuits if f"cable-cpe-{c.unit[1:]}" in found}


def dump(value: object) -> str:
    """Return a value as a line of JSON, for the log."""
    return json.dumps(value, ensure_ascii=False, default=str)
