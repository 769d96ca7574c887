"""The bridge against a real server of trouble tickets: there and here agree, whatever goes wrong in between."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import inventory
from countynet import clock
from countynet.db import open_database, reading
from countynet.events import Event, verify
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import COUNTY as COUNTY_FOLDER
from countynet.settings import Settings
from countynet.vocabulary import FaultState, Role
from monitoring.bridge import rounds, store
from monitoring.bridge.model import COUNTY, load
from monitoring.bridge.push import Done
from monitoring.bridge.rounds import Round
from monitoring.bridge.tick import tick, wait
from monitoring.faults import store as faults
from monitoring.faults.clocks import PauseReason
from monitoring.faults.comments import comment
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.service import Faults
from tests.twin import tmf_server
from tests.twin.notice_servers import certificate
from tests.twin.tmf_server import Platform

CENTER = Actor("center", Role.CENTER)
OPERATOR = Actor("operator", Role.OPERATOR)
CLERK = Actor("u031", Role.UNIT, "u031")
TICKET = {"name": "专网不通", "description": "全单位无法上网", "severity": "Major", "ticketType": "incident"}
PARTY = {"relatedParty": [{"id": "ORG-31", "role": "customer", "@referredType": "Organization"}]}
FILE = """\
platforms:
  - {{name: province, url: "{url}", version: {version}, token: bridge/token, system: qinglan, organisation: ORG-0,
      seconds: {seconds}, language: en{more}}}
units:
  - {{unit: u031, party: ORG-31, services: [SVC-31]}}
incoming:
  - {{status: inProgress, do: reopen}}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(county=tmp_path / "county", language="en")
    (found.county / "monitoring").mkdir(parents=True)
    for file in (Path(inventory.__file__).parent / "example").glob("*.yml"):
        shutil.copy(file, found.county)
    Secrets.create(found, {"bridge/token": "tmf-geheim"})
    return found


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


def told(settings: Settings, platform: Platform, seconds: int = 60, more: str = "") -> None:
    text = FILE.format(url=platform.url, version=platform.version, seconds=seconds, more=more)
    (settings.county / COUNTY).write_text(text)


def one_round(settings: Settings, engine: Engine, again: bool = False) -> Round:
    bridge = load(settings.county)
    assert bridge is not None
    return rounds.run(settings, engine, bridge, bridge.platforms[0], again)


