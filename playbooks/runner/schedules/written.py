"""What people write of when something is due, made into a rhythm, with all problems at once. Pure."""

import re
from datetime import date, time
from unicodedata import normalize

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from playbooks.runner.schedules.rhythm import DAY, DAYLESS, FIRST_WORKDAY, LAST, LAST_WORKDAY, Every, Rhythm

_EVERY: dict[str, Every] = {
    "每天": Every.DAILY, "每日": Every.DAILY, "工作日": Every.WORKDAY, "每个工作日": Every.WORKDAY,
    "休息日": Every.RESTDAY, "每个休息日": Every.RESTDAY, "每周": Every.WEEKLY, "每月": Every.MONTHLY,
}  # fmt: skip
_MONTH: dict[str, int] = {
    "last": LAST, "月底": LAST, "月末": LAST, "first-workday": FIRST_WORKDAY, "第一个工作日": FIRST_WORKDAY,
    "首个工作日": FIRST_WORKDAY, "last-workday": LAST_WORKDAY, "最后一个工作日": LAST_WORKDAY,
}  # fmt: skip
_CHINESE = "一二三四五六日"
WANTED_DAY: dict[Every, str] = {
    Every.WEEKLY: _("mon, tue, wed, thu, fri, sat or sun"),
    Every.MONTHLY: _("a day from 1 to 31, last, first-workday or last-workday"),
}
WANTED_TIME = _("a time such as 02:00")


def rhythm(every: str, on: str, at: str, until: str, first: str, today: date) -> Rhythm:
    """Return the rhythm that words say. Raises BadInput with everything that is wrong with them."""
    problems = list[Problem]()
    often = _every(every, problems)
    day = _day(often, normalize("NFKC", on).strip(), problems) if often else 0
    start, end = _time("--at", at, problems), _time("--until", until, problems) if until.strip() else None
    begin = _first(first, today, problems)
    if start is not None and start == end:
        problems.append(Problem(_("it would end when it begins"), where="--until", found=until))
    if problems or often is None or start is None:
        raise BadInput(problems)
    return Rhythm(often, day, start, end, begin)


def _every(text: str, problems: list[Problem]) -> Every | None:
    word = normalize("NFKC", text).strip().lower()
    try:
        return _EVERY.get(word) or Every(word)
    except ValueError:
        wanted = ", ".join(Every)
        problems.append(Problem(_("it is not known how often this is"), where="--every", found=text, wanted=wanted))
        return None


def _day(every: Every, text: str, problems: list[Problem]) -> int:
    if every in DAYLESS:
        if text:
            problems.append(Problem(_("what is due on such days has no day of its own"), where="--on", found=text))
        return 0
    day = _weekday(text.lower()) if every is Every.WEEKLY else _monthday(text.lower())
    if day is None:
        problems.append(Problem(_("this is no day for it"), where="--on", found=text, wanted=WANTED_DAY[every]))
    return day or 0


def _weekday(text: str) -> int | None:
    if found := re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", text):
        return _CHINESE.index(found[1].replace("天", "日"))
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return next((n for n, name in enumerate(names) if len(text) >= 3 and name.startswith(text)), None)


def _monthday(text: str) -> int | None:
    if text in _MONTH:
        return _MONTH[text]
    found = re.fullmatch(r"([1-9]|[12]\d|3[01])[日号]?", text, re.ASCII)
    return int(found[1]) if found else None


def _time(where: str, text: str, problems: list[Problem]) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", normalize("NFKC", text).strip(), re.ASCII)
    if found is None:
        problems.append(Problem(_("this is no time of day"), where=where, found=text, wanted=WANTED_TIME))
        return None
    return time(int(found[1]), int(found[2]))


def _first(text: str, today: date, problems: list[Problem]) -> date:
    if not text.strip():
        return today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(_("this is no day"), where="--from", found=text, wanted=today.isoformat()))
        return today
    if not today <= day <= today + 3660 * DAY:
        problems.append(Problem(_("this day is past, or more than ten years away"), where="--from", found=text))
    return day
