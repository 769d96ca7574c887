"""What `countynet run schedules` and its like print."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from countynet import clock
from countynet.canonical import JSON
from countynet.console import say, table
from countynet.i18n import _, translate
from countynet.moments import shown
from inventory.calendar.model import Calendar
from playbooks.runner.schedules.days import notes
from playbooks.runner.schedules.rhythm import FIRST_WORKDAY, LAST, LAST_WORKDAY, Every, Rhythm
from playbooks.runner.schedules.schedule import Schedule, Turn
from playbooks.runner.schedules.store import TurnState
from playbooks.runner.states import STATES

WEEKDAYS: tuple[str, ...] = (
    _("every Monday"), _("every Tuesday"), _("every Wednesday"), _("every Thursday"), _("every Friday"),
    _("every Saturday"), _("every Sunday"),
)  # fmt: skip
MONTHDAYS: dict[int, str] = {
    LAST: _("on every month's last day"),
    FIRST_WORKDAY: _("on every month's first working day"),
    LAST_WORKDAY: _("on every month's last working day"),
}
DAYS: dict[Every, str] = {
    Every.DAILY: _("every day"),
    Every.WORKDAY: _("every working day"),
    Every.RESTDAY: _("every day on which nobody works"),
}
TURNS: dict[TurnState, str] = {
    TurnState.WAITING: _("waits for the time before"),
    TurnState.LOOKING: _("looks"),
    TurnState.CHANGING: _("queued or running"),
    TurnState.ENDED: _("ended"),
    TurnState.MISSED: _("missed its time"),
}


def schedules(found: Sequence[Schedule], calendar: Calendar) -> None:
    """Print schedules, and under them why the last time of one was missed, and what has to be known of it."""
    heads = (_("schedule"), _("playbook"), _("when"), _("next time"), _("made by"), _("approval"), _("last time"))
    now = clock.now()
    rows = [
        [one.number, one.playbook.name, when(one.rhythm), shown(one.due), one.maker.name, approval(one, now), last(one)]
        for one in found
    ]
    table(translate(_("Schedules")), [translate(head) for head in heads], rows)
    message = _("schedule {schedule}, {at}: {words}")
    for one in found:
        if one.last and one.last.words:
            say(translate(message, schedule=one.number, at=shown(one.last.due), words=one.last.words))
        for words in notes(one, calendar):
            say(translate(message, schedule=one.number, at=shown(one.due), words=words))


def schedule(one: Schedule, calendar: Calendar) -> None:
    """Print one schedule."""
    if one.ended:
        say(translate(_("schedule {schedule} has ended"), schedule=one.number))
        return
    words = _("schedule {schedule}: {playbook}, {when}; next time {at}; approval: {approval}")
    told = {"when": when(one.rhythm), "at": shown(one.due), "approval": approval(one, clock.now())}
    say(translate(words, schedule=one.number, playbook=one.playbook.name, **told))
    for note in notes(one, calendar):
        say(note)


def document(one: Schedule, calendar: Calendar) -> dict[str, JSON]:
    """Return a schedule for programs, with what has to be known of when it is due."""
    return {**one.document(), "notes": list(notes(one, calendar))}


def when(rhythm: Rhythm) -> str:
    """Return when something is due, for people."""
    if rhythm.until:
        words = _("{day} at {at}, begun until {until}")
        return translate(words, day=_day(rhythm), at=f"{rhythm.at:%H:%M}", until=f"{rhythm.until:%H:%M}")
    return translate(_("{day} at {at}"), day=_day(rhythm), at=f"{rhythm.at:%H:%M}")


def _day(rhythm: Rhythm) -> str:
    if rhythm.every is Every.WEEKLY:
        return translate(WEEKDAYS[rhythm.day])
    if rhythm.every is Every.MONTHLY:
        return translate(MONTHDAYS.get(rhythm.day, _("on day {day} of every month")), day=rhythm.day)
    return translate(DAYS[rhythm.every])


def approval(one: Schedule, now: datetime) -> str:
    """Return how a schedule stands with the center's agreement: only what changes something needs one."""
    if not one.playbook.approval:
        return translate(_("not needed"))
    if one.approved_until is None:
        return translate(_("not given: it only looks"))
    day = (one.approved_until - timedelta(seconds=1)).astimezone(clock.CHINA).date().isoformat()
    words = _("{who}, until {day}") if one.agreed(now) else _("ended on {day}: it only looks")
    return translate(words, who=one.approver, day=day)


def last(one: Schedule) -> str:
    """Return what became of the last time that it was due, a dash before the first."""
    return turn(one.last) if one.last else "-"


def turn(found: Turn) -> str:
    """Return what became of one time, with its runs and how the last of them came out."""
    numbers = [str(number) for number in (found.look, found.run) if number]
    told = translate(TURNS[found.state])
    if found.state is TurnState.ENDED and found.outcome:
        told = translate(STATES[found.outcome])
    return translate(_("{state} (run {runs})"), state=told, runs=", ".join(numbers)) if numbers else told
