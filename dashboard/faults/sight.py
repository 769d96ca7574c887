"""What a unit's clerk may see of a fault that several units reported: their own words, and how far it is.

Pure. Another unit's words, number, name and rating are not theirs to read, and neither is who works on it in what way.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from dashboard.services.model import Fault
from monitoring.faults.reports.service import Report, covered


def sight(found: Fault, unit: str, mine: Sequence[Report]) -> Fault | None:
    """Return a fault as the clerk of `unit` sees it, who filed the reports `mine`; None when it does not concern them.

    The steps are told without notes and people when the fault is another unit's.
    """
    steps = tuple(step for step in found.steps if step.unit in ("", unit))
    if found.unit == unit:
        return replace(found, steps=steps)
    if not mine:
        return None
    told = tuple(step if step.unit else replace(step, actor="", note="", rating=None) for step in steps)
    return in_words_of(replace(found, steps=told), mine[0])


class Words(Protocol):
    """A report."""

    @property
    def unit(self) -> str:
        """Whose it is."""
        ...

    @property
    def title(self) -> str:
        """What does not work."""
        ...

    @property
    def description(self) -> str:
        """More about it."""
        ...

    @property
    def contact(self) -> str:
        """Whom to call."""
        ...

    @property
    def reporter(self) -> str:
        """Who reported it."""
        ...


def in_words_of(found: Fault, said: Words) -> Fault:
    """Return a fault of several units as one of them reported it."""
    return replace(
        found,
        unit=said.unit,
        title=said.title,
        description=said.description,
        contact=said.contact,
        reporter=said.reporter,
        alarm=None,
        cause="",
        work="",
    )


def overseen(found: Fault) -> Fault:
    """Return a fault as an auditor sees it: telephone numbers have their middle covered wherever they stand."""
    steps = tuple(replace(step, note=covered(step.note)) for step in found.steps)
    return replace(
        found,
        contact=covered(found.contact),
        description=covered(found.description),
        cause=covered(found.cause),
        work=covered(found.work),
        steps=steps,
    )
