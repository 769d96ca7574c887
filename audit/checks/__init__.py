"""The checks, each one short pure function from facts to points: `ALL` is the county's own set, `EVERY` are all."""

from audit import lines
from audit.checks import accounts, filters, isolation, management, ports, proven, records, rules, toolkit, upkeep
from audit.facts import Facts
from audit.model import Check, Result, judge

ALL: tuple[Check, ...] = (
    *isolation.CHECKS,
    *proven.CHECKS,
    *filters.CHECKS,
    *rules.CHECKS,
    *management.CHECKS,
    *accounts.CHECKS,
    *ports.CHECKS,
    *records.CHECKS,
    *upkeep.CHECKS,
)
EVERY: tuple[Check, ...] = (*ALL, *toolkit.CHECKS, *lines.CHECKS)
BY_ID = {check.info.id: check for check in EVERY}


def run(check: Check, facts: Facts) -> Result:
    """Return what a check finds in the facts."""
    points = tuple(check.decide(facts))
    return Result(check=check.info, verdict=judge(points), points=points)
