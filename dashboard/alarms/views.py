"""Alarms: read only, because an alarm closes by itself when what it says is over."""

from collections.abc import Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashboard.alarms.pages import AlarmList, AlarmPage, AlarmRow
from dashboard.language import named
from dashboard.services.model import Alarm
from dashboard.web import fragment, services, show

alarms = Blueprint("alarms", __name__)
LIMIT = 100


@alarms.get("/alarms")
def page() -> ResponseReturnValue:
    """Show the alarms."""
    return show(AlarmPage(_lists()))


@alarms.get("/alarms/live")
def live() -> ResponseReturnValue:
    """Return the live lists."""
    return fragment(_lists())


def _lists() -> AlarmList:
    ask = services().alarms
    return AlarmList(_rows(ask.open()), _rows(ask.recent(LIMIT)))


def _rows(found: Sequence[Alarm]) -> tuple[AlarmRow, ...]:
    units = services().county.county().unit_by_id
    return tuple(AlarmRow(a, named(units[a.unit]) if a.unit in units else "") for a in found)
