"""One log message understood: priority, time, host, application, words. Pure; raises nothing, whatever arrives.

RFC 5424 is read as it is written. RFC 3164 only describes what was seen in the wild, and vendors went on from there:
Huawei adds the year and a zone (and may write UTC before a local zone), Comware milliseconds after a colon and the year
behind, IOS a sequence number, a star or dot for an unsure clock and the host before the time, Ruijie all of these;
some send no priority. So the time is looked for in every form that we know (sources: the vendors' manuals, rsyslog's
pmciscoios), and of a time whose year or zone is not sure the reading nearest to the arrival is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from countynet import clock

MOST = 16_384
"""bytes of a message that are kept (RFC 5425 asks for 8,192 at least)"""
_PRIORITY = re.compile(r"<(\d{1,3})>")
_NEW = re.compile(r"1 (\S+) (\S+) (\S+) (\S+) (\S+) ")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_MONTH = "|".join(_MONTHS)
_ZONE = r"(?P<zone>Z|[+-]\d\d:?\d\d|\s(?:UTC|GMT|CST|BJT|Beijing|Z)\b|\s[+-]\d\d:?\d\d)?"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,:](?P<fraction>\d{1,6}))?"
_FORMS = (
    re.compile(
        rf"(?P<month>{_MONTH})\s+(?P<day>\d\d?)(?:\s+(?P<year>\d{{4}}))?\s+{_TIME}(?:\s(?P<late>\d{{4}}))?{_ZONE}", re.I
    ),
    re.compile(rf"(?P<year>\d{{4}})[-/](?P<number>\d\d)[-/](?P<day>\d\d)[T\s]{_TIME}{_ZONE}"),
)
_BEFORE = re.compile(r"(?:\d+: )?(?:(?P<host>[\w.:-]+): )?(?:\d+: )?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?[*.%]?\s?")
"""what may stand before the time: a sequence number, a host, a weekday, a sign of an unsure clock"""
_HOST = re.compile(r"(?P<host>[A-Za-z0-9_.:\-\[\]]+)\s+(?=\S)")
_VENDOR = re.compile(
    r"%{1,2}\s?(?:\d\d\s?)?(?P<app>[A-Z][A-Z0-9_]*)(?:-[A-Z0-9_]+)*?[/-](?P<level>[0-7])[/-](?P<what>[A-Za-z0-9_]+)"
)
_TAG = re.compile(r"(?P<app>[\w./-]{1,48})(?:\[(?P<process>\d+)\])?: ?")
_BOM = "\ufeff"
_FAR = timedelta(days=2)
"""a claimed time further from the arrival than this is a clock that was never set; it is kept as it is"""


@dataclass(frozen=True)
class Message:
    """What was understood. None and empty: it does not say."""

    facility: int | None
    severity: int | None
    at: datetime | None
    """when the device says that it happened, in UTC"""
    host: str
    app: str
    text: str
    """what is left for people to read"""
    whole: str
    """all of it, as text"""


def parse(data: bytes, arrived: datetime) -> Message:
    """Return what a message says; `arrived` settles what it leaves open of its time."""
    whole = text_of(data)
    found = _PRIORITY.match(whole)
    priority = int(found[1]) if found and int(found[1]) <= 191 else None
    rest = whole[found.end() :] if found and priority is not None else whole
    new = _NEW.match(rest)
    if new is not None and priority is not None:
        return _by_the_book(whole, rest, new, priority)
    return _from_the_wild(whole, rest, priority, arrived)


def text_of(data: bytes) -> str:
    """Return a message's text: UTF-8, else GB 18030 (which holds GBK), else what can be read of it; one line."""
    cut = data[:MOST].rstrip(b"\r\n\0")
    try:
        text = cut.decode("utf-8")
    except UnicodeDecodeError:
        text = _other(cut)
    return "".join(letter if letter.isprintable() or letter == "\t" else " " for letter in text.replace(_BOM, ""))


def _other(data: bytes) -> str:
    if len(data) >= MOST - 4:  # cut within a letter
        for short in range(1, 4):
            try:
                return data[:-short].decode("utf-8")
            except UnicodeDecodeError:
                continue
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _by_the_book(whole: str, rest: str, new: re.Match[str], priority: int) -> Message:
    """RFC 5424: fields in order, `-` for what is not known, structured data, message."""
    stamp, host, app, _process, _kind = ("" if word == "-" else word for word in new.groups())
    at = None
    try:
        at = datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None
    except (ValueError, OverflowError):
        at = None
    return Message(priority >> 3, priority & 7, at, host, app, _after_structure(rest[new.end() :]), whole)


