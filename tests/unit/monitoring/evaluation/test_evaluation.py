"""Evaluation by hand: what a month of outages and faults comes to, and that paper of a closed month never changes."""

import json
import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine
from typer.testing import CliRunner

import inventory
from countynet.db import reading, transaction
from countynet.errors import BadInput, MissingCapability
from countynet.i18n import set_language
from countynet.paper import paper
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LedgerState, Role, Severity
from inventory.model import County
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.evaluation import cli, rules
from monitoring.evaluation.figures import FaultFacts, added, repeats, times
from monitoring.evaluation.gather import evaluate, faults
from monitoring.evaluation.period import Period
from monitoring.evaluation.service import Evaluations
from monitoring.evaluation.show import summary
from monitoring.faults import joining
from monitoring.faults.reports.store import of_fault
from monitoring.faults.service import Faults
from monitoring.faults.ties.service import Ties
from monitoring.faults.waves import Wave
from monitoring.ledger.stretches import Sums
from tests.unit.monitoring.evaluation.october import (
    BEGIN,
    CENTER,
    DAY,
    HOUR,
    LATER,
    OCTOBER,
    OPERATOR,
    At,
    a_fault,
    lived,
)


@pytest.mark.parametrize(
    ("text", "first", "months", "said"),
    [("2026-11", "2026-11", 1, "2026-11"), ("2026-q4", "2026-10", 3, "2026-Q4"), (" 2026 ", "2026-01", 12, "2026")],
)
def test_a_period_is_a_month_a_quarter_or_a_year(text: str, first: str, months: int, said: str) -> None:
    found = Period.parse(text)
    assert (str(found.first), len(list(found)), str(found)) == (first, months, said)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "last", "26", "2026-1", "２０２６-11"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(BadInput):
        Period.parse(text)


def test_times_are_of_the_nearest_rank_and_a_few_are_said_to_be_few() -> None:
    found = times(timedelta(minutes=m) for m in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100))
    assert (found.count, found.mean, found.median, found.p80, found.p95, found.small) == (10, 55, 55, 80, 100, False)
    assert times([]) == times(iter([]))
    assert times([]).mean is None
    assert times([HOUR]).small


@given(st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9)), min_size=1, max_size=40))
def test_percentiles_are_measured_values_in_order(values: list[timedelta]) -> None:
    found = times(values)
    assert found.p80 is not None
    assert found.p95 is not None
    assert found.p80 <= found.p95
    assert found.p95 in {round(v.total_seconds() / 60, 1) for v in values}


def test_a_fault_that_comes_again_within_thirty_days_is_a_repeat_one_of_another_unit_is_not() -> None:
    def fact(number: int, unit: str, opened: int, repaired: int | None) -> FaultFacts:
        ended = None if repaired is None else BEGIN + repaired * DAY
        return FaultFacts(number, unit, BEGIN + opened * DAY, repaired=ended)

    before = [fact(1, "u001", -5, -4)]
    now = [fact(2, "u001", 1, 2), fact(3, "u002", 3, None), fact(4, "u002", 9, 10), fact(5, "u001", 40, 41)]
    assert repeats(now, before) == 1
    assert repeats(now, []) == 0


def test_a_month_comes_to_what_is_counted_by_hand(engine: Engine, at: At, county: County) -> None:
    lived(engine, "u001", (DAY, DAY + 6 * HOUR, LedgerState.DOWN), (9 * DAY, 9 * DAY + HOUR, LedgerState.SHADOWED))
    lived(engine, "u002")
    a_fault(engine, at, "u001", BEGIN + DAY, 6 * HOUR, rating=3)
    at(LATER)
    found = evaluate(engine, county, OCTOBER, rules.DEFAULT)
    one, two, three = found.units[:3]
    assert found.closed
    assert one.sums.line_availability == pytest.approx(100 * (744 - 7) / (744 - 1), abs=1e-6)
    assert one.sums.availability == pytest.approx(100 * (744 - 7) / 744, abs=1e-6)
    assert (one.kept, two.kept, three.kept) == (False, True, None)
    assert (one.faults.repair.median, one.faults.respond.median, one.faults.rating) == (360.0, 180.0, 3)
    assert (one.faults.never_alarmed, one.faults.found_first) == (1, 0)
    rent = next(c.rent for c in county.circuits if c.unit == "u001")
    assert one.rent == rent * 100
    missed = one.target - (one.sums.line_availability or 0)
    percent = max(d.percent for d in rules.DEFAULT.deductions if missed >= d.missed)
    assert one.deduction == rent * percent
    assert two.deduction == three.deduction == 0
    assert (found.whole.kept, found.whole.counted, found.whole.units) == (1, 2, 120)


