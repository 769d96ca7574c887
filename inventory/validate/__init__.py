"""Rules: what a county must be beyond each item's own schema, and what else is worth saying about it.

Pure: works on a `County` and says where each finding stands as a path into it; `inventory.load` turns that into file
and line. Every rule looks at everything, stops at nothing and raises nothing, so all findings come at once. What no
error refuses, `inventory.intent` can turn into configurations: a test tries that with broken counties.
"""

from collections.abc import Iterator
from datetime import date

from countynet.vocabulary import Strength
from inventory.model import County
from inventory.validate.finding import Finding
from inventory.validate.registry import RULES
from inventory.validate.rule import Rule

__all__ = ["RULES", "Finding", "Rule", "findings"]


def findings(county: County, today: date | None = None) -> Iterator[Finding]:
    """Yield everything that the rules say on a day; without one, what refuses the county only."""
    for rule in RULES:
        if today is not None or rule.strength is Strength.ERROR:
            yield from rule.run(county, today or date.min)