def at_once(engine: Engine) -> None:
    """Let nothing wait for its next attempt."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE bridge_due SET due = since")


def steps(engine: Engine) -> list[Callable[[], object]]:
    """The way of fault 1."""
    service = Faults(engine)
    return [
        lambda: service.report("u031", "no net", "all rooms, call 13912345678", "13912345678", CLERK),
        lambda: service.dispatch(1, CENTER, "to the north crew"),
        lambda: comment(engine, 1, CENTER, "second call from the unit"),
        lambda: service.start(1, OPERATOR),
        lambda: service.pause(1, OPERATOR, PauseReason.POWER, "no power"),
        lambda: service.resume(1, OPERATOR),
        lambda: service.repaired(1, OPERATOR, "fiber cut", "spliced"),
        lambda: service.confirm(1, CLERK, 5, "thanks"),
    ]


WAY = ["acknowledged", "inProgress", "inProgress", "inProgress", "pending", "inProgress", "resolved", "closed"]


def comments(engine: Engine, fault: int = 1) -> list[str]:
    with reading(engine) as session:
        return [e.data["note"] for e in faults.events(session, fault) if e.tag == "fault.commented"]


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_a_fault_stands_there_as_it_stands_here_step_by_step(settings: Settings, engine: Engine, version: str) -> None:
    with tmf_server.running(version) as platform:
        told(settings, platform)
        seen = []
        for step in steps(engine):
            step()
            assert one_round(settings, engine).well
            seen.append(platform.tickets["TT-1"]["status"])
        quiet = len(platform.asked)
        assert one_round(settings, engine).well
        assert [method for method, _path in platform.asked[quiet:]] == ["GET"]
    assert seen == WAY
    assert platform.problems == []
    assert platform.externals() == ["qinglan:fault:1"]
    ticket = json.dumps(platform.tickets["TT-1"], ensure_ascii=False)
    assert "13912345678" not in ticket, "no telephone number goes out"
    assert "SVC-31" in ticket
    assert "ORG-31" in ticket
    texts = [text.rpartition(" [")[0] for text in platform.notes("TT-1")]
    assert texts[:2] == ["dispatched: to the north crew", "second call from the unit"]
    assert texts[-2:] == ["repaired: fiber cut; spliced", "confirmed: thanks"]


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_a_ticket_becomes_one_report_and_hears_how_far_it_is(settings: Settings, engine: Engine, version: str) -> None:
    with tmf_server.running(version) as platform:
        told(settings, platform)
        inner = {"partyOrPartyRole": {"@type": "PartyRef", "id": "ORG-31"}, "role": "customer", "@type": "x"}
        platform.create({**TICKET, **(PARTY if version == "v4" else {"relatedParty": [inner]}), "status": "pending"})
        first = one_round(settings, engine)
        assert (first.done.reported, first.done.changed) == (1, 1)
        assert platform.tickets["TT-1"]["status"] == "acknowledged"
        Faults(engine).dispatch(1, CENTER, "go")
        platform.say("TT-1", "省里已登记")
        assert one_round(settings, engine).well
        assert one_round(settings, engine).well
        assert platform.notes("TT-1")[0] == "省里已登记", "a change of notes keeps theirs"
        assert platform.tickets["TT-1"]["status"] == "inProgress"
        assert len(platform.tickets) == 1, "theirs does not come back as another ticket"
    assert comments(engine) == ["省平台: 省里已登记"]
    with reading(engine) as session:
        row = faults.get(session, 1)
        assert row is not None
        assert (row.unit, row.title, row.reporter) == ("u031", "专网不通", "bridge:province")


def test_who_reported_there_may_say_there_that_it_is_still_broken(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        platform.create(TICKET | PARTY)
        one_round(settings, engine)
        for step in (Faults(engine).dispatch, Faults(engine).start):
            step(1, CENTER if step.__name__ == "dispatch" else OPERATOR)
        Faults(engine).repaired(1, OPERATOR, "fiber")
        one_round(settings, engine)
        platform.change("TT-1", {"status": "inProgress", "statusChangeReason": "still dark"})
        one_round(settings, engine)
        with reading(engine) as session:
            row = faults.get(session, 1)
            assert row is not None
            assert row.state is FaultState.DISPATCHED
            tags = [(e.tag, e.actor) for e in faults.events(session, 1)]
        assert ("fault.reopened", "bridge:province") in tags


def test_of_two_changes_at_once_ours_stands_and_theirs_is_told(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        steps(engine)[0]()
        one_round(settings, engine)
        Faults(engine).dispatch(1, CENTER)
        platform.change("TT-1", {"status": "cancelled", "statusChangeReason": "duplicate"})
        assert one_round(settings, engine).well
        assert platform.tickets["TT-1"]["status"] == "inProgress"
        for _time in range(2):
            one_round(settings, engine)
    assert comments(engine) == ["province set cancelled (duplicate) while inProgress was set here: ours stands"]
    assert [s["status"] for s in platform.tickets["TT-1"]["statusChange"]] == ["cancelled", "inProgress"]


def test_a_ticket_that_takes_no_status_any_more_still_gets_our_notes(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        steps(engine)[0]()
        one_round(settings, engine)
        platform.change("TT-1", {"status": "closed"})
        one_round(settings, engine)
        platform.closed_for_good = True
        Faults(engine).dispatch(1, CENTER, "go")
        assert one_round(settings, engine).well
        assert platform.tickets["TT-1"]["status"] == "closed"
        assert any("dispatched: go" in text for text in platform.notes("TT-1"))
        with reading(engine) as session:
            link = store.link(session, "province", "TT-1")
            assert link is not None
            assert "the ticket is closed" in link.said


WRONGS = ["ok", "ok", "500", "429", "html", "drop", "before"]


@pytest.mark.parametrize("seed", range(int(os.environ.get("BRIDGE_SEEDS", "4"))))
def test_whatever_goes_wrong_both_sides_agree_in_the_end(settings: Settings, engine: Engine, seed: int) -> None:
    dice = random.Random(seed)
    with tmf_server.running("v4" if seed % 2 else "v5") as platform:
        told(settings, platform)
        platform.filters, platform.sorts = seed != 2, seed != 3
        way, said = steps(engine), []
        for number, step in enumerate(way):
            step()
            if number == 3:
                party = {"@type": "x", "role": "customer", "partyOrPartyRole": {"@type": "PartyRef", "id": "u007"}}
                platform.create(TICKET | ({"relatedParty": [party]} if platform.version == "v5" else {
                    "relatedParty": [{"id": "u007", "@referredType": "Organization"}]}))  # fmt: skip
            if platform.tickets and dice.random() < 0.6:
                said.append(f"word {number}")
                platform.say("TT-1", said[-1])
            platform.wrong = [dice.choice(WRONGS) for _request in range(8)]
            for _round in range(2):
                one_round(settings, engine)
                at_once(engine)
        platform.wrong = []
        for _round in range(3):
            at_once(engine)
            last = one_round(settings, engine)
        assert last.well, last
        assert platform.problems == []
    assert platform.externals() == ["qinglan:fault:1"], "created once"
    mine = next(t for t in platform.tickets.values() if tmf_server.externals(t))
    assert mine["status"] == "closed"
    marks = [text.rpartition(" [")[2] for text in platform.notes(mine["id"]) if text.endswith("]")]
    assert len(marks) == len(set(marks)) >= 7, "each note once"
    with reading(engine) as session:
        reports = session.scalars(select(FaultReport).where(FaultReport.unit == "u007")).all()
    told_here = [*comments(engine), *comments(engine, 2), *reports[0].description.splitlines()]
    heard = [text.rpartition(": ")[2] for text in told_here]
    assert sorted(t for t in heard if t.startswith("word")) == sorted(said), "each of theirs once"
    with reading(engine) as session:
        assert len(reports) == 1, "reported once"
        assert verify(session) == ()


def test_a_ticket_that_a_network_made_two_of_is_kept_up_to_date_twice(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        steps(engine)[0]()
        platform.wrong = ["ok", "ok", "twice"]
        one_round(settings, engine)
        assert len(platform.tickets) == 2
        Faults(engine).dispatch(1, CENTER, "go")
        for _round in range(2):
            assert one_round(settings, engine).well
        assert [t["status"] for t in platform.tickets.values()] == ["inProgress"] * 2
        assert len(platform.tickets) == 2
    assert comments(engine) == []


def bridge_run(settings: Settings) -> "subprocess.Popen[bytes]":
    environment = os.environ | {COUNTY_FOLDER: str(settings.county), "COUNTYNET_LANG": "en"}
    command = [sys.executable, "-m", "countynet.cli", "bridge", "run", "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_a_round_that_is_killed_after_the_ticket_was_made_makes_no_second_one(
    settings: Settings, engine: Engine
) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        steps(engine)[0]()
        platform.hold = threading.Event()
        process = bridge_run(settings)
        assert platform.entered.wait(120)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        platform.hold.set()
        platform.hold = None
        assert len(platform.tickets) == 1
        with reading(engine) as session:
            assert store.link(session, "province", "TT-1") is None
        again = bridge_run(settings)
        out, _err = again.communicate(timeout=120)
        assert again.returncode == 0, out
        assert json.loads(out)[0]["created"] == 0
        assert "tmf-geheim" not in out.decode()
    assert len(platform.tickets) == 1
    with reading(engine) as session:
        assert store.link(session, "province", "TT-1") is not None


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_told(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform, seconds=1)
        steps(engine)[0]()
        platform.hold = threading.Event()
        found = one_round(settings, engine)
        platform.hold.set()
        platform.hold = None
        assert (found.well, found.done.failed, found.said) == (False, 1, "timed out")
        told(settings, platform)
        at_once(engine)
        assert one_round(settings, engine).done.created == 0
    assert len(platform.tickets) == 1


def test_a_platform_that_is_away_is_asked_ever_less_often_and_nothing_is_lost(
    settings: Settings, engine: Engine
) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
    steps(engine)[0]()
    waits = []
    for _round in range(3):
        found = one_round(settings, engine)
        assert not found.well
        with reading(engine) as session:
            where = session.get(store.BridgePlace, "province")
            assert where is not None
            assert where.due is not None
            waits.append(round((where.due - clock.now()).total_seconds(), -1))
    assert waits == [60, 60, 120]
    with tmf_server.running() as platform:
        told(settings, platform)
        assert one_round(settings, engine).done.created == 1


def test_a_wrong_token_is_told_without_showing_it(settings: Settings, engine: Engine) -> None:
    with tmf_server.running() as platform:
        told(settings, platform)
        Secrets.create(settings, {"bridge/token": "falsches-wort"})
        steps(engine)[0]()
        found = one_round(settings, engine)
    assert "HTTP 401" in found.said
    assert "falsches-wort" not in json.dumps(found.document())


def test_a_certificate_is_checked(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    pair = certificate(tmp_path)
    steps(engine)[0]()
    with tmf_server.running(tls=pair) as platform:
        told(settings, platform)
        assert "certificate verify failed" in one_round(settings, engine).said.lower().replace("_", " ")
        assert platform.asked == []
        (settings.county / "province.pem").write_bytes(pair[0].read_bytes())
        told(settings, platform, more=", authorities: province.pem")
        assert one_round(settings, engine).done.created == 1


@pytest.mark.parametrize("kind", ["sorted", "plain", "strict"])
def test_a_long_list_is_read_to_its_end_by_every_kind_of_server(settings: Settings, engine: Engine, kind: str) -> None:
    with tmf_server.running() as platform:
        told(settings, platform, more=", push: false")
        platform.filters = platform.sorts = kind == "sorted"
        platform.strict = kind == "strict"
        for number in range(250):
            party = {"id": "u007" if number in (0, 120, 249) else f"ORG-{number + 100}", "@referredType": "x"}
            platform.create({**TICKET, "name": f"t{number}", "relatedParty": [party]})
        done = Done()
        for _round in range(2):
            found = one_round(settings, engine)
            assert found.well, found
            done.reported += found.done.reported
    assert done.reported == 3
    with reading(engine) as session:
        assert store.counts(session, "province") == (3, 247, 0)


def test_the_worker_makes_rounds_by_itself_where_there_is_a_bridge(settings: Settings, engine: Engine) -> None:
    tick(settings, engine, clock.now())
    with tmf_server.running() as platform:
        told(settings, platform)
        steps(engine)[0]()
        ends = time.monotonic() + 60
        while not platform.tickets and time.monotonic() < ends:
            tick(settings, engine, clock.now())
            time.sleep(0.05)
        wait(60)
        asked = len(platform.asked)
        tick(settings, engine, clock.now())
        wait(60)
        assert len(platform.asked) == asked, "the next round is not due yet"
    assert len(platform.tickets) == 1
    with reading(engine) as session:
        linked = session.scalars(select(Event).where(Event.tag == "bridge.linked")).all()
    assert [event.data["fault"] for event in linked] == [1]