def test_the_score_says_what_it_is_made_of_and_what_nobody_gave(engine: Engine, at: At, county: County) -> None:
    lived(engine, "u001")
    a_fault(engine, at, "u001", BEGIN + DAY, HOUR, rating=4)
    at(LATER)
    score = evaluate(engine, county, OCTOBER, rules.DEFAULT).score
    assert (score.internal, score.public, score.expert) == (100.0, 80.0, None)
    assert score.whole == pytest.approx((100 * 60 + 80 * 25) / 85, abs=0.05)
    with_expert = rules.read("x.yml", b"experts:\n- {period: 2026-10, score: 50}\n")
    again = evaluate(engine, county, OCTOBER, with_expert).score
    assert again.whole == pytest.approx((100 * 60 + 80 * 25 + 50 * 15) / 100, abs=0.05)
    assert evaluate(engine, county, Period.parse("2025-01"), rules.DEFAULT).score.whole is None
    assert any("nobody" in line for line in summary(evaluate(engine, county, OCTOBER, rules.DEFAULT)))


def test_who_found_it_first_is_the_alarms_own_time_though_the_report_joined_it_later(
    engine: Engine, at: At, county: County
) -> None:
    trouble = Trouble("line:x", Severity.MAJOR, "x", "Line {line} is down", {"line": "x"}, unit="u001")
    at(BEGIN + DAY)
    with transaction(engine) as session:
        joining.alarm_opened(session, open_alarm(session, trouble, "ping")[0])
    at(BEGIN + DAY + HOUR)
    Faults(engine).report("u001", "no net", "", "", Actor("u001", Role.UNIT, "u001"))
    at(LATER)
    faults = evaluate(engine, county, OCTOBER, rules.DEFAULT).units[0].faults
    assert (faults.faults, faults.found_first, faults.never_alarmed, faults.open) == (1, 1, 0, 1)


def test_a_fault_counts_where_it_was_opened_to_the_minute_of_the_countys_midnight(
    engine: Engine, at: At, county: County
) -> None:
    a_fault(engine, at, "u001", BEGIN - timedelta(minutes=1), HOUR)
    a_fault(engine, at, "u002", BEGIN, HOUR)
    a_fault(engine, at, "u003", BEGIN + 31 * DAY - timedelta(minutes=1), HOUR)
    at(LATER)
    found = evaluate(engine, county, OCTOBER, rules.DEFAULT)
    assert [unit.faults.faults for unit in found.units[:3]] == [0, 1, 1]
    quarter = evaluate(engine, county, Period.parse("2026-Q4"), rules.DEFAULT)
    assert not quarter.closed


def test_paper_of_a_closed_month_is_the_same_bytes_whenever_it_is_made(
    engine: Engine, at: At, few: County, tmp_path: Path
) -> None:
    lived(engine, "u001", (DAY, DAY + 6 * HOUR, LedgerState.DOWN))
    a_fault(engine, at, "u001", BEGIN + DAY, 6 * HOUR, rating=3)
    service, made = Evaluations(Settings(county=tmp_path, language="en"), engine), []
    for now in (LATER + DAY, LATER + 300 * DAY):
        at(now)
        report = service.report(few, OCTOBER)
        made.append((report.xlsx(), report.pdf(), json.dumps(report.document())))
    assert made[0] == made[1]
    sheet = load_workbook(BytesIO(made[0][0]))["Units"]
    assert sheet["A2"].value == "u001"
    assert isinstance(sheet["F2"].value, float)
    assert sheet.max_row == 7


def test_the_paper_is_chinese_with_its_glyphs_in_it(engine: Engine, at: At, few: County, tmp_path: Path) -> None:
    at(LATER)
    set_language("zh_CN")
    content = Evaluations(Settings(county=tmp_path, language="zh_CN"), engine).pdf(few, OCTOBER)
    assert content.startswith(b"%PDF-")
    assert b"/FontFile2" in content
    assert b"MicroHei" in content


