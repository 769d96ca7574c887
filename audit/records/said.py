"""What people typed, as values, and values as people type them: the county's clock, Chinese commas, one thing a line.

Everything that is wrong is said at once, with the field's name as its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from audit.records.model import Field, Shape
from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.moments import moment

MOST_LINES = 400
LONGEST = 8000
"""letters of a text of several lines"""
_PARTS = re.compile(r"[,，;；\t]")
NEEDED = _("please fill this in")


def read(fields: Sequence[Field], said: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    """Return the fields' values; one that was not typed is as if it was empty. Raises BadInput with all problems."""
    found, problems = dict[str, Any](), list[Problem]()
    for one in fields:
        typed = said.get(one.name, "")
        text = "\n".join(typed) if not isinstance(typed, str) else typed
        try:
            found[one.name] = value(one, text.replace("\r\n", "\n").strip())
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return found


def value(one: Field, text: str) -> Any:
    """Return one field's value. Raises BadInput."""
    if not text and one.needed:
        raise _wrong(one, NEEDED)
    if one.shape in (Shape.LINES, Shape.CHOICES, Shape.ROWS):
        return _several(one, [line.strip() for line in text.splitlines() if line.strip()])
    if one.shape in (Shape.MOMENT, Shape.DAY, Shape.NUMBER):
        return _measured(one, text) if text else None
    most = LONGEST if one.shape is Shape.WORDS else one.most
    if len(text) > most:
        raise _wrong(one, _("at most {most} characters"), str(len(text)), most=most)
    if one.shape is Shape.CHOICE and text and text not in dict(one.choices):
        raise _wrong(one, _("choose one of these"), text, ", ".join(dict(one.choices)))
    return text


def written(one: Field, held: Any) -> str:
    """Return a value as it is typed into the field; a time on the county's clock."""
    if held is None:
        return ""
    if one.shape is Shape.MOMENT:
        return f"{held.astimezone(clock.CHINA):%Y-%m-%dT%H:%M}"
    if one.shape is Shape.ROWS:
        return "\n".join(_row(one, row) for row in held)
    if isinstance(held, tuple):
        return "\n".join(map(str, held))
    return str(held)


def _row(one: Field, row: Frozen) -> str:
    said = ["" if getattr(row, name) is None else str(getattr(row, name)) for name in one.parts]
    between = " | " if any(_PARTS.search(part) for part in said) else ", "
    return between.join(said).rstrip(" ,|")


def _several(one: Field, lines: list[str]) -> tuple[Any, ...]:
    if len(lines) > MOST_LINES:
        raise _wrong(one, _("at most {most} lines"), str(len(lines)), most=MOST_LINES)
    long = [line for line in lines if len(line) > one.most]
    if long:
        raise _wrong(one, _("at most {most} characters"), long[0][:40], most=one.most)
    if one.shape is Shape.CHOICES and (odd := [line for line in lines if line not in dict(one.choices)]):
        raise _wrong(one, _("choose one of these"), ", ".join(odd), ", ".join(dict(one.choices)))
    if one.shape is not Shape.ROWS:
        return tuple(dict.fromkeys(lines))
    return tuple(_parts(one, lines))


def _parts(one: Field, lines: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield each line as a mapping of its parts; the model says what they have to be. A bar goes before commas."""
    for line in lines:
        parts = [part.strip() for part in (line.split("|") if "|" in line else _PARTS.split(line))]
        if len(parts) > len(one.parts):
            raise _wrong(one, _("a line has at most {most} parts"), line[:40], most=len(one.parts))
        yield {name: part for name, part in zip(one.parts, parts, strict=False) if part}


def _measured(one: Field, text: str) -> datetime | date | int:
    if one.shape is Shape.NUMBER:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not one.least <= int(text) <= one.most:
            raise _wrong(one, _("that is no such number"), text[:20], f"{one.least}-{one.most}")
        return int(text)
    try:
        return moment(text, one.name).astimezone(UTC) if one.shape is Shape.MOMENT else date.fromisoformat(text)
    except ValueError:
        raise _wrong(one, _("that is no day"), text[:40], _("year, month and day, e.g. 2026-11-15")) from None


def _wrong(one: Field, message: str, found: str = "", wanted: str = "", **values: object) -> BadInput:
    return BadInput([Problem(message, values, where=one.name, found=found, wanted=wanted)])
