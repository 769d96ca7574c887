"""What a message says, in the recipient's language. Pure, but for the context's language.

One alarm is a sentence; several are a digest, in the order in which they happened. A message is cut at a channel's
limit by whole lines, and says how many are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.vocabulary import Severity
from monitoring.notices.model import CLOSED, OPENED, kind

SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: _("critical"),
    Severity.MAJOR: _("major"),
    Severity.MINOR: _("minor"),
}


@dataclass(frozen=True)
class Item:
    """One thing that a message tells."""

    alarm: int
    step: str
    severity: Severity
    message: str
    values: Mapping[str, object]
    opened: datetime
    closed: datetime | None


@dataclass(frozen=True)
class Message:
    """A message in one language."""

    subject: str
    lines: tuple[str, ...]
    hints: tuple[str, ...] = ()
    """what may help; the first to go when there is no room"""

    def text(self, limit: int = 0, whole: bool = True) -> str:
        """Return the message as text of at most so many bytes of UTF-8; `whole`: under its subject."""
        for kept in range(len(self.hints), 0, -1):
            long = "\n".join([self._told(0, whole), *self.hints[:kept]])
            if not limit or len(long.encode()) <= limit:
                return long
        return self._told(limit, whole)

    def _told(self, limit: int, whole: bool) -> str:
        if whole and len(self.lines) == 1:
            return _cut(self.subject, limit)
        head, lines = [self.subject, ""] if whole else [], list(self.lines)
        text = "\n".join([*head, *lines])
        while limit and len(text.encode()) > limit and len(lines) > 1:
            lines.pop()
            more = translate(_("and {count} more"), count=len(self.lines) - len(lines))
            text = "\n".join([*head, *lines, more])
        return _cut(text, limit)


def _cut(text: str, limit: int) -> str:
    return text if not limit else text.encode()[:limit].decode(errors="ignore")


def compose(county: str, items: Sequence[Item], hints: tuple[str, ...] = ()) -> Message:
    """Return the message about some alarms, in the language of the context; `hints` in it, too."""
    lines = tuple(_line(item) for item in items)
    if len(items) == 1:
        return Message(f"[{county}] {lines[0]}", lines, hints)
    begun = sum(kind(item.step) != CLOSED for item in items)
    counts = translate(_("{begun} alarms, {over} over"), begun=begun, over=len(items) - begun)
    return Message(f"[{county}] {counts}", lines, hints)


def trial(county: str) -> Message:
    """Return the message of a test."""
    line = translate(_("This is a test of countynet's notices; nothing is wrong."))
    return Message(f"[{county}] {line}", (line,))


def _line(item: Item) -> str:
    values = {
        "number": item.alarm,
        "severity": translate(SEVERITIES[item.severity]),
        "text": " ".join(translate(item.message, **item.values).split()),
        "opened": shown(item.opened),
        "closed": shown(item.closed) if item.closed else "",
    }
    if kind(item.step) == CLOSED:
        return translate(_("Over: {text} (alarm {number}, {opened} to {closed})"), **values)
    if kind(item.step) == OPENED:
        return translate(_("{severity}: {text} (alarm {number}, since {opened})"), **values)
    return translate(_("Nobody has acknowledged yet, {severity}: {text} (alarm {number}, since {opened})"), **values)