def test_without_the_font_there_is_no_paper(tmp_path: Path) -> None:
    with pytest.raises(MissingCapability):
        paper(LATER, tmp_path / "none.ttc")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("weights:\n- {part: internal, weight: 60}\n- {part: dogs, weight: 40}\n", [3]),
        ("weights:\n- {part: internal, weight: 60}\n- {part: internal, weight: 30}\n", [1, 3]),
        ("deductions:\n- {missed: 1, percent: 5}\n- {missed: 0, percent: 200}\n", [3]),
        ("deductions:\n- {missed: 1, percent: 5}\n- {missed: 0.5, percent: 9}\n", [3]),
        ("experts:\n- {period: 2026-10, score: 101}\ncolour: red\n", [2, 3]),
    ],
)
def test_rules_that_cannot_be_are_told_with_their_lines(content: str, lines: list[int]) -> None:
    with pytest.raises(BadInput) as told:
        rules.read("evaluation.yml", content.encode())
    assert sorted({problem.line for problem in told.value.problems}) == lines


def test_sums_add_up_and_nothing_measured_is_neither_zero_nor_a_hundred() -> None:
    assert added([Sums(1, 2, 3, 4, 5, 1), Sums(10, 20, 30, 40, 50, 2)]) == Sums(11, 22, 33, 44, 55, 3)
    assert added([]).availability is None
    assert rules.DEFAULT.given_back(Sums(unknown=5), 99.0) == 0


def test_the_command_writes_both_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: At) -> None:
    shutil.copytree(Path(inventory.__file__).parent / "example", tmp_path / "county")
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "county"))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    at(LATER)
    pdf, xlsx = tmp_path / "e.pdf", tmp_path / "e.xlsx"
    done = CliRunner().invoke(cli.app, ["--month", "2026-10", "--pdf", str(pdf), "--xlsx", str(xlsx), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["period"] == "2026-10"
    assert pdf.stat().st_size > 20_000
    pdf.unlink()
    bad = CliRunner().invoke(cli.app, ["--month", "2026-10", "--pdf", str(pdf), "--xlsx", "/nowhere/e.xlsx"])
    assert bad.exit_code == 2
    assert not pdf.exists()


def test_a_merger_that_was_undone_and_a_split_that_was_undone_count_for_nothing(engine: Engine, at: At) -> None:
    service, ties, clerk = Faults(engine), Ties(engine), Actor("u001", Role.UNIT, "u001")
    at(BEGIN)
    lead = service.report("u002", "no net", "", "", Actor("u002", Role.UNIT, "u002"))
    one = service.report("u001", "no net", "", "", clerk)
    service.report("u001", "slow", "", "", clerk)
    ties.merge(one, lead, CENTER)
    service.dispatch(lead, CENTER)
    at(BEGIN + HOUR)
    service.start(lead, OPERATOR)
    ties.part(one, CENTER)
    with reading(engine) as session:
        reports = [report.id for report in of_fault(session, one)]
    new = ties.split(one, reports[1:], CENTER)
    with reading(engine) as session:
        facts = {fact.fault: fact for fact in faults(session, BEGIN, BEGIN + DAY)}
    assert (facts[lead].started, facts[one].started) == (BEGIN + HOUR, None)
    assert facts[new].reported == BEGIN
    ties.merge(new, one, CENTER)
    with reading(engine) as session:
        assert [fact.fault for fact in faults(session, BEGIN, BEGIN + DAY)] == [lead, one]


def test_each_rating_of_a_shared_fault_is_its_units_own_and_the_operators_is_the_mean_over_all(
    engine: Engine, at: At, county: County
) -> None:
    service = Faults(engine, Wave(units=3, minutes=10))
    clerks = {unit: Actor(unit, Role.UNIT, unit) for unit in ("u001", "u002", "u003")}
    at(BEGIN + DAY)
    first, second = (service.report(unit, "no net", "", "", clerks[unit]) for unit in ("u001", "u002"))
    lead = service.report("u003", "no net", "", "", clerks["u003"])
    late = Actor("u004", Role.UNIT, "u004")
    assert service.report("u004", "no net", "", "", late) in (first, second, lead)
    service.dispatch(first, CENTER)
    service.start(first, OPERATOR)
    service.repaired(first, OPERATOR, "cable")
    for number, clerk, rating in ((first, clerks["u001"], 5), (first, late, 2), (second, clerks["u002"], 4)):
        service.confirm(number, clerk, rating)
    at(LATER)
    found = evaluate(engine, county, OCTOBER, rules.DEFAULT)
    mine = {unit.unit: unit.faults for unit in found.units[:4]}
    assert [mine[u].rating for u in ("u001", "u002", "u003", "u004")] == [5, 4, None, 2]
    assert (mine["u004"].faults, mine["u004"].shared, mine["u004"].ratings) == (0, 1, 1)
    assert (found.whole.faults.rating, found.whole.faults.ratings) == (3.67, 3)
    assert found.score.public == 73.4
    assert "rating 3.67 of 5, the mean over 3 ratings, each of the unit that gave it" in summary(found)
