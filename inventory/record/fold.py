"""Turns edits into what items shall be, or says all that is wrong with the edits. Pure."""

from collections.abc import Iterable, Sequence

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.record.changes import Key, State, put
from inventory.record.edit import KEYS, Drop, Edit, Put
from inventory.record.splice import PLAN, Items
from inventory.record.values import texts


def fold(now: State, edits: Iterable[Edit]) -> dict[Key, "Items | None"]:
    """Return the items that edits change, as they shall be. Raises BadInput for edits that name what is not there."""
    target: dict[Key, Items | None] = {}
    problems: list[Problem] = []
    for edit in edits:
        key, problem = _key(edit), _problem(edit)
        item = target[key] if key in target else now.get(key)
        if problem is None and item is None and not isinstance(edit, Put):
            problem = _problem_of(edit, _("there is no {key} in {section}"))
        if problem is not None:
            problems.append(problem)
        else:
            target[key] = _made(edit, item or {})
    if problems:
        raise BadInput(problems)
    return {key: item for key, item in target.items() if item != now.get(key)}


def _key(edit: Edit) -> Key:
    return edit.section, edit.key if edit.section in KEYS or not isinstance(edit, Put) else ""


def _problem(edit: Edit) -> Problem | None:
    if (edit.section, getattr(edit, "key", "")) == PLAN and not isinstance(edit, Drop):
        return None
    if edit.section not in KEYS:
        return Problem(_("no section is named {section}"), {"section": edit.section})
    return _problem_of(edit, _("an item of {section} needs its {field}")) if not edit.key else None


def _problem_of(edit: Edit, message: str) -> Problem:
    values = {"key": edit.key, "section": edit.section, "field": KEYS.get(edit.section, "")}
    return Problem(message, values, where=f"{edit.section}/{edit.key}")


def _made(edit: Edit, item: Items) -> "Items | None":
    if isinstance(edit, Drop):
        return None
    if isinstance(edit, Put):
        made = texts(dict(edit.item))
        assert isinstance(made, dict)
        return made
    return put(item, edit.field, texts(edit.value))


def objects(keys: Sequence[Key]) -> tuple[str, ...]:
    """Return items as people name them, e.g. `units/u025`."""
    return tuple(f"{section}/{key}" for section, key in keys)
