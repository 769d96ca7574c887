"""The checks, each one short pure function from facts to points: `ALL` is the county's own set, `EVERY` are all."""

from collections.abc import Callable, Sequence

from audit import lines
from audit.checks import (
    accounts,
    filters,
    isolation,
    management,
    measured,
    papers,
    ports,
    proven,
    records,
    rules,
    single,
    software,
    toolkit,
    upkeep,
)
from audit.facts import Facts
from audit.model import Check, Result, judge
from audit.servers import checks as servers

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
EVERY: tuple[Check, ...] = (
    *ALL,
    *toolkit.CHECKS,
    *measured.CHECKS,
    *single.CHECKS,
    *software.CHECKS,
    *papers.CHECKS,
    *lines.CHECKS,
    *servers.CHECKS,
)
_OF_THE_PROOF = {check.info.id for check in proven.CHECKS}
BY_ID = {check.info.id: check for check in EVERY}


def decide(asked: Sequence[Check], facts: Facts, later: Callable[[Facts], Facts]) -> tuple[Facts, tuple[Result, ...]]:
    """Run checks; those of the proof last, on what `later` makes of the facts. Returns these facts, and all results."""
    found = {check.info.id: run(check, facts) for check in asked if check.info.id not in _OF_THE_PROOF}
    facts = later(facts)
    return facts, tuple(found.get(check.info.id) or run(check, facts) for check in asked)


def run(check: Check, facts: Facts) -> Result:
    """Return what a check finds in the facts."""
    points = tuple(check.decide(facts))
    return Result(check=check.info, verdict=judge(points), points=points)
