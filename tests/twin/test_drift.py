"""Drift on a real twin: somebody changes devices by hand; what, since when, who; accepted or planned away."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.i18n import set_language
from countynet.jobs import Job, submit
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from countynet.worker import handlers, run_one
from inventory.model import County
from inventory.record import Repository, proposals
from playbooks.backup import history
from playbooks.device.service import fetch
from playbooks.drift.follow import Follower
from playbooks.drift.logs_host import Line
from playbooks.drift.report import read
from playbooks.plan.book import Book
from playbooks.plan.model import PlanState
from playbooks.plan.windows import book as windows
from playbooks.servers.run import run_servers
from tests.twin.desk import Desk, said, standing
from topology import twin

CPE, OTHER = "cpe-002", "cpe-025"
ROUTE = "ip route 198.51.100.0/24 blackhole"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with standing(tmp_path_factory.mktemp("drift"), 3) as found:
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


def done(settings: Settings, kind: str, **params: Any) -> dict[str, Any]:
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


def on(settings: Settings, device: str, script: str) -> None:
    done = twin.exec_in(settings, device, ["sh", "-c", script])
    assert done.returncode == 0, done.stderr


def test_a_county_as_intended_has_no_drift(county: County, settings: Settings) -> None:
    code, report = said(settings, "drift")
    assert (code, report["drift"], report["errors"], report["looked"]) == (0, [], {}, len(county.devices))


def test_who_changed_a_device_is_named_and_a_plan_brings_it_back(county: County, settings: Settings) -> None:
    assert run_servers(county, settings).good
    line, engine = Line(settings), open_database(settings)
    assert line.host()
    follower = Follower(settings, engine, line.county)
    follower.turn(line.ask)
    on(settings, CPE, f"vtysh -c 'configure terminal' -c '{ROUTE}'")
    on(settings, CPE, "logger -p authpriv.notice -t sudo 'carl : TTY=pts/0 ; USER=root ; COMMAND=/usr/bin/vtysh'")
    deadline = time.monotonic() + 30
    while not follower.turn(line.ask) and time.monotonic() < deadline:
        time.sleep(0.5)
    with reading(engine) as session:
        job = session.scalars(select(Job).where(Job.kind == "backup-take")).one()
    assert (job.kind, job.actor, job.params["devices"]) == ("backup-take", f"carl@{CPE}", [CPE])
    assert run_one(settings, engine, handlers())
    newest = history.versions(settings, CPE)[0]
    assert (newest.actor, newest.cause, newest.about) == (f"carl@{CPE}", "said", "carl")
    line.close()

    code, report = said(settings, "drift", "--only", f"name={CPE},{OTHER}")
    (drift,) = report["drift"]
    assert (code, drift["device"], drift["moved"]) == (1, CPE, "device")
    assert drift["since"] == newest.at.isoformat()
    assert [(d["field"], d["running"] != "", d["intended"]) for d in drift["differences"]] == [
        ("routes[198.51.100.0/24 -]", True, "")
    ]
    assert "carl" in [person["who"] for person in drift["people"]]

    looked = done(settings, "drift-look", devices=[CPE])
    assert read(looked).drifts[0].differences == read(report).drifts[0].differences

    code, refused = said(settings, "drift", "--accept", CPE)
    assert (code, "no field for" in refused["error"]["message"]) == (1, True)
    code, made = said(settings, "drift", "--restore", CPE)
    assert (code, made["devices"]) == (0, [CPE])
    Book.open(settings).approve(made["plan"], Actor("amy", Role.CENTER))
    now = f"{clock.now().astimezone(clock.CHINA):%Y-%m-%d %H:%M}"
    code, scheduled = said(settings, "plan", "apply", str(made["plan"]), "--at", now)
    assert (code, scheduled["window"]["state"]) == (0, "waiting")
    windows.tick(settings, engine, clock.now())
    assert run_one(settings, engine, handlers())
    assert Book.open(settings).get(made["plan"]).state is PlanState.DONE
    assert said(settings, "plan", "show", str(made["plan"]))[1]["window"]["state"] == "begun"
    assert [v.about for v in history.versions(settings, CPE)][0] == f"{made['plan']} after"
    assert said(settings, "drift", "--only", f"name={CPE}")[0] == 0


def test_what_the_inventory_can_say_becomes_a_proposal(county: County, settings: Settings) -> None:
    on(settings, OTHER, "sed -i 's/10\\.255\\.0\\.10\\b/10.255.0.12/' /etc/snmp/snmpd.conf && systemctl restart snmpd")
    code, (accepted,) = said(settings, "drift", "--accept", OTHER)
    assert code == 0, accepted
    assert done(settings, "drift-accept", device=OTHER)["proposal"] == accepted["proposal"] + 1
    assert [edit["object"] for edit in accepted["edits"]] == ["hosts/station"]
    assert CPE in accepted["others"]
    repository = Repository(settings)
    (change,) = proposals.changes_of(repository, proposals.get(repository, accepted["proposal"]))
    assert (change.object, change.field) == ("hosts/station", "address")


def test_the_worker_hears_of_a_change_by_itself_and_keeps_it(county: County, settings: Settings) -> None:
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    words = [sys.executable, "-m", "dashboard.serve.children", "worker", str(os.getpid())]
    before = len(history.versions(settings, CPE))
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        try:
            on(settings, CPE, f"vtysh -c 'configure terminal' -c '{ROUTE}'")
            on(settings, CPE, "logger -p authpriv.notice -t sudo 'dora : USER=root ; COMMAND=/usr/bin/vtysh'")
            deadline = time.monotonic() + 90
            while len(history.versions(settings, CPE)) == before and time.monotonic() < deadline:
                time.sleep(0.5)
        finally:
            worker.terminate()
            complaints = worker.communicate()[1]
    newest = history.versions(settings, CPE)[0]
    assert (newest.actor, newest.cause, newest.about) == (f"dora@{CPE}", "said", "dora"), complaints
