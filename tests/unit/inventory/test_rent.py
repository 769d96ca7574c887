"""Rent by unit and month: whole months, parts of months, contracts, backup lines, sums that add up."""

from datetime import date, timedelta
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countynet.errors import BadInput
from countynet.vocabulary import Access
from inventory.model import BackupLine, Circuit, Contract, County
from inventory.month import Month
from inventory.rent import RentLine, by_contract, by_supplier, by_unit, charge, covering, half_up, rent, whole, yuan
from tests.unit.inventory.rollout.small import changed

NOVEMBER = Month(2026, 11)


def contract(number: str, begins: str = "2026-01-01", ends: str = "2026-12-31", supplier: str = "电信") -> Contract:
    return Contract(
        number=number, supplier=supplier, subject="专线", subject_en="Lines", signed_on=date(2025, 12, 1),
        begins=date.fromisoformat(begins), ends=date.fromisoformat(ends),
    )  # fmt: skip


def backup(**fields: Any) -> BackupLine:
    plain: dict[str, Any] = {
        "id": "backup-001", "unit": "u001", "access": "dial-up", "contract": "BAK-7", "rent": 55, "down_kbps": 56,
        "up_kbps": 33, "availability": 95, "repair_hours": 24,
    }  # fmt: skip
    return BackupLine(**plain | fields)


def line(county: County, **fields: Any) -> Circuit:
    return county.circuits[0].model_copy(
        update={"contract": "QL-1", "rent": 1000, "begins": None, "ends": None} | fields
    )


def one(
    county: County, circuit: Circuit | BackupLine, *contracts: Contract, month: Month = NOVEMBER
) -> RentLine | None:
    return charge(circuit, covering(changed(county, contracts=contracts), circuit.contract), month)


def test_a_whole_month_is_the_rent_itself(county: County) -> None:
    for month in (NOVEMBER, Month(2026, 2), Month(2028, 2), Month(2026, 12)):
        found = one(county, line(county), contract("QL", ends="2030-01-01"), month=month)
        assert found is not None
        assert (found.amount, found.days, found.month_days) == (100_000, month.days, month.days)


@pytest.mark.parametrize(
    ("begins", "ends", "days", "fen"),
    [
        ("2026-11-30", None, 1, 3333),
        ("2026-11-16", None, 15, 50_000),
        (None, "2026-11-01", 1, 3333),
        ("2026-11-10", "2026-11-11", 2, 6667),
        ("2026-10-31", "2026-12-01", 30, 100_000),
    ],
)
def test_the_first_and_the_last_day_are_both_charged(
    county: County, begins: str | None, ends: str | None, days: int, fen: int
) -> None:
    dates = {name: date.fromisoformat(text) for name, text in (("begins", begins), ("ends", ends)) if text}
    found = one(county, line(county, **dates), contract("QL"))
    assert found is not None
    assert (found.days, found.amount) == (days, fen)


@pytest.mark.parametrize(
    "dates",
    [
        {"begins": date(2026, 12, 1)},
        {"ends": date(2026, 10, 31)},
        {"begins": date(2026, 11, 9), "ends": date(2026, 11, 8)},
    ],
)
def test_a_line_that_is_not_charged_in_the_month_is_not_listed(county: County, dates: dict[str, date]) -> None:
    assert one(county, line(county, **dates), contract("QL")) is None


def test_the_contracts_dates_hold_where_the_line_has_none(county: County) -> None:
    half = contract("QL", begins="2026-11-21", ends="2026-11-25")
    found = one(county, line(county), half)
    assert found is not None
    assert (found.begins, found.days, found.amount) == (date(2026, 11, 21), 5, 16_667)
    longer = one(county, line(county, ends=date(2026, 11, 30)), half)
    assert longer is not None
    assert longer.days == 10
    assert one(county, line(county), contract("QL", ends="2026-10-31")) is None


def test_the_contract_whose_number_fits_longest_covers_the_line(county: County) -> None:
    found = one(county, line(county, contract="QL-2026-B-7"), contract("QL"), contract("QL-2026-B", supplier="移动"))
    assert found is not None
    assert (found.contract, found.supplier, found.contract_line) == ("QL-2026-B", "移动", "QL-2026-B-7")


