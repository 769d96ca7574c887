"""A month's rent by hand: whose rule takes how much off which line, and because of which outages."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import LedgerState
from inventory.model import Contract, County
from inventory.month import Month
from monitoring.evaluation import rules
from monitoring.evaluation.charges.files import printed, workbook
from monitoring.evaluation.charges.model import Charge, operators
from monitoring.evaluation.charges.read import month_charges
from monitoring.evaluation.charges.show import document, outage, why
from monitoring.evaluation.period import Period
from monitoring.evaluation.service import Evaluations
from tests.unit.monitoring.evaluation.october import BEGIN, DAY, HOUR, LATER, At, lived

OCTOBER = Month(2026, 10)


def charged(engine: Engine, county: County, given: rules.Rules = rules.DEFAULT) -> dict[str, Charge]:
    return {charge.line.line: charge for charge in month_charges(engine, county, OCTOBER, given, LATER).all}


def test_a_line_that_misses_its_promise_is_deducted_by_the_rule_of_its_points_with_every_outage(
    engine: Engine, at: At, county: County
) -> None:
    at(LATER)
    lived(
        engine, "u001", (DAY, DAY + 6 * HOUR, LedgerState.DOWN), (9 * DAY, 9 * DAY + HOUR, LedgerState.SHADOWED),
        (11 * DAY, 11 * DAY + 2 * HOUR, LedgerState.DOWN),
    )  # fmt: skip
    lived(engine, "u002")
    found = charged(engine, county)
    one, two, three = (found[c.id] for c in county.circuits[:3])
    reached = 100 * (744 - 9) / (744 - 1)
    assert one.reached == pytest.approx(reached)
    assert one.rule is not None
    assert one.missed == pytest.approx(one.promised - reached)
    assert one.line.deduction == one.line.amount * one.rule.percent // 100
    assert [outage(stretch) for stretch in one.outages] == [
        "down from 2026-10-02 00:00:00 to 2026-10-02 06:00:00, 6:00:00",
        "down from 2026-10-12 00:00:00 to 2026-10-12 02:00:00, 2:00:00",
    ]
    assert "the county's rule" in why(one)
    assert "735:00:00 up of 743:00:00 counted" in why(one)
    assert (two.rule, two.line.deduction, two.outages) == (None, 0, ())
    assert "kept" in why(two)
    assert why(three) == "nothing was measured, so it is not judged"
    assert all(why(c).startswith("a backup line") for c in found.values() if c.line.backup)


def test_the_deductions_of_a_quarter_are_those_of_its_months(engine: Engine, at: At, county: County) -> None:
    at(LATER)
    lived(engine, "u001", (DAY, DAY + 60 * HOUR, LedgerState.DOWN))
    service = Evaluations(Settings(county=Path("/nonexistent"), language="en"), engine)
    report = service.report(county, Period.parse("2026-10"))
    assert sum(line.deduction for line in report.charges[0].lines) == report.found.whole.deduction > 0


def test_a_contract_with_rules_of_its_own_is_judged_by_them_alone(engine: Engine, at: At, county: County) -> None:
    at(LATER)
    lived(engine, "u001", (DAY, DAY + 6 * HOUR, LedgerState.DOWN))
    number = charged(engine, county)[county.circuits[0].id].line.contract
    own = f"deductions:\n- {{missed: 0, percent: 50}}\n- {{contract: {number}, missed: 0, percent: 7}}\n"
    found = charged(engine, county, rules.read("x.yml", own.encode(), [number]))[county.circuits[0].id]
    assert found.line.deduction == found.line.amount * 7 // 100
    assert f"rule of the contract {number}" in why(found)
    mild = f"deductions:\n- {{missed: 0, percent: 50}}\n- {{contract: {number}, missed: 90, percent: 7}}\n"
    found = charged(engine, county, rules.read("x.yml", mild.encode()))[county.circuits[0].id]
    assert found.line.deduction == 0
    assert "no rule deducts" in why(found)


def test_a_rule_of_a_contract_that_is_not_there_is_told_with_its_line_and_the_others_problems() -> None:
    said = b"deductions:\n- {contract: NONE-1, missed: 0, percent: 7}\nexperts:\n- {period: last year, score: 5}\n"
    with pytest.raises(BadInput) as told:
        rules.read("x.yml", said, ["QL-1"])
    assert sorted((p.line, p.found) for p in told.value.problems) == [(2, "NONE-1"), (4, "last year")]


def test_the_operator_has_the_contracts_of_access_lines_and_no_other_suppliers(
    engine: Engine, at: At, county: County
) -> None:
    mobile = Contract(
        number="MOBILE-1", supplier="移动公司", subject="备用", subject_en="backup", signed_on=date(2026, 1, 1),
        begins=date(2026, 1, 1), ends=date(2027, 1, 1),
    )  # fmt: skip
    backup = county.backup_lines[0].model_copy(update={"contract": "MOBILE-1-7"})
    lines = (backup, *county.backup_lines[1:])
    changed = county.model_copy(update={"contracts": (*county.contracts, mobile), "backup_lines": lines})
    numbers = operators(changed)
    assert numbers
    assert "MOBILE-1" not in numbers
    at(LATER)
    month = Month(2026, 11) if backup.begins and backup.begins > date(2026, 10, 31) else OCTOBER
    report = Evaluations(Settings(county=Path("/nonexistent"), language="en"), engine).report(changed, Period(month, 1))
    seen, taken = ({line.contract for line in one.charges[0].lines} for one in (report, report.of_operator()))
    assert seen - taken == {"MOBILE-1"}


def test_the_files_of_a_month_are_the_same_bytes_for_ever_and_add_up(engine: Engine, at: At, few: County) -> None:
    lived(engine, "u001", (DAY, DAY + 30 * HOUR, LedgerState.DOWN))
    made = []
    for now in (LATER, LATER + 300 * DAY):
        at(now)
        found = month_charges(engine, few, OCTOBER, rules.DEFAULT)
        made.append((workbook(few, found), printed(few, found), document(found)))
    assert made[0] == made[1]
    book = load_workbook(BytesIO(made[0][0]))
    assert [sheet.title for sheet in book] == ["Rent", "Contracts", "Outages deducted"]
    rows = list(book["Rent"].iter_rows(min_row=2, values_only=True))
    whole = list(book["Contracts"].iter_rows(min_row=2, values_only=True))[-1]
    assert sum(float(str(row[10])) for row in rows) == pytest.approx(float(str(whole[5])))
    assert len(list(book["Outages deducted"].iter_rows(min_row=2))) == 1


def test_a_month_that_lasts_says_so(engine: Engine, at: At, county: County) -> None:
    set_language("en")
    lived(engine, "u001", (DAY, DAY + 30 * HOUR, LedgerState.DOWN))
    found = month_charges(engine, county, OCTOBER, rules.DEFAULT, BEGIN + 5 * DAY, "u001")
    assert not found.closed
    assert {line.unit for line in found.lines} == {"u001"}
    assert found.all[0].line.deduction > 0
