"""A record's fields as inputs of a form, and a form as typed."""

from collections.abc import Mapping, Sequence

from flask import request

from audit.records.model import Field, Shape
from audit.records.said import LONGEST, written
from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import _, translate
from dashboard.inventory.fields import NONE, Errors, Input, sort

KINDS = {
    Shape.TEXT: "text",
    Shape.LINES: "lines",
    Shape.WORDS: "lines",
    Shape.MOMENT: "moment",
    Shape.DAY: "date",
    Shape.NUMBER: "number",
    Shape.CHOICE: "choice",
    Shape.CHOICES: "choices",
    Shape.ROWS: "lines",
}
ONE_A_LINE = _("one a line")


def typed() -> dict[str, str]:
    """Return what was typed into the form; of several boxes one a line."""
    return {name: "\n".join(request.form.getlist(name)) for name in request.form if name != "csrf_token"}


def blank(fields: Sequence[Field]) -> dict[str, str]:
    """Return what an empty form begins with."""
    now = clock.now()
    return {f.name: written(f, clock.today() if f.shape is Shape.DAY else now) for f in fields if f.now}


def held(fields: Sequence[Field], record: object) -> dict[str, str]:
    """Return a record as it is typed."""
    return {field.name: written(field, getattr(record, field.name)) for field in fields}


def inputs(fields: Sequence[Field], said: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the inputs of fields, with what was typed."""
    return tuple(_input(field, said.get(field.name, "")) for field in fields)


def errors(error: BadInput, shown: Sequence[Input]) -> Errors:
    """Return what is wrong, beside the inputs that it speaks of."""
    return sort(error, shown, {"": ""})


def judged(shown: Sequence[Input], wrong: Errors = NONE) -> tuple[Input, ...]:
    """Return inputs with what is wrong beside each."""
    return wrong.at(shown)


def _input(field: Field, value: str) -> Input:
    choices = tuple((name, translate(text)) for name, text in field.choices)
    if field.shape is Shape.CHOICE:
        choices = (("", "–"), *choices)
    hint = field.hint or (ONE_A_LINE if field.shape is Shape.LINES else "")
    label, said = translate(field.label), translate(hint) if hint else ""
    return Input(field.name, label, value, KINDS[field.shape], choices, field.needed, said, LONGEST)
