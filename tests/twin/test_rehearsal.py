"""A plan is rehearsed on a twin of its own beside the one that is the county: what would go wrong is seen there."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countynet.db import open_database, reading, transaction
from countynet.events import Event
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import FaultDomain, Role, Severity
from dashboard.users.service import Accounts
from inventory import running
from inventory.model import County
from inventory.record import Author, Repository, Set
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.cause.evidence import Evidence, Kind
from monitoring.cause.store import keep
from monitoring.cause.verdict import Said, Verdict
from monitoring.faults import joining
from playbooks.device.results import Limits
from playbooks.device.service import fetch
from playbooks.emergency import book, read
from playbooks.plan.book import Book
from playbooks.plan.make import Wish, make
from playbooks.plan.model import PlanState
from playbooks.rehearsal.run import PREFIX, _sweep
from tests.twin.desk import AMY, Desk, said, standing
from topology.confirm.service import confirm

HASTY = Limits(connect=2, sign_in=5, command=20, settle=6, device=60)
CPE, UNIT = "cpe-002", "u002"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with standing(tmp_path_factory.mktemp("try"), 3) as found:
        fetch(found.county, found.settings)
        yield found


@pytest.fixture(scope="module")
def settings(desk: Desk) -> Settings:
    return desk.settings


@pytest.fixture(scope="module")
def county(desk: Desk) -> County:
    return desk.county


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def tried(settings: Settings, plan: int) -> tuple[int, dict[str, Any]]:
    return said(settings, "try", str(plan))


def planned(settings: Settings, edit: Set, seconds: int = 60) -> int:
    Repository(settings).commit([edit], Author("Amy", "amy"), "try it")
    return make(settings, Wish("carl", seconds=seconds), [f"name={CPE}"], limits=HASTY).number


def events(settings: Settings, tag: str) -> list[dict[str, Any]]:
    with reading(open_database(settings)) as session:
        return [event.data for event in session.query(Event).filter_by(tag=tag).order_by(Event.id)]


def test_a_drill_cuts_a_unit_off_on_a_twin_of_its_own_and_brings_it_back_and_nothing_of_the_county_is_touched(
    county: County, settings: Settings
) -> None:
    before = running.original(settings, CPE).get_secret_value()
    code, found = said(settings, "emergency", "drill", "ransomware", "--unit", UNIT)
    assert code == 0, found
    isolate = next(step for step in found["steps"] if step["step"] == "isolate")
    assert isolate["state"] == "done"
    assert f"{UNIT} was cut off" in isolate["note"]
    assert found["ended"]
    (tried_,) = events(settings, "plan.tried")
    assert (tried_["state"], tried_["cut"], tried_["back"]) == ("done", [UNIT], True)
    assert tried_["devices"] == [{"device": CPE, "state": "done", "error": ""}]
    assert tried_["probes"] > 100
    assert not [probe for probe in tried_["deviations"] if probe["new"]]
    assert Book.open(settings).get(isolate["plan"]).state is PlanState.STALE  # nobody applies it by mistake
    assert fetch(county, settings, [CPE])[CPE].error is None  # the county's own twin stands as it stood
    assert running.original(settings, CPE).get_secret_value() == before


def passes(county: County, settings: Settings, cut: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """Send packets from and to the unit; return how many got through, and what should not have or should have."""
    bare = tuple(host.model_copy(update={"runs": ()}) for host in county.hosts)
    silent = County(**({name: getattr(county, name) for name in County.model_fields} | {"hosts": bare}))
    report = confirm(silent, settings, lambda _done, _total: None, only=(UNIT,), cut=cut)
    return report.seen, [f"{d.source} > {d.target} {d.service}" for d in report.deviations]


def approved(settings: Settings, plan: int) -> None:
    Book.open(settings).approve(plan, AMY)


def shut_fault(settings: Settings) -> str:
    """Have an alarm say of the unit's line what a poller would; return the number of its fault."""
    trouble = Trouble(f"line:line-{UNIT[1:]}", Severity.MAJOR, CPE, "Line {line} is down", {"line": "x"}, unit=UNIT)
    words = Said("port {port} of {device} is shut by configuration", {"port": "lan0", "device": CPE})
    with transaction(open_database(settings)) as session:
        alarm, _new = open_alarm(session, trouble, "ping")
        fault = joining.alarm_opened(session, alarm)
        verdict = Verdict("device-shut", FaultDomain.CENTER, Said("it was shut"), (words,))
        keep(session, alarm, verdict, Evidence(Kind.LINE, alarm.opened))
        assert fault is not None
        return str(fault.id)


def test_a_step_isolates_a_unit_for_real_once_approved_and_a_faults_remedy_opens_its_ports_again(
    county: County, settings: Settings
) -> None:
    seen, wrong = passes(county, settings)
    assert seen > 0
    assert wrong == []
    plan = read.plan(settings.county, "ransomware")
    number = str(book.start(open_database(settings), county, plan, {"unit": UNIT}, AMY).number)
    code, looked = said(settings, "emergency", "do", number, "isolate", "--yes")
    assert code == 1
    assert "approval counts" in looked["waits"]
    approved(settings, looked["plan"])
    code, done = said(settings, "emergency", "do", number, "isolate", "--yes")
    assert (code, done["done"]) == (0, True), done
    assert passes(county, settings, (UNIT,)) == (0, [])  # no packet from it, none to it
    fault = shut_fault(settings)
    Accounts(open_database(settings)).create("oper", Role.OPERATOR, None, "test", "correct-horse-1")
    _code, looked = said(settings, "faults", "fix", fault, "--as", "oper")
    assert (looked["remedy"], looked["about"]) == ("reopen-port", [CPE])
    assert any("shutdown" in line for line in looked["would_change"])
    approved(settings, looked["plan"])
    code, done = said(settings, "faults", "fix", fault, "--as", "oper", "--yes")
    assert (code, done["done"]) == (0, True), done
    assert passes(county, settings) == (seen, [])


def children() -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"playbooks.rehearsal.child" in words and b"unshare" not in words:
            found.append(place.name)
    return found


def test_killed_it_takes_its_twin_along_and_the_next_one_sweeps_up(county: County, settings: Settings) -> None:
    number = planned(settings, Set("hosts", "station", "address", "10.255.0.13/24"))
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), "try", str(number)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr
    for line in process.stderr:
        if "bringing the devices" in line:
            break
    assert children()
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while children() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert children() == []
    left = set(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))
    assert left
    _sweep()
    assert not [place for place in left if place.exists()]


def test_a_plan_that_cuts_a_device_off_fails_there(county: County, settings: Settings) -> None:
    number = planned(settings, Set("circuits", "line-002", "link", "10.20.250.0/29"), 10)
    code, found = tried(settings, number)
    assert (code, found["state"]) == (1, "stopped"), found
    assert [(d["device"], d["state"]) for d in found["devices"]] == [(CPE, "reverted")]
    assert found["devices"][0]["error"]
