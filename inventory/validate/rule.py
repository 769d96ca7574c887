"""A rule of the inventory: its id, how much it insists, how it looks, and what would be right. Pure.

Invariant: a rule that refuses sees the county and no date. Otherwise a folder that loads today might not load
tomorrow, and a county would stop working because a day passed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from countynet.vocabulary import Strength
from inventory.model import County
from inventory.validate.finding import Finding

Check = Callable[[County], Iterator[Finding]]
Dated = Callable[[County, date], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule; docs/validation.md has a line for each."""

    id: str
    strength: Strength
    wanted: str
    """what would be right, for findings that do not say it themselves"""
    look: Dated

    def run(self, county: County, today: date) -> Iterator[Finding]:
        """Yield what the rule finds; every finding bears the rule's id and strength."""
        for finding in self.look(county, today):
            yield finding.said_by(self.id, self.strength, self.wanted)


def _always(check: Check) -> Dated:
    return lambda county, _today: check(county)


def error(id: str, check: Check, wanted: str) -> Rule:
    """Return a rule that refuses."""
    return Rule(id, Strength.ERROR, wanted, _always(check))


def warning(id: str, check: Check, wanted: str) -> Rule:
    """Return a rule that reports."""
    return Rule(id, Strength.WARNING, wanted, _always(check))


def advice(id: str, check: Check, wanted: str) -> Rule:
    """Return a rule that informs."""
    return Rule(id, Strength.ADVICE, wanted, _always(check))


def warning_on(id: str, look: Dated, wanted: str) -> Rule:
    """Return a rule that reports and depends on the day."""
    return Rule(id, Strength.WARNING, wanted, look)


def advice_on(id: str, look: Dated, wanted: str) -> Rule:
    """Return a rule that informs and depends on the day."""
    return Rule(id, Strength.ADVICE, wanted, look)
