"""What a booking must be, what stands in its way, and its entry for calendars. Pure.

A hall cannot hold two meetings at once; a unit that is invited twice at one time is told of, and the person decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST = timedelta(hours=12)
TITLE_LETTERS = 80


@dataclass(frozen=True)
class Slot:
    """A meeting as far as others can collide with it. Times know their zone."""

    number: str
    title: str
    begins: datetime
    ends: datetime
    hall: str
    venues: frozenset[str]
    """the invited units, without the hall"""


@dataclass(frozen=True)
class Conflict:
    """A venue that is wanted twice at one time."""

    venue: str
    with_number: str
    with_title: str
    begins: datetime
    ends: datetime
    hard: bool
    """a hall: the booking is refused"""


def faults(slot: Slot, now: datetime, most_venues: int) -> Iterator[str]:
    """Yield the English msgid of each thing that is wrong with a booking."""
    if not slot.title.strip() or len(slot.title) > TITLE_LETTERS:
        yield "A meeting needs a title of at most 80 letters."
    if slot.ends <= slot.begins:
        yield "A meeting has to end after it begins."
    elif slot.ends - slot.begins > LONGEST:
        yield "A meeting lasts at most 12 hours."
    if slot.ends <= now:
        yield "This time has passed."
    if not slot.hall:
        yield "Choose the main venue."
    if not slot.venues:
        yield "Invite at least one unit."
    if len(slot.venues) + 2 > most_venues:
        yield "So many venues at once are more than the server carries."


def conflicts(slot: Slot, others: Iterable[Slot]) -> tuple[Conflict, ...]:
    """Return where a booking collides with other meetings; those that end as it begins do not collide."""
    found: list[Conflict] = []
    for other in others:
        if other.number == slot.number or other.begins >= slot.ends or slot.begins >= other.ends:
            continue
        wanted, taken = {slot.hall, *slot.venues}, {other.hall, *other.venues}
        for venue in sorted(wanted & taken):
            hard = slot.hall == venue == other.hall
            found.append(Conflict(venue, other.number, other.title, other.begins, other.ends, hard))
    return tuple(found)


def calendar(slot: Slot, place: str, words: str, stamp: datetime, *, cancelled: bool = False) -> str:
    """Return an iCalendar file (RFC 5545) of one meeting; lines are folded at 75 octets and end with CR LF."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//countynet//meeting//ZH",
        f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{slot.number}@meeting.countynet",
        f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(slot.begins)}",
        f"DTEND:{_utc(slot.ends)}",
        f"SUMMARY:{_escaped(slot.title)}",
        f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(words)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(letter, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, none of which cuts a letter."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > 75:
            yield piece
            piece = " "
        piece += letter
    yield piece
