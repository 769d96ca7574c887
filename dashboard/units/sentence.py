"""The state of a unit's line as one would say it on the telephone: since when, who was told when, until when, who else.

Pure: it is given what is known. No network words: a clerk reads it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from countynet.i18n import _, translate
from countynet.vocabulary import LineState, Role
from dashboard.localtime import short
from dashboard.services.model import Fault, Line
from monitoring.faults.clocks import Clock, ClockKind

BROKEN = (LineState.DOWN, LineState.SHADOWED)
SENTENCES = {
    LineState.UP: _("The line is up since {since}."),
    LineState.DOWN: _("The line has been down since {since}."),
    LineState.SHADOWED: _("The line cannot be reached since {since}, because something before it failed."),
    LineState.UNKNOWN: _("We do not know at present whether the line is up."),
}
TOLD = _("The operator was told at {at}.")
UNTOLD = _("The county information center has seen it. If your work suffers, file a fault report.")
EXPECTED = _("It should work again by {due}.")
OTHERS = _("{count} other units in your building are cut off as well.")
DISPATCHED = ("dispatched to the operator", "dispatched")
"""what the step is called by the services"""


def sentence(line: Line, fault: Fault | None, clocks: Sequence[Clock], others: int, now: datetime) -> str:
    """Return what a clerk wants to know. `fault`: the unit's open one with its steps; `others`: cut off beside it."""
    if line.since is None:
        return translate(SENTENCES[LineState.UNKNOWN])
    said = [translate(SENTENCES[line.state], since=short(line.since, now))]
    if line.state in BROKEN:
        said += _told(fault, clocks, now)
        said += [translate(OTHERS, count=others)] if others else []
    return " ".join(said)


def _told(fault: Fault | None, clocks: Sequence[Clock], now: datetime) -> list[str]:
    at = next((step.at for step in reversed(fault.steps) if step.what in DISPATCHED), None) if fault else None
    if fault is None or fault.assignee is not Role.OPERATOR or at is None:
        return [translate(UNTOLD)]
    due = next((one.due for one in clocks if one.kind is ClockKind.REPAIR), None)
    expected = [translate(EXPECTED, due=short(due, now))] if due is not None and due > now else []
    return [translate(TOLD, at=short(at, now)), *expected]


def beside(unit: str, mates: Collection[str], lines: Mapping[str, Line]) -> int:
    """Return how many other units of a building are cut off."""
    return sum(name != unit and name in lines and lines[name].state in BROKEN for name in mates)
