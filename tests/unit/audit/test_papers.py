"""The paper side in the audit: right papers pass, each thing that is wrong fails by its name; levels narrow a run."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import inventory
from audit import evidence, papers
from audit.checks import run
from audit.checks.papers import CHECKS
from audit.facts import Facts
from audit.log.export import export
from audit.model import Info, Result, failed
from audit.papers import Papers
from audit.profiles import narrowed
from audit.records.model import Kind
from audit.records.readers import Readers
from audit.systems import levels, mixed, shared, systems
from audit.verify import checked
from countynet import clock
from countynet.secrets import password_file
from countynet.vocabulary import Severity, Verdict
from inventory import load_county
from inventory.model import County
from tests.unit.audit.records import things
from tests.unit.audit.records.things import CENTER, CLERK, OPERATOR, SECOND

BY_ID = {check.info.id: check for check in CHECKS}
COUNTY = load_county(Path(inventory.__file__).parent / "example")


def county(**change: Any) -> County:
    """Return the example with every application on a host and in a zone of its own, one of them changed."""
    public = [one for one in COUNTY.applications if one.id == "website"]
    inside = [one for one in COUNTY.applications if one.id == "infrastructure"]
    rest = [one.model_copy(update={"level": 3, "assessed_on": clock.today(), **change}) for one in public]
    return COUNTY.model_copy(update={"applications": (*inside, *rest)})


@pytest.fixture
def right(tmp_path: Path) -> Papers:
    """A year in which everything was done."""
    records = things.records(tmp_path)
    things.sign_up(records.engine, OPERATOR, CLERK)
    number = records.add(Kind.VISIT, things.visit(), CENTER)
    records.step(Kind.VISIT, number, "approve", {}, SECOND)
    for sort in ("power", "fire", "failover", "restore"):
        records.add(Kind.DRILL, things.drill(sort=sort), CENTER)
    records.add(Kind.TRAINING, things.training(on=str(clock.today())), CENTER)
    records.add(Kind.REGULATION, things.regulation(), CENTER)
    readers = Readers(records.settings, records.engine)
    for who in (OPERATOR, CLERK):
        document = readers.look(1, who)[0].record.document
        readers.acknowledge(1, document, who)
    found = papers.gather(records.settings, records.engine, county())
    records.engine.dispose()
    return found


def result(id_: str, held: Papers | None) -> Result:
    return run(BY_ID[id_], Facts(COUNTY, clock.now(), {}, papers=held))


def verdict(id_: str, held: Papers | None) -> Verdict:
    return result(id_, held).verdict


def changed(held: Papers, kind: Kind, **change: Any) -> Papers:
    """Return papers in which the newest record of a kind says something else."""
    first = next(one for one in held.records if one.kind is kind)
    other = replace(first, record=first.record.model_copy(update=change))
    return replace(held, records=tuple(other if one is first else one for one in held.records))


def test_right_papers_pass_every_check_and_silence_is_no_pass(right: Papers) -> None:
    for id_ in BY_ID:
        assert verdict(id_, right) is Verdict.PASS, id_
        assert verdict(id_, None) is Verdict.UNKNOWN
    empty = Papers(right.at)
    for id_ in set(BY_ID) - {"records-unaltered"}:
        assert verdict(id_, empty) in (Verdict.FAIL, Verdict.MANUAL, Verdict.NOT_APPLICABLE), id_


@pytest.mark.parametrize(
    "change",
    [
        {"grades": ""},
        {"filing": ""},
        {"filed_on": None},
        {"assess_by": date(2026, 1, 1)},
        {"assessed_on": None, "assess_by": None},
        {"assessed_on": date(2025, 1, 1)},
    ],
)
def test_what_a_system_lacks_is_found(right: Papers, change: dict[str, Any]) -> None:
    assert verdict("systems-graded", replace(right, systems=systems(county(**change)))) is Verdict.FAIL


def test_who_answers_and_what_is_kept_are_asked(right: Papers) -> None:
    for change in ({"responsible": None}, {"data": ()}):
        assert verdict("systems-described", replace(right, systems=systems(county(**change)))) is Verdict.FAIL


def test_levels_that_share_a_host_or_a_zone_are_found(right: Papers) -> None:
    assert [host for host, _held in shared(COUNTY)] == ["srv-portal"]
    assert [zone for zone, _held in mixed(COUNTY)] == ["server"]
    for beside in (replace(right, shared=tuple(shared(COUNTY))), replace(right, mixed=tuple(mixed(COUNTY)))):
        assert verdict("systems-apart", beside) is Verdict.FAIL


def test_visits_that_were_not_approved_or_not_closed_are_found(right: Papers) -> None:
    ago = right.at - timedelta(days=3)
    entered = changed(right, Kind.VISIT, came=right.at)
    assert verdict("machine-room-visits", entered) is Verdict.PASS
    assert verdict("machine-room-visits", changed(entered, Kind.VISIT, approved=None)) is Verdict.FAIL
    left_open = changed(right, Kind.VISIT, came=right.at - timedelta(hours=1), until=ago)
    assert verdict("machine-room-visits", left_open) is Verdict.FAIL  # approved after it came
    approved = right.of(Kind.VISIT)[0].record.approved.model_copy(update={"at": ago - timedelta(days=1)})
    assert verdict("machine-room-visits", changed(right, Kind.VISIT, came=ago, until=ago, approved=approved)) is (
        Verdict.FAIL
    )
    gone = changed(right, Kind.VISIT, came=ago, until=ago, went=ago, approved=approved)
    assert verdict("machine-room-visits", gone) is Verdict.PASS


def test_drills_and_follow_ups_that_are_late_are_found(right: Papers) -> None:
    old = right.at - timedelta(days=400)
    assert verdict("drills-held", changed(right, Kind.DRILL, ended=old)) is Verdict.FAIL
    task = right.of(Kind.DRILL)[0].record.tasks[0]
    late = (task.model_copy(update={"due": date(2026, 1, 1)}),)
    assert verdict("drills-held", changed(right, Kind.DRILL, tasks=late)) is Verdict.FAIL
    elsewhere = replace(changed(right, Kind.DRILL, ended=old), last={"restore": right.at})
    assert verdict("drills-held", elsewhere) is Verdict.PASS  # a device was restored from its backup: not told twice
    assert verdict("trainings-held", changed(right, Kind.TRAINING, on=old.date())) is Verdict.FAIL


def test_who_has_not_acknowledged_in_time_is_named(right: Papers) -> None:
    one = right.asked[0]
    readers = (replace(one.readers[0], acknowledged=None), *one.readers[1:])
    waiting = replace(right, asked=(replace(one, readers=readers),))
    assert verdict("rules-acknowledged", waiting) is Verdict.PASS  # there is still time
    late = replace(waiting, at=right.at + timedelta(days=15))
    found = result("rules-acknowledged", late)
    assert found.verdict is Verdict.FAIL
    assert found.points[0].values["names"] == one.readers[0].who.name


def written_past(engine: Engine, statement: str) -> None:
    """Alter the database as somebody with all rights would."""
    with engine.begin() as connection:
        for action in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_record_version_no_{action}")
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record_version SET body = replace(body, '顾明哲', '李强')",
        "UPDATE audit_record_version SET at = '2026-01-01 00:00:00.000000'",
        "UPDATE audit_record_version SET by = 'chief'",
        "DELETE FROM audit_record_version",
    ],
)
def test_who_alters_a_record_in_the_database_is_found(tmp_path: Path, statement: str) -> None:
    records = things.records(tmp_path)
    records.add(Kind.VISIT, things.visit(), OPERATOR)
    assert papers.gather(records.settings, records.engine, COUNTY).altered == ()
    written_past(records.engine, statement)
    held = papers.gather(records.settings, records.engine, COUNTY)
    assert held.altered == ("visit:1 version 1",)
    assert verdict("records-unaltered", held) is Verdict.FAIL
    records.engine.dispose()


def test_evidence_of_a_record_that_is_gone_is_found(tmp_path: Path) -> None:
    records = things.records(tmp_path)
    number = records.add(Kind.VISIT, things.visit(), OPERATOR, [things.picture()])
    held = papers.gather(records.settings, records.engine, COUNTY)
    name = papers.hashes(held)[f"record:visit:{number}"]
    assert set(papers.hashes(held)) == {"record:visit:1", "record:visit:1:photograph-1"}
    (evidence.folder(records.settings) / name[:2] / name).unlink()
    assert papers.gather(records.settings, records.engine, COUNTY).altered == ("visit:1 version 1",)
    records.engine.dispose()


def test_clauses_of_level_3_ask_nothing_of_devices_that_carry_lesser_systems() -> None:
    carried = levels(COUNTY)
    assert {name for name, held in carried.items() if max(held.values()) == 3} == {
        "core-1", "core-2", "fw-1", "fw-2", "sw-dc",
    }  # fmt: skip
    points = tuple(failed(name, "x") for name in ("core-1", "agg-1", "cpe-001"))

    def of(clause: str) -> Result:
        info = Info(id="x", title="x", clauses=(clause,), severity=Severity.MINOR, rationale="x", remedy="x")
        return Result(check=info, verdict=Verdict.FAIL, points=points)

    three, two = narrowed([of("8.1.3.1 b"), of("8.1.4.1 a")], carried)
    assert [p.verdict for p in three.points] == [Verdict.FAIL, Verdict.NOT_APPLICABLE, Verdict.FAIL]
    assert [p.verdict for p in two.points] == [Verdict.FAIL] * 3


def test_records_are_taken_away_with_the_log_and_hold_there(tmp_path: Path) -> None:
    records = things.records(tmp_path / "county")
    password_file(records.settings).write_text("a password\n")
    records.add(Kind.VISIT, things.visit(), OPERATOR, [things.picture()])
    records.add(Kind.REGULATION, things.regulation(), CENTER)
    export(records.settings, records.engine, tmp_path / "taken", clock.now(), "auditor")
    found = checked(tmp_path / "taken", [], [], [])
    assert (found["holds"], found["evidence"]) == (True, 4)  # two records, a photograph, a text
    name = records.get(Kind.VISIT, 1, CENTER).record.photographs[0]
    (tmp_path / "taken" / "evidence" / name[:2] / name).unlink()
    assert not checked(tmp_path / "taken", [], [], [])["holds"]
    records.engine.dispose()
