"""Backups and a restore drill on a real twin: versions of a device, back by a plan, and onto a bare box at once."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from countynet.db import open_database, reading, transaction
from countynet.errors import DeviceError
from countynet.events import Event, verify
from countynet.i18n import set_language
from countynet.jobs import Job, submit
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from countynet.worker import handlers, run_one
from inventory import running
from inventory.model import County
from inventory.record import Author, Repository, Set
from inventory.running import Cause, Why
from playbooks.backup import history, restore
from playbooks.backup.around import apply
from playbooks.backup.take import take
from playbooks.device.hostkeys import known_hosts
from playbooks.device.results import Limits
from playbooks.plan.book import Book
from playbooks.plan.make import Wish, make
from playbooks.plan.model import PlanState
from tests.twin.desk import Desk, said, standing
from topology import twin
from topology.twin.state import Places

AMY = Actor("amy", Role.CENTER)
HASTY = Limits(connect=2, sign_in=5, command=20, settle=6, device=60)
CPE = "cpe-002"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with standing(tmp_path_factory.mktemp("restore"), 3, "carl") as found:
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


def applied(settings: Settings, number: int) -> PlanState:
    Book.open(settings).approve(number, AMY)
    return apply(settings, number, lambda _device, _text: None, actor="amy", limits=HASTY).state


def _other(line: str) -> str:
    name, kind, key = line.split()
    return f"{name} {kind} {key[::-1]}\n"


def done(settings: Settings, kind: str, **params: str) -> dict[str, Any]:
    """Run a job of the pages and return its result."""
    engine = open_database(settings)
    with transaction(engine) as session:
        number = submit(session, kind, params, "amy")
    assert run_one(settings, engine, handlers())
    with reading(engine) as session:
        job = session.get_one(Job, number)
    assert job.state == "done", job.error
    found: dict[str, Any] = json.loads(job.result)
    return found


def met(settings: Settings, version: history.Version) -> str:
    """Return what is said of a box in the device's place once it has started."""
    deadline = time.monotonic() + 60
    while True:
        with pytest.raises(DeviceError) as raised:
            restore.look(settings, version, HASTY)
        if "another host key" in str(raised.value) or time.monotonic() > deadline:
            return str(raised.value)
        time.sleep(0.5)


def causes(settings: Settings) -> list[tuple[str, str, str]]:
    return [(v.actor, v.cause, v.about) for v in history.versions(settings, CPE)]


def test_a_device_goes_back_by_a_plan_and_a_box_in_its_place_at_once(county: County, settings: Settings) -> None:
    assert causes(settings) == [("carl", Cause.OTHER, "")]  # read once its staging port was shut
    first = history.versions(settings, CPE)[0]
    assert [t.changed for t in take(settings, Why("bob", Cause.SCHEDULE), [f"name={CPE}"])] == [False]

    Repository(settings).commit([Set("hosts", "station", "address", "10.255.0.12/24")], Author("Amy", "amy"), "moved")
    plan = make(settings, Wish("carl", seconds=60), [f"name={CPE}"], limits=HASTY)
    assert applied(settings, plan.number) is PlanState.DONE
    assert causes(settings)[0] == ("amy", Cause.PLAN, f"{plan.number} after")
    assert "10.255.0.12" in history.diff(settings, first, history.versions(settings, CPE)[0])

    original = history.original(settings, first).get_secret_value()
    code, answer = said(settings, "restore", CPE, "--at", first.commit[:12])
    assert (code, answer["bare"]) == (0, False)
    assert "10.255.0.12" in answer["diff"]
    back = Book.open(settings).get(answer["plan"]).plan
    assert back.restores.endswith(f"({first.commit[:10]})")
    assert done(settings, "backup-restore", device=CPE, version=first.commit)["plan"] == back.number + 1
    Repository(settings).commit([Set("hosts", "station", "address", "10.255.0.13/24")], Author("Amy", "amy"), "again")
    assert applied(settings, back.number) is PlanState.DONE  # what the inventory says by now does not make it stale
    assert running.original(settings, CPE).get_secret_value() == original

    # the station stands where it stood: a bare box shuts its staging port when that station meets it in band
    Repository(settings).commit([Set("hosts", "station", "address", "10.255.0.10/24")], Author("Amy", "amy"), "back")
    before = causes(settings)
    twin.power_off(settings, CPE)
    Places(settings).disk(CPE).unlink()  # another box: nothing of the old one's disk
    twin.power_on(settings, CPE)
    keys = known_hosts(settings)  # the twin's devices share a key: what is recorded stands for the old box's own
    keys.write_text(
        "".join(_other(line) if line.startswith(CPE) else line for line in keys.read_text().splitlines(True))
    )
    assert "another host key" in met(settings, first)
    code, answer = said(settings, "restore", CPE, "--at", first.commit, "--trust")
    assert (code, answer["bare"], answer["done"]) == (1, True, False)
    assert causes(settings) == before  # what a bare box runs is no version of the device
    code, answer = said(settings, "restore", CPE, "--at", first.commit, "--yes")
    assert (code, answer.get("done")) == (0, True), answer
    assert [t.error for t in take(settings, Why("bob"), [f"name={CPE}"])] == [None]
    assert running.original(settings, CPE).get_secret_value() == original
    with reading(open_database(settings)) as session:
        assert verify(session) == ()
        assert "backup.restored" in {event.tag for event in session.query(Event)}
