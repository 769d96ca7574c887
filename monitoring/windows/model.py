"""What a work window is, and what is said of one that cannot be. Pure.

Times are kept in UTC and typed on the county's clock unless a zone is given. A window may not begin in the past: what
already happened cannot be announced any more, and an outage could be talked away afterwards. A window that runs may be
ended early; what it covered until then stays planned.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.moments import moment, shown

LONGEST = timedelta(days=14)
GRACE = timedelta(minutes=2)
"""what a person types takes a while to arrive"""
REASON = 200
"""characters"""
NOW = "now"


@dataclass(frozen=True)
class Window:
    """A window; `number` 0 before it is kept."""

    number: int
    devices: tuple[str, ...]
    start: datetime
    end: datetime
    reason: str
    login: str
    removed: datetime | None = None
    units: tuple[str, ...] = ()
    """whom it touches"""

    @property
    def until(self) -> datetime:
        """When it really ends: as announced, or when it was taken back."""
        return self.end if self.removed is None else min(self.end, max(self.start, self.removed))

    def state(self, now: datetime) -> str:
        """Return waiting, running, over or withdrawn (before it began)."""
        if self.removed is not None and self.removed <= self.start:
            return "withdrawn"
        if now >= self.until:
            return "over"
        return "running" if now >= self.start else "waiting"

    @property
    def when(self) -> str:
        """Start and real end on the county's clock."""
        return f"{shown(self.start)} - {shown(self.until)}"

    def document(self, now: datetime) -> dict[str, JSON]:
        """Return it as JSON; times in UTC."""
        return {
            "window": self.number,
            "devices": list(self.devices),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "until": self.until.isoformat(),
            "state": self.state(now),
            "reason": self.reason,
            "by": self.login,
            "units": list(self.units),
        }


STATES = {
    "waiting": _("not begun yet"),
    "running": _("under way"),
    "over": _("is over"),
    "withdrawn": _("withdrawn"),
}


def read(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the times typed: a start may be `now`, an end may be a time of the start's day. Raises BadInput.

    Both are read before anything is refused.
    """
    problems: list[Problem] = []
    first = now if start.strip() == NOW else _moment(start, "--from", problems)
    text = end.strip()
    if first is not None and len(text) == 5 and text[2] == ":":
        text = f"{shown(first)[:10]} {text}"
    last = _moment(text, "--to", problems)
    if problems or first is None or last is None:
        raise BadInput(problems)
    return first, last


def _moment(text: str, where: str, problems: list[Problem]) -> datetime | None:
    try:
        return moment(text, where)
    except BadInput as error:
        problems.extend(error.problems)
        return None


def judge(
    devices: Sequence[str], start: datetime, end: datetime, reason: str, known: Collection[str], now: datetime
) -> None:
    """Raise BadInput with everything that is wrong with a new window."""
    problems = [*_of_devices(devices, known), *_of_times(start, end, now), *_of_reason(reason)]
    if problems:
        raise BadInput(problems)


def judge_change(
    window: Window,
    devices: Sequence[str],
    start: datetime,
    end: datetime,
    reason: str,
    known: Collection[str],
    now: datetime,
) -> None:
    """Raise BadInput with everything that is wrong with a change.

    One that runs keeps its devices and its begin, because what it covered until now is past; its end may be moved, but
    not into the past.
    """
    if window.state(now) != "running":
        judge(devices, start, end, reason, known, now)
        return
    problems = list(_of_reason(reason))
    if tuple(devices) != window.devices:
        message = _("a window that runs keeps its devices: end it and announce another")
        problems.append(Problem(message, where="--device", wanted=", ".join(window.devices)))
    if abs(start - window.start) >= timedelta(minutes=1):
        message = _("a window that runs keeps its begin")
        problems.append(Problem(message, where="--from", found=shown(start), wanted=shown(window.start)))
    if end <= now:
        problems.append(Problem(_("the window ends in the past"), where="--to", found=shown(end), wanted=shown(now)))
    elif end - window.start > LONGEST:
        message = _("a window lasts at most {days} days")
        problems.append(Problem(message, {"days": LONGEST.days}, where="--to", found=shown(end)))
    if problems:
        raise BadInput(problems)


def _of_devices(devices: Sequence[str], known: Collection[str]) -> Iterator[Problem]:
    if not devices:
        yield Problem(_("a window is about at least one device"), where="--device")
    for name in devices:
        if name not in known:
            near = ", ".join(get_close_matches(name, known, 3))
            yield Problem(_("there is no such device"), where="--device", found=name, wanted=near)


def _of_times(start: datetime, end: datetime, now: datetime) -> Iterator[Problem]:
    if end <= start:
        yield Problem(_("the window ends before it begins"), where="--to", found=shown(end), wanted=shown(start))
    elif end - start > LONGEST:
        message = _("a window lasts at most {days} days")
        yield Problem(message, {"days": LONGEST.days}, where="--to", found=shown(end))
    if start < now - GRACE:
        message = _("the window begins in the past: what was cannot be announced; `--from now` begins one at once")
        yield Problem(message, where="--from", found=shown(start), wanted=shown(now))


def _of_reason(reason: str) -> Iterator[Problem]:
    if not reason.strip():
        yield Problem(_("say why: the units read it"), where="--reason")
    if len(reason) > REASON:
        yield Problem(_("at most {most} characters"), {"most": REASON}, where="--reason", found=str(len(reason)))
