"""The ranking of units, by hand: what each part comes to, who shares a place, who is not ranked and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from countynet.db import transaction
from countynet.errors import BadInput
from countynet.events import record
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, Looked, UnitFinding
from countynet.vocabulary import FaultDomain, LedgerState, Role, Severity
from inventory.model import County
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.cause.store import AlarmCause
from monitoring.cause.verdict import Said, Verdict
from monitoring.evaluation import rules
from monitoring.evaluation.gather import Bases, reported
from monitoring.evaluation.own.model import OwnFacts, Ranked
from monitoring.evaluation.own.points import DEFAULT
from monitoring.evaluation.own.rank import rank
from monitoring.evaluation.own.show import details, findings, remarks, told, working
from monitoring.evaluation.own.strangers import found as strangers_of
from monitoring.faults import joining
from monitoring.faults.service import Faults
from monitoring.faults.silence import close
from monitoring.sighting.store import StrangerRow
from monitoring.tags import SightingTag
from tests.unit.monitoring.evaluation.october import BEGIN, CENTER, DAY, HOUR, LATER, OCTOBER, OPERATOR, At, lived
from topology.discovery.strangers import StrangerKind

LAST = date(2026, 10, 31)
LONG = date(2025, 1, 1)
FAILED = UnitFinding("cpe-001", FindingKind.SECURITY, "Idle ports are shut", severity=Severity.MAJOR)


def one(unit: str, **said: object) -> OwnFacts:
    return replace(OwnFacts(unit, LONG, judged=10, watched=True), **said)  # type: ignore[arg-type]


def places(*facts: OwnFacts) -> dict[str, tuple[int | None, float | None]]:
    return {ranked.unit: (ranked.rank, ranked.score) for ranked in rank(facts, DEFAULT, LAST)}


def test_equal_scores_share_a_place_and_the_next_one_is_left_out() -> None:
    worse = one("u002", findings=(FAILED,))
    assert places(one("u003"), worse, one("u001")) == {"u001": (1, 100.0), "u003": (1, 100.0), "u002": (3, 95.7)}


def test_a_unit_that_is_too_new_or_of_which_nothing_is_known_has_no_place_and_says_why() -> None:
    set_language("en")
    new, never = one("u001", connected=LAST - timedelta(days=29)), one("u002", connected=None)
    dark = OwnFacts("u003", LONG)
    just = one("u004", connected=LAST - timedelta(days=30))
    ranked = {r.unit: r for r in rank([new, never, dark, just], DEFAULT, LAST)}
    assert {unit: r.rank for unit, r in ranked.items()} == {"u004": 1, "u001": None, "u002": None, "u003": None}
    assert "too new, connected on 2026-10-02" in working(ranked["u001"])
    assert "not connected yet" in working(ranked["u002"])
    assert "nothing is known" in working(ranked["u003"])


def test_every_score_can_be_recomputed_from_what_is_said_of_it() -> None:
    set_language("en")
    facts = one(
        "u001",
        findings=(FAILED, FAILED, UnitFinding("pc-1", FindingKind.UNDECLARED, "x")),
        own=(7,), faults=2, invited=2, came=1, repaired=4, confirmed=3,
    )  # fmt: skip
    (ranked,) = rank([facts], DEFAULT, LAST)
    assert [told(part) for part in ranked.parts] == [
        "security 80: 100 - 2 x 10 (major findings)",
        "terminals 95: 100 - 1 x 5 (undeclared terminals)",
        "training 50: 1 of 2",
        "own faults 90: 100 - 1 x 10 (faults caused by the unit itself)",
        "confirming repairs 75: 3 of 4",
    ]
    assert working(ranked) == (
        "(security 80 x 30 + terminals 95 x 25 + training 50 x 15 + own faults 90 x 15 + confirming repairs 75 x 15)"
        " / 100 = 80"
    )
    assert ranked.score == pytest.approx((80 * 30 + 95 * 25 + 50 * 15 + 90 * 15 + 75 * 15) / 100, abs=0.051)


def test_what_nobody_looked_at_leaves_its_weight_to_the_others_and_is_no_praise() -> None:
    set_language("en")
    (ranked,) = rank([one("u001", judged=None, own=(1,), faults=1)], DEFAULT, LAST)
    assert ranked.parts[0].score is None
    assert "nothing known, its weight 30 goes to the others" in told(ranked.parts[0])
    assert working(ranked) == "(terminals 100 x 25 + own faults 90 x 15) / 40 = 96.2"


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 3)), max_size=12))
def test_places_follow_scores_whatever_units_did(units: list[tuple[int, bool, int]]) -> None:
    facts = [
        one(f"u{n:03}", findings=(FAILED,) * bad, connected=LAST if new else LONG, invited=3, came=came)
        for n, (bad, new, came) in enumerate(units)
    ]
    found = rank(facts, DEFAULT, LAST)
    ranked = [r for r in found if r.rank is not None]
    assert {r.unit for r in found} == {f.unit for f in facts}
    assert all(0 <= (r.score or 0) <= 100 for r in ranked)
    for r in ranked:
        better = sum((other.score or 0) > (r.score or 0) for other in ranked)
        assert r.rank == better + 1
    assert [r.new for r in found] == sorted(r.new for r in found)


OWN, POINTS = "own_work:\n", "points:\n"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            f"{OWN}- {{part: faults, weight: 50}}\n- {{part: dogs, weight: 50}}\n{POINTS}- {{what: cat, points: 5}}\n",
            [3, 5],
        ),
        (f"{OWN}- {{part: security, weight: 60}}\n- {{part: faults, weight: 30}}\n", [1]),
        (
            f"{POINTS}- {{what: major, points: 5}}\n- {{what: major, points: 101}}\nranking:\n- {{new_days: -1}}\n",
            [3, 5],
        ),
        (f"{POINTS}- {{what: major, points: 5}}\n- {{what: major, points: 6}}\n", [3]),
        ("ranking:\n- {confirm_hours: 24}\n- {new_days: 9}\n", [3]),
        (f"{OWN}- {{part: faults, weight: 99}}\nweights:\n- {{part: internal, weight: 99}}\n", [1, 3]),
    ],
)
def test_weights_and_points_that_cannot_be_are_told_all_at_once_with_their_lines(
    content: str, lines: list[int]
) -> None:
    with pytest.raises(BadInput) as said:
        rules.read("evaluation.yml", content.encode())
    assert sorted({problem.line for problem in said.value.problems}) == lines


def test_a_countys_points_take_the_place_of_ours_one_by_one() -> None:
    own = rules.read("x.yml", b"points:\n- {what: major, points: 1}\nranking:\n- {new_days: 90}\n").own
    assert (own.off("major"), own.off("critical"), own.bounds.new_days, own.bounds.confirm_hours) == (1, 20, 90, 48)


def october(engine: Engine, county: County, *looked: Looked, now: datetime = LATER) -> dict[str, Ranked]:
    report = reported(engine, OCTOBER, rules.DEFAULT, looked, now, Bases.of(county, OCTOBER))
    return {ranked.unit: ranked for ranked in report.ranking.units}


def repaired(engine: Engine, at: At, unit: str, opened: datetime) -> int:
    faults, clerk = Faults(engine), Actor(unit, Role.UNIT, unit)
    at(opened)
    number = faults.report(unit, "no net", "", "", clerk)
    faults.dispatch(number, CENTER)
    faults.start(number, OPERATOR)
    at(opened + HOUR)
    faults.repaired(number, OPERATOR, "cable")
    return number


def test_only_a_units_own_word_in_time_confirms_a_repair(engine: Engine, at: At, county: County) -> None:
    faults = Faults(engine)
    clerks = {unit: Actor(unit, Role.UNIT, unit) for unit in ("u001", "u002", "u003", "u004", "u005")}
    numbers = {unit: repaired(engine, at, unit, BEGIN + DAY) for unit in clerks}
    at(BEGIN + DAY + 20 * HOUR)
    faults.confirm(numbers["u001"], clerks["u001"], 5)
    faults.reopen(numbers["u005"], clerks["u005"])
    at(BEGIN + 4 * DAY)
    faults.confirm(numbers["u002"], clerks["u002"], 5)
    close(engine, 3, BEGIN + 9 * DAY)
    found = october(engine, county)
    shares = {unit: (found[unit].facts.confirmed, found[unit].facts.repaired) for unit in clerks}
    assert shares == {"u001": (1, 1), "u002": (0, 1), "u003": (0, 1), "u004": (0, 1), "u005": (1, 1)}
    early = october(engine, county, now=BEGIN + DAY + 30 * HOUR)
    assert early["u003"].facts.repaired == 0


def test_a_fault_counts_as_the_units_own_when_the_verdict_on_its_alarm_says_so(
    engine: Engine, at: At, county: County
) -> None:
    numbers = []
    for unit, domain in (("u001", FaultDomain.UNIT_POWER), ("u002", FaultDomain.OPERATOR)):
        at(BEGIN + DAY)
        trouble = Trouble(f"line:{unit}", Severity.MAJOR, unit, "Line {line} is down", {"line": unit}, unit=unit)
        verdict = Verdict("x", domain, Said("power failed at the unit"))
        with transaction(engine) as session:
            alarm, _new = open_alarm(session, trouble, "ping")
            session.add(AlarmCause(alarm=alarm.id, verdict=verdict.document(), seen={}, at=BEGIN))
            fault = joining.alarm_opened(session, alarm)
            assert fault is not None
            numbers.append(fault.id)
    found = october(engine, county)
    assert (found["u001"].facts.own, found["u002"].facts.own) == ((numbers[0],), ())
    assert found["u001"].parts[3].score == 90


def test_findings_go_to_the_unit_of_the_device_the_terminal_or_the_cable_and_to_nobody_else(
    engine: Engine, at: At, county: County
) -> None:
    set_language("en")
    cable = next(c for c in county.cables if c.b.node == "cpe-003" or c.a.node == "cpe-003")
    far = cable.a if cable.b.node == "cpe-003" else cable.b
    terminal = county.units[1].terminals[0].name
    looked = Looked(
        frozenset({FindingKind.SECURITY, FindingKind.UNKNOWN, FindingKind.DUAL_HOMED}),
        BEGIN + DAY,
        {"cpe-001": 5, "core-1": 9},
        (
            FAILED,
            UnitFinding("core-1", FindingKind.SECURITY, "nobody's"),
            UnitFinding(terminal, FindingKind.DUAL_HOMED, "on two nets"),
            UnitFinding(far.node, FindingKind.UNKNOWN, "stranger", port=far.port),
        ),
    )
    found = october(engine, county, looked)
    assert found["u001"].facts.judged == 5
    assert "cpe-001: Idle ports are shut (major findings)" in findings(found["u001"].facts)
    assert [f.kind for f in found["u002"].facts.of(FindingKind.DUAL_HOMED)] == [FindingKind.DUAL_HOMED]
    assert [f.port for f in found["u003"].facts.of(FindingKind.UNKNOWN)] == [far.port]
    said = [f.text for r in found.values() for f in r.facts.findings]
    assert "nobody's" not in said
    assert found["u002"].facts.judged is None


def test_a_stranger_counts_in_the_period_in_which_it_turned_up_first(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        record(session, SightingTag.STRANGER, "monitoring", "device:cpe-001", {})
        for n, when in enumerate((BEGIN - HOUR, BEGIN + DAY, BEGIN + 31 * DAY)):
            session.add(
                StrangerRow(mac=f"02:00:00:00:00:0{n}", device="cpe-001", port="lan1", kind=StrangerKind.UNKNOWN,
                            address="", instead_of="", first=when)
            )  # fmt: skip
    looked = strangers_of(Settings(county=tmp_path, language="en"), engine, OCTOBER.begins, OCTOBER.ends)
    assert [f.values["mac"] for f in looked.found] == ["02:00:00:00:00:01"]
    assert looked.kinds == {FindingKind.UNKNOWN, FindingKind.IMPOSTOR}


def test_training_counts_sessions_held_in_the_period_and_people_who_came(engine: Engine, county: County) -> None:
    training = county.trainings[0].model_copy(update={"on": date(2026, 10, 15)})
    first, *rest = training.attendance
    shorter = training.model_copy(update={"attendance": tuple(rest)})
    changed = county.model_copy(update={"trainings": (shorter, *county.trainings[1:])})
    found = october(engine, changed)
    absent, came = found[first.unit].facts, found[rest[0].unit].facts
    assert (absent.invited, absent.came, absent.people) == (1, 0, 0)
    assert (came.invited, came.came, came.people) == (1, 1, rest[0].people)
    assert found["u120"].facts.invited == 0


def test_the_whole_says_what_nobody_looks_for_and_when_the_last_audit_was(engine: Engine, county: County) -> None:
    set_language("en")
    lived(engine, "u001", (DAY, DAY + HOUR, LedgerState.DOWN))
    bases = Bases.of(county, OCTOBER)
    audited = Looked(frozenset({FindingKind.SECURITY}), datetime(2026, 10, 20, 3, tzinfo=UTC), {"cpe-001": 3})
    ranking = reported(engine, OCTOBER, rules.DEFAULT, [audited], LATER, bases).ranking
    said = " ".join(remarks(ranking))
    assert "the last audit of the period, 2026-10-20" in said
    assert "nobody looks for these in this installation: terminals on two nets" in said
    of_one = ranking.of_unit("u001")
    assert of_one is not None
    assert of_one.facts.watched
    assert any("people sent to training" in line for line in details(of_one))
    unheard = reported(engine, OCTOBER, rules.DEFAULT, [], LATER, bases).ranking
    assert "no audit was run" in " ".join(remarks(unheard))
