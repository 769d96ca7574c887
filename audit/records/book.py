"""Records as a workbook: each record as it is now, and every version. Same records, same bytes."""

from collections.abc import Sequence
from typing import Any

from audit.records.model import Field, Shape, Sort
from audit.records.said import written
from audit.records.service import Held
from countynet import clock
from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.sheets import book, content, fill


def workbook(sort: Sort, newest: Sequence[Held], histories: Sequence[Sequence[Held]]) -> bytes:
    """Return the xlsx of a kind, in the language of the context; times are the county's."""
    made, first = book()
    first.title = translate(sort.title)[:31]
    fields = (*sort.fields, *sort.shows)
    heads = [
        _("number"),
        _("state"),
        *(field.label for field in fields),
        _("photographs"),
        _("registered by"),
        _("SHA-256"),
    ]
    fill(first, [translate(head) for head in heads], (_now(one, fields) for one in newest))
    past = made.create_sheet(translate(_("Versions")))
    heads = [_("number"), _("version"), _("step"), _("done by"), _("time"), _("words"), _("SHA-256")]
    fill(past, [translate(head) for head in heads], (_version(one) for held in histories for one in held))
    return content(made)


def said(field: Field, value: Any) -> str:
    """Return a value as people read it, in the language of the context."""
    if value is None or value == "":
        return ""
    if field.shape is Shape.MOMENT:
        return shown(value)
    if field.shape is Shape.CHOICE:
        return translate(dict(field.choices)[str(value)])
    if field.shape is Shape.CHOICES:
        return ", ".join(translate(dict(field.choices)[str(each)]) for each in value)
    if field.shape is Shape.ROWS:
        return "\n".join(f"{n}. {line}" for n, line in enumerate(written(field, value).splitlines(), 1))
    return written(field, value)


def stepped(one: Held) -> str:
    """Return what made a version, in the language of the context."""
    words = {"added": _("registered"), "corrected": _("corrected")}
    step = one.sort.step(one.step)
    return translate(words[one.step] if step is None else step.title)


def _now(one: Held, fields: Sequence[Field]) -> list[Any]:
    state = translate(one.sort.state(one.record, clock.now()))
    values = [said(field, getattr(one.record, field.name)) for field in fields]
    return [one.number, state, *values, "\n".join(one.record.photographs), one.author, one.sha256]


def _version(one: Held) -> list[Any]:
    return [one.number, one.version, stepped(one), one.by, shown(one.at), one.note, one.sha256]
