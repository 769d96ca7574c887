"""The rent of a month less what the outages cost the operator, line by line, each with its rule. Pure.

What an accountant checks by hand: the line's own availability (`up / (up + down)`, planned and unknown time left out)
against what its contract line promises; the points that it misses pick the contract's rule, or the county's where the
contract has none; the rule's percent of the month's amount is the deduction, rounded half up to the fen. A backup line
and a line of which nothing was measured are not judged, and say so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from countynet.vocabulary import LedgerState
from inventory.model import BackupLine, Circuit, County
from inventory.month import Month
from inventory.rent import RentLine, covering, half_up, rent
from monitoring.cause.verdict import Said
from monitoring.evaluation.period import Period
from monitoring.evaluation.rules import Deduction, Rules
from monitoring.ledger.read import Ledger
from monitoring.ledger.stretches import Stretch, Sums


@dataclass(frozen=True)
class Charge:
    """One line in one month; money in fen, availability in percent."""

    month: Month
    line: RentLine
    """with its deduction"""
    promised: float
    sums: Sums | None = None
    """None: a backup line, which nobody measures"""
    rule: Deduction | None = None
    """by which it is deducted; None: nothing is"""
    outages: tuple[Stretch, ...] = ()
    """in which the line itself was down, in order"""

    @property
    def reached(self) -> float | None:
        """The line's own availability; None when nothing was counted."""
        return None if self.sums is None else self.sums.line_availability

    @property
    def missed(self) -> float:
        """How many points it is short of what was promised; 0 when it is not, or nothing is known."""
        return 0.0 if self.reached is None else max(self.promised - self.reached, 0.0)


@dataclass(frozen=True)
class Charges:
    """The lines of a month."""

    month: Month
    closed: bool
    """whether the month is over; else the deductions are so far"""
    all: tuple[Charge, ...]
    said: Said | None = None
    """what it is judged by, and whether that may still change"""

    @property
    def lines(self) -> tuple[RentLine, ...]:
        """The lines with their deductions."""
        return tuple(charge.line for charge in self.all)

    def of_unit(self, unit: str) -> "Charges":
        """Return one unit's lines."""
        return replace(self, all=tuple(c for c in self.all if c.line.unit == unit))

    def of_contracts(self, numbers: Iterable[str]) -> "Charges":
        """Return the lines that some contracts cover, and those that none covers."""
        wanted = {*numbers, ""}
        return replace(self, all=tuple(c for c in self.all if c.line.contract in wanted))


def operators(county: County) -> frozenset[str]:
    """Return the contracts with the network's operator: with whoever supplies an access line, backup lines included."""
    found = (covering(county, circuit.contract) for circuit in county.circuits)
    suppliers = {contract.supplier for contract in found if contract is not None}
    return frozenset(contract.number for contract in county.contracts if contract.supplier in suppliers)


def charges(
    county: County, month: Month, ledgers: Mapping[str, Ledger], rules: Rules, now: datetime, said: Said | None = None
) -> Charges:
    """Return what a month's lines cost. `ledgers`: the month, by unit; `said`: what it is judged by."""
    return Charges(month, Period(month, 1).closed(now), tuple(_charged(county, month, ledgers, rules)), said)


def owed(months: Iterable[Charges]) -> dict[str, tuple[int, int]]:
    """Return each unit's rent and deduction of some months, in fen, without backup lines, which are not judged."""
    found: dict[str, tuple[int, int]] = {}
    for line in (line for month in months for line in month.lines if not line.backup):
        paid, back = found.get(line.unit, (0, 0))
        found[line.unit] = paid + line.amount, back + line.deduction
    return found


def _charged(county: County, month: Month, ledgers: Mapping[str, Ledger], rules: Rules) -> Iterator[Charge]:
    lines: list[Circuit | BackupLine] = [*county.circuits, *county.backup_lines]
    promised = {line.id: float(line.availability) for line in lines}
    for paid in rent(county, month):
        ledger = None if paid.backup else ledgers.get(paid.unit)
        charge = Charge(month, paid, promised[paid.line], None if ledger is None else ledger.sums)
        yield charge if ledger is None else deducted(charge, rules, ledger)


def deducted(charge: Charge, rules: Rules, ledger: Ledger) -> Charge:
    """Return a charge with what its month takes off."""
    rule = None if charge.reached is None else rules.rule(charge.reached, charge.promised, charge.line.contract)
    if rule is None:
        return charge
    line = replace(charge.line, deduction=half_up(charge.line.amount * rule.percent, 100))
    down = tuple(one for one in ledger.stretches if one.state is LedgerState.DOWN)
    return replace(charge, line=line, rule=rule, outages=down)
