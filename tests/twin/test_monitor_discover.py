"""Four routers with real snmpd and lldpd on a patch panel: two cables are exchanged, a stranger is plugged in.

Each is named; nothing else is. The panel is a namespace in which a bridge is a cable. It is wired wrongly from the
start: lldpd with AgentX takes a quarter of a minute to notice anything, and once is enough to wait for it.
"""

import asyncio
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine as Database
from sqlalchemy import select

from countynet import clock
from countynet.db import open_database, reading
from countynet.events import Event
from countynet.settings import Settings
from countynet.vantage import within
from monitoring.capability import keep as capabilities
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.probe import probe
from monitoring.capability.quantity import Subject
from monitoring.sighting import keep
from monitoring.sighting.discover import Discovery, discover
from monitoring.sighting.looks import look
from monitoring.snmp.engine import Engine
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials
from tests.unit.topology.small_county import small_county
from topology.discovery.compare import CableState

pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(
        os.geteuid() != 0 or not (shutil.which("snmpd") and shutil.which("lldpd")), reason="needs root, snmpd and lldpd"
    ),
]
COUNTY = small_county()
PANEL, STATION, STRANGER = "h6-panel", "h6-station", "h6-stranger"
PORTS = {
    "core-1": ("trunk1", "x-core2"),
    "core-2": ("trunk1", "x-core1"),
    "agg-1": ("up1", "up2"),
    "cpe-001": ("lan0",),
}
CABLING = (
    ("cable-001", "core-2:trunk1", "agg-1:up1"),
    ("cable-002", "core-1:trunk1", "agg-1:up2"),
    ("cable-004", "core-1:x-core2", "core-2:x-core1"),
)
"""the inventory has core-1 at up1 and core-2 at up2"""
PLUGGED = {cable for cable, _a, _b in CABLING}
LAN, THIEF, MAC = "10.21.1.1/24", "10.21.1.66/24", "a4:5e:60:c1:22:33"
CREDENTIALS = Credentials("countynet", SecretStr("auth-password-1"), SecretStr("priv-password-1"))