def test_a_line_without_contract_is_charged_by_its_own_dates_and_says_so(county: County) -> None:
    found = one(county, line(county, begins=date(2026, 11, 2)), contract("OTHER"))
    assert found is not None
    assert (found.contract, found.supplier, found.days) == ("", "", 29)


def test_backup_lines_are_charged_too_and_stand_after_the_units_line(county: County) -> None:
    both = changed(county, backup_lines=(backup(unit="u002"), backup(id="backup-000")), contracts=(contract("BAK"),))
    found = rent(both, NOVEMBER)
    assert [(r.line, r.backup) for r in found[:4]] == [
        ("line-001", False), ("backup-000", True), ("line-002", False), ("backup-001", True),
    ]  # fmt: skip
    assert found[1].access == "dial-up"


def test_a_line_of_an_unknown_unit_stands_last_and_breaks_nothing(county: County) -> None:
    found = rent(changed(county, backup_lines=(backup(unit="u999"),)), NOVEMBER)
    assert found[-1].unit == "u999"


def test_sums_by_unit_supplier_and_contract_add_up_to_the_whole(county: County) -> None:
    circuits = tuple(
        line(county, id=c.id, unit=c.unit, begins=date(2026, 11, 1 + n % 29)) for n, c in enumerate(county.circuits)
    )
    lines = rent(
        changed(county, circuits=circuits, backup_lines=(backup(),), contracts=(contract("BAK"), contract("QL"))),
        NOVEMBER,
    )
    total = whole(lines)
    assert total.lines == len(lines) == len(county.units) + 1
    assert total.amount == total.total == sum(r.amount for r in lines)
    for sums in (by_unit(lines), by_supplier(lines), by_contract(lines)):
        assert sum(s.amount for s in sums) == total.amount
        assert sum(s.lines for s in sums) == total.lines
    assert by_unit(lines)[0].lines == 2
    assert {s.key for s in by_contract(lines)} == {"BAK", "QL"}


def test_of_no_lines_the_sum_is_nothing() -> None:
    assert whole(()).total == 0
    assert by_unit(()) == ()


@pytest.mark.parametrize(
    ("n", "d", "q"), [(1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (0, 7, 0), (5, 10, 1), (49, 100, 0)]
)
def test_half_is_rounded_up(n: int, d: int, q: int) -> None:
    assert half_up(n, d) == q


@given(st.integers(0, 10_000), st.integers(2000, 2100), st.integers(1, 12), st.data())
def test_two_parts_of_a_month_cost_the_month_to_a_fen(
    monthly: int, year: int, number: int, data: st.DataObject
) -> None:
    month = Month(year, number)
    cut = data.draw(st.integers(1, month.days - 1))
    circuit = Circuit(
        id="line-001", unit="u001", access=Access.FIBER, contract="X", rent=monthly, down_kbps=1, up_kbps=1,
        availability=99, repair_hours=4, link=IPv4Network("10.0.0.0/29"), ends=month.first + timedelta(days=cut - 1),
    )  # fmt: skip
    rest = circuit.model_copy(update={"begins": month.first + timedelta(days=cut), "ends": None})
    first, second = charge(circuit, None, month), charge(rest, None, month)
    assert first is not None
    assert second is not None
    assert first.days + second.days == month.days
    assert abs(first.amount + second.amount - monthly * 100) <= 1


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (123_450, "1234.50"), (-5, "-0.05"), (-100, "-1.00")]
)
def test_money_is_written_without_floats(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-11", "2026/11", "", "２０２６-11", "0000-01", "2026-11-01", "9999-12"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Month.parse(text)


def test_months_follow_each_other_over_the_year() -> None:
    month = Month.parse(" 2026-12 ")
    assert (str(month), str(month.after), str(month.before)) == ("2026-12", "2027-01", "2026-11")
    assert month.after > month > month.before
    assert (Month(2028, 2).last, Month.of(date(2028, 2, 29))) == (date(2028, 2, 29), Month(2028, 2))
