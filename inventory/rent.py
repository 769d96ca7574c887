"""What each line costs in a month: N8, before the deductions that evaluation makes. Pure.

The rules, which an accountant must be able to check by hand:
- A line is charged from its first day of rent to its last, both included: its own `begins` and `ends`, and where it has
  none, its contract's. A line that no contract covers is charged by its own dates only, and says so.
- The amount is rent x days charged / days of the month, rounded half up to the fen, once per line; a whole month is
  the rent itself. Sums add the rounded lines, so a table adds up as printed.
- Money is whole fen (0.01 yuan), never a float. `deduction` is 0 here; the amount itself never changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from inventory.model import BackupLine, Circuit, Contract, County
from inventory.month import Month

FEN = 100
"""fen in a yuan"""


@dataclass(frozen=True)
class RentLine:
    """One line in one month."""

    unit: str
    line: str
    backup: bool
    access: str
    contract_line: str
    """the line's own number in its contract"""
    contract: str
    """the number of the contract that covers it; empty when none does"""
    supplier: str
    begins: date
    """first day charged in this month"""
    days: int
    month_days: int
    rent: int
    """yuan per month"""
    amount: int
    """fen"""
    deduction: int = 0
    """fen; filled in by `monitoring.evaluation.charges`"""

    @property
    def total(self) -> int:
        """What is to be paid, in fen."""
        return self.amount - self.deduction


@dataclass(frozen=True)
class Sum:
    """Several lines added up; money in fen."""

    key: str
    lines: int
    amount: int
    deduction: int

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.amount - self.deduction


def rent(county: County, month: Month) -> tuple[RentLine, ...]:
    """Return every line that is charged in a month: by unit in the inventory's order, a unit's backup lines after."""
    order = {unit.id: n for n, unit in enumerate(county.units)}
    lines: list[Circuit | BackupLine] = [*county.circuits, *county.backup_lines]
    found = [charged for line in lines if (charged := charge(line, covering(county, line.contract), month))]
    return tuple(sorted(found, key=lambda r: (order.get(r.unit, len(order)), r.backup, r.line)))


def charge(line: Circuit | BackupLine, contract: Contract | None, month: Month) -> RentLine | None:
    """Return what one line costs in a month under its contract; None when no day of it is charged."""
    begins = max(month.first, line.begins or (contract.begins if contract else month.first))
    ends = min(month.last, line.ends or (contract.ends if contract else month.last))
    days = (ends - begins).days + 1
    if days < 1:
        return None
    return RentLine(
        unit=line.unit,
        line=line.id,
        backup=isinstance(line, BackupLine),
        access=str(line.access),
        contract_line=line.contract,
        contract=contract.number if contract else "",
        supplier=contract.supplier if contract else "",
        begins=begins,
        days=days,
        month_days=month.days,
        rent=line.rent,
        amount=half_up(line.rent * FEN * days, month.days),
    )


def covering(county: County, number: str) -> Contract | None:
    """Return the contract that covers a line's number: the one whose own number fits longest."""
    return max((c for c in county.contracts if c.covers(number)), key=lambda c: len(c.number), default=None)


def half_up(numerator: int, denominator: int) -> int:
    """Return a quotient of whole numbers that are not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_unit(lines: Iterable[RentLine]) -> tuple[Sum, ...]:
    """Return the sum of each unit, in the order of the lines."""
    return _sums(lines, lambda line: line.unit)


def by_supplier(lines: Iterable[RentLine]) -> tuple[Sum, ...]:
    """Return the sum of each supplier; lines without contract under the empty name."""
    return _sums(lines, lambda line: line.supplier)


def by_contract(lines: Iterable[RentLine]) -> tuple[Sum, ...]:
    """Return the sum of each contract; lines without one under the empty number."""
    return _sums(lines, lambda line: line.contract)


def whole(lines: Iterable[RentLine]) -> Sum:
    """Return the sum of all lines."""
    return next(iter(_sums(lines, lambda line: "")), Sum("", 0, 0, 0))


def _sums(lines: Iterable[RentLine], key: Callable[[RentLine], str]) -> tuple[Sum, ...]:
    groups: dict[str, list[RentLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return tuple(Sum(k, len(g), sum(r.amount for r in g), sum(r.deduction for r in g)) for k, g in groups.items())


def yuan(fen: int) -> str:
    """Return money for people and spreadsheets, e.g. 1234.50; never a float on the way."""
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{size // FEN}.{size % FEN:02}"
