"""What the site watch complains of, decided from what was seen. Pure: no Django, no socket, no clock.

Limits follow the indicators for government sites (国办秘函〔2019〕19号): a page that takes 15 seconds counts as down,
news columns two weeks, notices and policy six months, three months for a letter without an answer. The column's own
limit says how long it may rest. A yearly report on disclosure is due on 31 January (政府信息公开条例, article 50).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SLOW = 15.0
"""seconds after which a page counts as down"""
SATURDAY = 5
LONG = 92
"""days after which an unanswered letter is grave"""
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Finding:
    """Something that somebody has to see to."""

    key: str
    kind: str
    """down, changed, unreviewed, stale, broken, words, personal, letters, report"""
    severity: str
    """critical, major, minor: the county's own words"""
    unit: str
    url: str
    detail: str


@dataclass(frozen=True)
class Seen:
    """A page as it was fetched."""

    unit: str
    url: str
    status: int
    """of HTTP; 0: no answer"""
    seconds: float
    digest: str = ""
    """of what it publishes; empty where a page only lists"""
    text: str = ""
    home: bool = False


@dataclass(frozen=True)
class Kept:
    """A page as the database and the ledger have it."""

    revision: int
    reviewed: bool
    """whether a second person approved that revision"""
    same: bool
    """whether the database still says what was approved"""
    digest: str
    """as first seen of this revision; empty: not seen yet"""


@dataclass(frozen=True)
class Column:
    """A column with its limit."""

    unit: str
    url: str
    title: str
    every_days: int
    newest: date | None
    made: date


@dataclass(frozen=True)
class Waiting:
    """A letter without an answer."""

    unit: str
    number: str
    received: date


def down(page: Seen) -> Iterator[Finding]:
    """Yield a finding when a page does not answer, fails, or takes too long."""
    if page.status == 200 and page.seconds < SLOW:
        return
    why = f"HTTP {page.status}" if page.status else "没有应答 no answer"
    if page.status == 200:
        why = f"{page.seconds:.0f} s"
    yield _finding("down", "critical" if page.home else "major", page, why)


def changed(page: Seen, kept: Kept) -> Iterator[Finding]:
    """Yield what differs from what was published: text in the database, what is served, or that nobody reviewed it."""
    if not kept.reviewed:
        yield _finding("unreviewed", "critical", page, f"revision {kept.revision}")
    elif not kept.same:
        yield _finding(
            "changed", "critical", page, "数据库内容与批准的版本不同 the database differs from what was approved"
        )
    elif kept.digest and page.status == 200 and page.digest != kept.digest:
        yield _finding("changed", "critical", page, "页面与发布时不同 the page differs from what was published")


def words(page: Seen, listed: Iterable[str]) -> Iterator[Finding]:
    """Yield the county's words, and numbers of identity cards, that a page has."""
    text = "".join(page.text.split()).lower()
    found = [word for word in listed if "".join(word.split()).lower() in text]
    if found:
        yield _finding("words", "major", page, "、".join(found[:10]))
    if any(identity(match.group()) for match in _IDENTITY.finditer(page.text)):
        yield _finding("personal", "critical", page, "身份证号 number of an identity card")


def identity(number: str) -> bool:
    """Return whether eighteen characters are a citizen's number: its check digit fits (GB 11643-1999, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return len(number) == 18 and number[17].upper() == "10X98765432"[total % 11]


def broken(page: Seen, links: Mapping[str, int]) -> Iterator[Finding]:
    """Yield the links of a page that lead nowhere, all in one finding."""
    dead = [f"{link} ({status or '-'})" for link, status in links.items() if status == 0 or status >= 400]
    if dead:
        yield _finding("broken", "minor", page, ", ".join(dead)[:480])


def stale(column: Column, today: date) -> Iterator[Finding]:
    """Yield a column that rested longer than it may; one that never had anything counts from when it was made."""
    since = column.newest or column.made
    if not column.every_days or (today - since).days <= column.every_days:
        return
    said = f"{column.newest:%Y-%m-%d}" if column.newest else "空白栏目 empty"
    detail = f"{column.title}: {said}, {(today - since).days}/{column.every_days}"
    yield Finding(f"stale:{column.url}", "stale", "minor", column.unit, column.url, detail)


@dataclass(frozen=True)
class Days:
    """Which days are worked; without a calendar Monday to Friday."""

    off: Collection[date] = ()
    """holidays"""
    worked: Collection[date] = ()
    """weekend days that are worked instead"""

    def works(self, day: date) -> bool:
        """Return whether people work on a day."""
        return day not in self.off and (day.weekday() < SATURDAY or day in self.worked)


def late(letter: Waiting, working_days: int, url: str, today: date, days: Days) -> Iterator[Finding]:
    """Yield a letter that waits too long."""
    due = after(letter.received, working_days, days)
    if today > due:
        grave = (today - letter.received).days > LONG
        severity = "major" if grave else "minor"
        yield Finding(
            f"letter:{letter.number}", "letters", severity, letter.unit, url, f"{letter.number}: {due:%Y-%m-%d}"
        )


def after(day: date, working_days: int, days: Days) -> date:
    """Return the last of some working days after a day."""
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        left -= days.works(day)
    return day


def no_report(unit: str, url: str, made: date, years: Iterable[int], today: date) -> Iterator[Finding]:
    """Yield a unit that has not published last year's report in time; a site younger than the day owes none."""
    due = date(today.year, 1, 31)
    if today > due and made <= due and today.year - 1 not in set(years) and today.year not in set(years):
        yield Finding(f"report:{url}", "report", "minor", unit, url, f"{today.year - 1}")


def _finding(kind: str, severity: str, page: Seen, detail: str) -> Finding:
    return Finding(f"{kind}:{page.url}", kind, severity, page.unit, page.url, detail)
