"""An unknown computer at a unit's port is quarantined by a plan on a real device, and its packets reach nothing more.

Nothing but the notice page, that is, from the address that the confined network has; then the port is released and all
is as before. Three units; the plan is asked for by one person and approved by another.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from audit.terminals import store
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from audit.terminals.respond.model import How, Stage
from audit.terminals.respond.service import Asked, Responses
from countynet.db import open_database, transaction
from countynet.errors import BadInput, Conflict
from countynet.events import record
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.surroundings import Table
from countynet.vocabulary import Role, Severity
from inventory import create, load_county, subset
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.record import Repository
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.plan.apply import apply
from playbooks.plan.book import Book
from playbooks.plan.model import PlanState
from topology import twin
from topology.reach.confined import Held, confined
from topology.twin.inside import words

AMY, BOB = Actor("amy", Role.CENTER), Actor("bob", Role.CENTER)
STRANGER, PC, CPE, PORT = "02:00:00:00:00:99", "pc-002", "cpe-002", "lan0"
PORTAL, INFRA, OTHER, GATEWAY, CONFINED = "10.1.0.20", "10.1.0.10", "10.21.25.10", "10.21.2.1", "172.30.0.9"
LIMITS = Limits(connect=5, sign_in=20, command=60, settle=20, device=120)
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


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(tmp_path_factory.mktemp("held") / "county")


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    create.create_repository(settings)
    small = subset(whole, 3)
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert not [result.error for result in configure(small, settings) if result.error]
        yield small
    finally:
        twin.down(settings)


@pytest.fixture
def page(county: County, settings: Settings) -> Iterator[None]:
    """A page on the portal that says why."""
    argv = words(settings, "srv-portal", ["/usr/bin/python3", "-c", PAGE])
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield
        finally:
            server.terminate()


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    set_language("en")
    found = open_database(settings)
    yield found
    found.dispose()


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
        {"mac": STRANGER}, unit="u002", mac=STRANGER,
    )  # fmt: skip
    now = datetime.now(UTC)
    with transaction(engine) as session:
        scan = store.begin(session, now, "test")
        told = store.keep(session, scan.id, [said], now, set())
        record(session, "terminals.scanned", "test", "scan", {})
        return told.new[0].number


def carried_out(settings: Settings, plan: int | None) -> None:
    assert plan is not None
    with pytest.raises(Conflict):
        apply(settings, plan, lambda _device, _text: None, actor="amy", limits=LIMITS)
    Book.open(settings).approve(plan, BOB)
    entry = apply(settings, plan, lambda _device, _text: None, actor="amy", limits=LIMITS)
    assert entry.state is PlanState.DONE, entry.devices


def test_a_stranger_is_quarantined_by_plan_reads_the_notice_and_nothing_else_and_is_released(
    county: County, settings: Settings, engine: Engine, page: None
) -> None:
    on(settings, PC, f"ip link set dev eth0 address {STRANGER}")
    on(settings, CPE, "ip neigh flush all")
    assert reads(settings, PORTAL, seconds=60)
    assert answering(settings, GATEWAY, INFRA) == {GATEWAY, INFRA}
    responses, number = Responses(settings, engine), finding(engine)
    with pytest.raises(BadInput) as refused:
        responses.respond(Asked(number, How.QUARANTINE, "nobody knows it"), AMY)
    assert PC in str(refused.value.problems[0].values)
    done = responses.respond(Asked(number, How.QUARANTINE, "nobody knows it", also=(PC,)), AMY)
    assert done.stage is Stage.PLANNED
    carried_out(settings, done.plan)
    assert responses.get(done.number).stage is Stage.HELD

    assert not reads(settings, PORTAL)
    assert answering(settings, GATEWAY, INFRA, OTHER) == set()
    on(settings, PC, "ip address add 172.30.0.10/29 dev eth0; ip route replace default via " + CONFINED)
    assert reads(settings, PORTAL, seconds=60)
    assert answering(settings, CONFINED, PORTAL, INFRA, OTHER, "10.255.16.2") == set()

    told = Repository(settings).county()
    configs = adapted(told, Secrets.load(settings).get)
    assert confined(told, configs, told.held_ports[0]) == Held(id=told.held_ports[0].id, notice=True)

    freed = responses.release(done.number, AMY, "it is the clerk's new computer")
    carried_out(settings, freed.release_plan)
    assert responses.get(done.number).stage is Stage.RELEASED
    assert not Repository(settings).county().held_ports
    on(settings, PC, f"ip address del 172.30.0.10/29 dev eth0; ip route replace default via {GATEWAY}")
    assert reads(settings, PORTAL, seconds=60)
