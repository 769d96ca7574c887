"""A fault's clocks in words with a colour: what remains, by how much it is over, why it stands. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from countynet.i18n import _, translate
from monitoring.faults.clocks import Clock, Pause, PauseReason
from monitoring.faults.show import CLOCKS, REASONS

SOON = 0.25
"""the share of a target below which what remains is short"""


@dataclass(frozen=True)
class Told:
    """One clock as it is shown: never by its colour alone."""

    name: str
    words: str
    tone: str
    """the class and the icon: up (time is left), major (little), down (over), unknown (stands), pass (kept), fail"""


def told(clocks: Iterable[Clock], pauses: Sequence[Pause] = ()) -> tuple[Told, ...]:
    """Return the clocks in words, in the language of the context."""
    stands = next((one for one in reversed(pauses) if one.ends is None and one.stops), None)
    return tuple(Told(translate(CLOCKS[one.kind]), *_words(one, stands)) for one in clocks)


def pressing(clocks: Sequence[Clock], pauses: Sequence[Pause] = ()) -> Told | None:
    """Return the clock that presses most: over, else with the least left; None when none runs or stands."""
    running = [one for one in clocks if one.ended is None]
    if not running:
        return None
    return told([min(running, key=lambda one: one.left)], pauses)[0]


def _words(one: Clock, stands: Pause | None) -> tuple[str, str]:
    values = {"time": lasting(abs(one.left))}
    if one.ended is not None:
        kept = (translate(_("kept, {time} were left"), **values), "pass")
        return (translate(_("missed by {time}"), **values), "fail") if one.missed else kept
    if one.missed:
        return translate(_("over by {time}"), **values), "down"
    if one.paused:
        reason = REASONS[PauseReason(stands.reason)] if stands and stands.reason else _("paused")
        return translate(_("stands, {time} left: {reason}"), reason=translate(reason), **values), "unknown"
    short = one.left < timedelta(minutes=one.target.minutes) * SOON
    said = _("{time} of working time left") if one.target.working else _("{time} left")
    return translate(said, **values), "major" if short else "up"


def lasting(time: timedelta) -> str:
    """Return a time as hours and minutes, e.g. 2:05; whole minutes, rounded down."""
    minutes = int(time.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02}"
