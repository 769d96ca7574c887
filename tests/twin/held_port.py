"""A stranger's computer at a unit's port in the twin, and the page that tells it why it is confined."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine

from audit.terminals import store
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.db import transaction
from countynet.events import record
from countynet.settings import Settings
from countynet.surroundings import Table
from countynet.vocabulary import Severity
from topology import twin
from topology.twin.inside import words

STRANGER, PC, CPE, PORT, UNIT = "02:00:00:00:00:99", "pc-002", "cpe-002", "lan0", "u002"
PORTAL, INFRA, OTHER, GATEWAY = "10.1.0.20", "10.1.0.10", "10.21.25.10", "10.21.2.1"
CONFINED, MANAGED = "172.30.0.9", "10.255.16.2"
"""the gateway of the confined port's network, and the address by which its device is managed"""
PAGE = """
import socketserver
class Page(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.0 200 OK\\r\\n\\r\\nyour port is confined")
socketserver.TCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("", 80), Page).serve_forever()
"""
ASK = "import sys, urllib.request as u; print(u.urlopen(f'http://{sys.argv[1]}/', timeout=2).read().decode())"


def on(settings: Settings, node: str, script: str) -> str:
    done = twin.exec_in(settings, node, ["sh", "-c", script])
    assert done.returncode == 0, (node, script, done.stderr)
    return done.stdout


def reads(settings: Settings, address: str, seconds: float = 0.0) -> bool:
    """Whether the computer at the port reads a page there, asked for so many seconds, and once at least."""
    until = time.monotonic() + seconds
    while "confined" not in twin.exec_in(settings, PC, [sys.executable, "-c", ASK, address]).stdout:
        if time.monotonic() >= until:
            return False
        time.sleep(0.2)
    return True


def answering(settings: Settings, *addresses: str) -> set[str]:
    """Return which addresses answer the computer at the port, all asked at once."""
    asks = "".join(f"(ping -q -n -c2 -i0.2 -W0.5 {one} >/dev/null && echo {one}) & " for one in addresses)
    return set(on(settings, PC, f"{asks} wait").split())


def finding(engine: Engine) -> int:
    """Write the finding that a scan would: an address that is in no inventory, at the port of the unit's computer."""
    seen = Evidence(Table.FDB, CPE, PORT, "seen", mac=STRANGER, line=STRANGER)
    said = Suspicion(
        Kind.UNKNOWN, CPE, PORT, "{mac} is in no inventory", "look", Severity.MAJOR, Confidence.CERTAIN, (seen,),
        {"mac": STRANGER}, unit=UNIT, mac=STRANGER,
    )  # fmt: skip
    now = datetime.now(UTC)
    with transaction(engine) as session:
        scan = store.begin(session, now, "test")
        told = store.keep(session, scan.id, [said], now, set())
        record(session, "terminals.scanned", "test", "scan", {})
        return told.new[0].number


@contextmanager
def page(settings: Settings) -> Iterator[None]:
    """A page on the portal, which has its own Python, that says why."""
    argv = words(settings, "srv-portal", ["/usr/bin/python3", "-c", PAGE])
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield
        finally:
            server.terminate()


@contextmanager
def stranger(settings: Settings) -> Iterator[None]:
    """Have a computer that nobody knows stand in the place of the unit's own, with its addresses."""
    own = on(settings, PC, "cat /sys/class/net/eth0/address").strip()
    for address in (STRANGER, own):
        on(settings, PC, f"ip link set dev eth0 address {address}")
        on(settings, CPE, "ip neigh flush all")
        if address == STRANGER:
            yield


@contextmanager
def readdressed(settings: Settings) -> Iterator[None]:
    """Give the computer an address of the confined port's network."""
    on(settings, PC, f"ip address add 172.30.0.10/29 dev eth0; ip route replace default via {CONFINED}")
    yield
    on(settings, PC, f"ip address del 172.30.0.10/29 dev eth0; ip route replace default via {GATEWAY}")
