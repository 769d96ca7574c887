"""Alarms: one closes by itself when what it says is over; people only say that they are on it."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.i18n import translate
from dashboard.access import ACCESS
from dashboard.alarms.pages import AlarmList, AlarmPage, AlarmRow, OneAlarm
from dashboard.knowledge.views import offered
from dashboard.language import named
from dashboard.services.model import Alarm
from dashboard.web import fragment, person, services, show

alarms = Blueprint("alarms", __name__)
LIMIT = 100
HOURS = (1, 4, 8, 24, 72)
"""how long somebody may say to be on it"""


@alarms.get("/alarms")
def page() -> ResponseReturnValue:
    """Show the alarms."""
    return show(AlarmPage(_lists()))


@alarms.get("/alarms/live")
def live() -> ResponseReturnValue:
    """Return the live lists."""
    return fragment(_lists())


@alarms.get("/alarms/<int:alarm>")
def one(alarm: int) -> ResponseReturnValue:
    """Show one alarm."""
    found = _known(alarm)
    may = found.closed is None and ACCESS["alarms.acknowledge"].admits(person())
    (row,) = _rows([found])
    ask = services().alarms
    known = offered(translate(found.message, **found.values), 0, alarm)
    hours = HOURS if may else ()
    return show(OneAlarm(row, tuple(ask.said(alarm)), ask.verdict(alarm), known, ask.fault(alarm), hours))


@alarms.post("/alarms/<int:alarm>/acknowledge")
def acknowledge(alarm: int) -> ResponseReturnValue:
    """Say that the person is on it, for some hours."""
    _known(alarm)
    hours = request.form.get("hours", "")
    if hours not in map(str, HOURS):
        abort(400)
    services().alarms.acknowledge(person(), alarm, int(hours), request.form.get("note", "").strip())
    return redirect(url_for("alarms.one", alarm=alarm), 303)


def _known(alarm: int) -> Alarm:
    found = services().alarms.get(alarm)
    if found is None:
        abort(404)
    return found


def _lists() -> AlarmList:
    ask = services().alarms
    return AlarmList(_rows(ask.open()), _rows(ask.recent(LIMIT)))


def _rows(found: Sequence[Alarm]) -> tuple[AlarmRow, ...]:
    units, said = services().county.county().unit_by_id, services().alarms.acknowledged()
    return tuple(AlarmRow(a, named(units[a.unit]) if a.unit in units else "", said.get(a.id)) for a in found)
