"""Contracts: each line is under one that runs, and each says what it covers once. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date

from countynet.i18n import _
from inventory.model import BackupLine, Circuit, Contract, County
from inventory.validate.finding import Finding, over, soon, wrong
from inventory.validate.rule import advice, advice_on, error, warning, warning_on

Line = Circuit | BackupLine


class _Covers:
    """Looks up the contracts that cover a number: by each of its beginnings, not by each contract."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self.by_number = {contract.number: contract for contract in contracts}

    def of(self, line: str) -> list[Contract]:
        """Return the contracts whose number the line's begins with."""
        return [found for end in range(1, len(line) + 1) if (found := self.by_number.get(line[:end]))]


def _lines(county: County) -> Iterator[tuple[str, int, Line]]:
    yield from (("circuits", i, line) for i, line in enumerate(county.circuits))
    yield from (("backup_lines", i, line) for i, line in enumerate(county.backup_lines))


def uncovered(county: County) -> Iterator[Finding]:
    """A line is under a contract, once the county keeps contracts."""
    covers = _Covers(county.contracts)
    for section, i, line in _lines(county) if county.contracts else ():
        if not covers.of(line.contract):
            message = _("no contract covers {number}, the number of {line}")
            place = (section, i, "contract")
            yield wrong(place, message, found=line.contract, number=line.contract, line=line.id)


def doubly(county: County) -> Iterator[Finding]:
    """A line is under one contract only: which rent counts otherwise?"""
    covers = _Covers(county.contracts)
    for section, i, line in _lines(county):
        found = covers.of(line.contract)
        if len(found) > 1:
            message = _("{line} is under several contracts: {all}")
            yield wrong((section, i, "contract"), message, line=line.id, all=", ".join(c.number for c in found))


def reversed_dates(county: County) -> Iterator[Finding]:
    """A contract ends after it begins."""
    for i, contract in enumerate(county.contracts):
        if contract.ends < contract.begins:
            message = _("the contract {number} ends before it begins")
            yield wrong(("contracts", i, "ends"), message, number=contract.number)


def ended(county: County, today: date) -> Iterator[Finding]:
    """A contract that has ended covers nothing any more."""
    used = _used(county)
    for i, contract in enumerate(county.contracts):
        if over(contract.ends, today) and contract.number in used:
            message = _("the contract {number} ended on {day}, and lines are still under it")
            yield wrong(("contracts", i, "ends"), message, number=contract.number, day=contract.ends)


def ending(county: County, today: date) -> Iterator[Finding]:
    """A contract that ends within three months is to be renewed now."""
    for i, contract in enumerate(county.contracts):
        if soon(contract.ends, today):
            message = _("the contract {number} ends on {day}")
            yield wrong(("contracts", i, "ends"), message, number=contract.number, day=contract.ends)


def _used(county: County) -> set[str]:
    covers = _Covers(county.contracts)
    return {contract.number for _s, _i, line in _lines(county) for contract in covers.of(line.contract)}


def unused(county: County) -> Iterator[Finding]:
    """A contract covers something."""
    used = _used(county)
    for i, contract in enumerate(county.contracts):
        if contract.number not in used:
            yield wrong(("contracts", i), _("no line is under the contract {number}"), number=contract.number)


def signed_late(county: County) -> Iterator[Finding]:
    """A contract is signed before it begins."""
    for i, contract in enumerate(county.contracts):
        if contract.signed_on > contract.begins:
            message = _("the contract {number} was signed after it began")
            yield wrong(("contracts", i, "signed_on"), message, number=contract.number)


def outside(county: County) -> Iterator[Finding]:
    """A line's rent runs within its contract."""
    covers = _Covers(county.contracts)
    for section, i, line in _lines(county):
        for contract in covers.of(line.contract)[:1]:
            for field, day in (("begins", line.begins), ("ends", line.ends)):
                if day is not None and not contract.begins <= day <= contract.ends:
                    message = _("{day} is outside of the contract {number}, which runs from {begins} to {ends}")
                    begins, ends = contract.begins, contract.ends
                    yield wrong((section, i, field), message, day=day, number=contract.number, begins=begins, ends=ends)


RULES = (
    error("line-uncovered", uncovered, _("a number that begins with a contract's")),
    error("contract-reversed", reversed_dates, _("a last day after the first")),
    warning("line-two-contracts", doubly, _("contract numbers of which none begins with another")),
    warning_on("contract-ended", ended, _("a new contract")),
    advice_on("contract-ending", ending, _("a new contract in time")),
    advice("contract-unused", unused, _("the contract removed, or its lines entered")),
    advice("contract-signed-late", signed_late, _("the day of signature as on the paper")),
    warning("line-outside-contract", outside, _("a day within the contract")),
)