def sh(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (words, done.stderr)


class Panel:
    """Devices with their daemons, and who is plugged into whom."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._daemons: list[subprocess.Popen[bytes]] = []
        self.targets = [Target(name, str(COUNTY.device_by_name[name].management)) for name in PORTS]

    def up(self) -> None:
        for space in (PANEL, STATION, STRANGER, *(f"h6-{name}" for name in PORTS)):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
            sh("ip", "netns", "add", space)
        sh("ip", "-n", STATION, "link", "add", "name", "mgmt", "type", "bridge")
        sh("ip", "-n", STATION, "addr", "add", f"{COUNTY.station.address.ip}/8", "dev", "mgmt")
        sh("ip", "-n", STATION, "link", "set", "mgmt", "up")
        for number, name in enumerate(PORTS):
            self._device(number, name)
        for cable, a, b in CABLING:
            self._bridge(cable)
            self.plug(cable, a, b)

    def _bridge(self, name: str) -> None:
        sh("ip", "-n", PANEL, "link", "add", "name", name, "type", "bridge", "forward_delay", "0")
        sh("ip", "netns", "exec", PANEL, "sh", "-c", f"echo 16384 > /sys/class/net/{name}/bridge/group_fwd_mask")
        sh("ip", "-n", PANEL, "link", "set", name, "up")

    def _device(self, number: int, name: str) -> None:
        space, address = f"h6-{name}", COUNTY.device_by_name[name].management
        self._wire(space, "m0", STATION, f"m{number}")
        sh("ip", "-n", STATION, "link", "set", f"m{number}", "master", "mgmt")
        sh("ip", "-n", space, "addr", "add", f"{address}/8", "dev", "m0")
        for port in PORTS[name]:
            self._wire(space, port, PANEL, self.end(f"{name}:{port}"))
        if name == "cpe-001":
            sh("ip", "-n", space, "addr", "add", LAN, "dev", "lan0")
        (self._folder / f"{name}.conf").write_text(
            f"agentaddress udp:{address}:161\nsysName {name}\n"
            "master agentx\nagentXSocket /run/agentx/master\nagentXTimeout 5\n"
            "createUser countynet SHA-256 auth-password-1 AES priv-password-1\nrouser countynet priv\n"
        )
        (self._folder / f"{name}.lldp").write_text(
            "configure lldp portidsubtype ifname\nconfigure lldp tx-interval 1\n"
        )
        self._daemon(name, f"exec snmpd -f -Ln -C -c {self._folder}/{name}.conf -p /run/snmpd.pid")
        ports = ",".join(PORTS[name])
        self._daemon(
            name,
            "while [ ! -S /run/agentx/master ]; do sleep 0.05; done; "
            f"exec lldpd -d -S D -u /run/lldpd.socket -O {self._folder}/{name}.lldp -x -X /run/agentx/master "
            f"-I {ports} -m {address}",
        )

    def _daemon(self, name: str, command: str) -> None:
        """Start a daemon in a device; both daemons of one share its /run, by its mount namespace's first process."""
        run = self._folder / f"{name}.run"
        run.mkdir(exist_ok=True)
        script = f"mount --bind {run} /run && mkdir -p /run/agentx /run/lldpd && hostname {name} && {command}"
        words = ["ip", "netns", "exec", f"h6-{name}", "unshare", "--mount", "--uts", "sh", "-c", script]
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(run), "MIBS": ""}
        self._daemons.append(
            subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    @staticmethod
    def _wire(space: str, port: str, other: str, end: str) -> None:
        sh("ip", "link", "add", "name", port, "netns", space, "type", "veth", "peer", "name", end, "netns", other)
        sh("ip", "-n", space, "link", "set", port, "up")
        sh("ip", "-n", other, "link", "set", end, "up")

    @staticmethod
    def end(place: str) -> str:
        """Return the panel's socket of a device's port."""
        return place.replace(":", "-")[-15:]

    def plug(self, cable: str, *places: str) -> None:
        for place in places:
            sh("ip", "-n", PANEL, "link", "set", self.end(place), "master", cable)

    def invite(self) -> None:
        """Plug a stranger into the unit's LAN, who asks for the gateway."""
        self._bridge("wall")
        self._wire(STRANGER, "eth0", PANEL, "thief")
        sh("ip", "-n", STRANGER, "link", "set", "eth0", "address", MAC)
        sh("ip", "-n", STRANGER, "addr", "add", THIEF, "dev", "eth0")
        self.plug("wall", "cpe-001:lan0")
        sh("ip", "-n", PANEL, "link", "set", "thief", "master", "wall")
        sh("ip", "netns", "exec", STRANGER, "ping", "-c", "1", "-w", "20", "10.21.1.1")

    def down(self) -> None:
        for daemon in self._daemons:
            daemon.kill()
            daemon.wait()
        for space in (PANEL, STATION, STRANGER, *(f"h6-{name}" for name in PORTS)):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    lab = Panel(tmp_path_factory.mktemp("panel"))
    try:
        lab.up()
        yield lab
    finally:
        lab.down()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    engine = open_database(Settings(county=tmp_path_factory.mktemp("look") / "county", language="en"))
    yield engine
    engine.dispose()


def round_(panel: Panel, database: Database) -> tuple[dict[str, Capability], Discovery]:
    """Probe and look around from the station, keep it, and return what it means."""
    known: dict[str, Capability] = {}

    async def ask() -> None:
        poller = Engine(CREDENTIALS)
        try:
            known.update(await probe(poller, panel.targets, library()))
            answering = [t for t in panel.targets if not known[t.device].error]
            found, silent = await look(poller, answering, known)
        finally:
            poller.close()
        capabilities.capabilities(database, known.values())
        keep.around(database, COUNTY, found, silent)

    def work() -> None:
        with within(Path("/run/netns") / STATION):
            asyncio.run(ask())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with reading(database) as session:
        return known, discover(session, COUNTY, clock.now())


def until(panel: Panel, database: Database, true: Callable[[Discovery], bool]) -> Discovery:
    """Look until something is so."""
    began = time.monotonic()
    while True:
        _known, found = round_(panel, database)
        if true(found):
            return found
        assert time.monotonic() - began < 60, found.document()
        time.sleep(1.0)


def states(found: Discovery) -> dict[str, CableState]:
    return {f.cable: f.state for f in found.comparison.cables if f.cable in PLUGGED}


def test_exchanged_cables_and_a_stranger_are_named_and_nothing_else(panel: Panel, database: Database) -> None:
    panel.invite()
    wrong = {"cable-001": CableState.DIFFERENT, "cable-002": CableState.DIFFERENT, "cable-004": CableState.CONFIRMED}
    found = until(panel, database, lambda d: states(d) == wrong and bool(d.strangers))
    heard = {f.cable: {str(end) for end in (*f.a.heard, *f.b.heard)} for f in found.comparison.cables}
    assert heard["cable-001"] <= {"agg-1:up2", "core-2:trunk1"}
    assert heard["cable-002"] <= {"agg-1:up1", "core-1:trunk1"}
    assert (found.comparison.extra, found.comparison.unknown) == ((), ())
    assert found.comparison.count(CableState.DIFFERENT) == 2
    (stranger,) = found.strangers
    assert (stranger.mac, stranger.device, stranger.port, stranger.address) == (MAC, "cpe-001", "lan0", "10.21.1.66")


def test_what_real_daemons_have_is_found_out_and_a_stranger_is_one_event(panel: Panel, database: Database) -> None:
    known, _found = round_(panel, database)
    assert {(c.platform, c.error) for c in known.values()} == {("linux", "")}
    for subject in (Subject.INTERFACES, Subject.LLDP, Subject.MEMORY):
        assert all(c.has(subject, library()) for c in known.values()), subject
    for subject in (Subject.OPTICS, Subject.DSL, Subject.UPS, Subject.FDB):
        assert not any(c.has(subject, library()) for c in known.values()), subject
    with reading(database) as session:
        events = session.scalars(select(Event).where(Event.tag == "sighting.stranger")).all()
    assert [(event.subject, event.data["mac"]) for event in events] == [("device:cpe-001", MAC)]