def _after_structure(text: str) -> str:
    """Return what stands behind the structured data; within its quotes `]` may be escaped."""
    if text.startswith("- ") or text == "-":
        return text[2:]
    at = 0
    while at < len(text) and text[at] == "[":
        quoted, at = False, at + 1
        while at < len(text) and (quoted or text[at] != "]"):
            if text[at] == "\\":
                at += 1
            elif text[at] == '"':
                quoted = not quoted
            at += 1
        at += 1
    return text[at:].removeprefix(" ")


def _from_the_wild(whole: str, rest: str, priority: int | None, arrived: datetime) -> Message:
    before = _BEFORE.match(rest)
    start = before.end() if before else 0
    host = (before["host"] or "") if before else ""
    at, end = _time(rest, start, arrived)
    if end is None and start:
        host = ""
        at, end = _time(rest, 0, arrived)
    if end is not None:
        rest = rest[end:].lstrip(" :")
        host, rest = _host(host, rest)
    again, further = _time(rest, _skipped(rest), arrived)
    if further is not None and end is not None:  # relayed: the relay's time and host, then the device's own
        at, rest = again or at, rest[further:].lstrip(" :")
    app, severity = _application(rest)
    level = severity if priority is None else priority & 7
    return Message(None if priority is None else priority >> 3, level, at, host, app, rest.strip(), whole)


def _skipped(text: str) -> int:
    found = re.match(r"\d+: [*.]?", text)
    return found.end() if found else 0


def _host(known: str, rest: str) -> tuple[str, str]:
    """Return the host and what follows it: the next word, unless that is the vendor's sign or an application's tag."""
    found = _HOST.match(rest)
    if known or found is None or rest.startswith("%") or _VENDOR.match(rest) or found["host"].endswith(":"):
        return known, rest
    return found["host"], rest[found.end() :]


def _application(rest: str) -> tuple[str, int | None]:
    vendor = _VENDOR.search(rest[:200])
    if vendor is not None:
        return vendor["app"], int(vendor["level"])
    tag = _TAG.match(rest)
    return (tag["app"], None) if tag else ("", None)


def _time(text: str, start: int, arrived: datetime) -> tuple[datetime | None, int | None]:
    """Return the time that stands at a position, and where it ends; None where none does."""
    for form in _FORMS:
        found = form.match(text, start)
        if found is not None:
            return _nearest(found, arrived), found.end()
    return None, None


def _nearest(found: re.Match[str], arrived: datetime) -> datetime | None:
    """Return the reading of a time that lies nearest to its arrival."""
    readings = list(_readings(found, arrived))
    return min(readings, key=lambda at: abs(at - arrived), default=None)


def _readings(found: re.Match[str], arrived: datetime) -> Iterator[datetime]:
    part = found.groupdict()
    month = int(part["number"]) if part.get("number") else _MONTHS[(part["month"] or "jan").lower()]
    year = part.get("year") or part.get("late")
    years = [int(year)] if year else [arrived.year - 1, arrived.year, arrived.year + 1]
    microsecond = int((part["fraction"] or "0").ljust(6, "0"))
    for number in years:
        try:
            clock_ = (int(part["hour"]), int(part["minute"]), int(part["second"]))
            naive = datetime(number, month, int(part["day"]), *clock_, microsecond)
        except ValueError:
            continue
        for zone in _zones((part["zone"] or "").strip()):
            yield naive.replace(tzinfo=zone).astimezone(UTC)


def _zones(said: str) -> tuple[timezone, ...]:
    if said in ("Z", "UTC", "GMT"):
        return (UTC,)
    if said in ("CST", "BJT", "Beijing"):
        return (clock.CHINA,)
    if said:
        sign = -1 if said[0] == "-" else 1
        digits = said[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:])
        if hours < 24 and minutes < 60:
            return (timezone(sign * timedelta(hours=hours, minutes=minutes)), UTC)
    return (clock.CHINA, UTC)
