"""A launch form's fields as inputs: what can be chosen, what was typed, and what is wrong beside it.

A secret is never among what is shown again. Few choices are told one by one, many are a list to search in.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from countynet.errors import Problem
from countynet.i18n import _, translate
from dashboard.language import bare, named
from dashboard.runs.schedules.service import WORDS
from inventory.model import County
from playbooks.runner import groups
from playbooks.runner.defaults import Found
from playbooks.runner.form import NO, YES
from playbooks.runner.model import Field, Playbook

FEW = 24
"""so many choices are shown one by one"""
LONGEST = 20_000
"""characters of one input: the names of a thousand devices"""
SHORT = 80
"""characters of a word about the calendar"""
NO_DEFAULT = Found()
WAS = "_was."
"""before a field's name: the default that was shown for it"""
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One input of a launch form."""

    field: Field
    widget: str
    """text, number, select, date, password, checks or list"""
    value: str = ""
    """as typed, else the default; of a secret always empty"""
    choices: Choices = ()
    """values and titles"""
    errors: tuple[str, ...] = ()
    default: Found = NO_DEFAULT
    """what is looked up for it, or why it has no default"""
    leads: bool = False
    """whether the default of another field goes by it"""

    @property
    def chosen(self) -> frozenset[str]:
        """The values of an input that takes several."""
        return frozenset(part.strip() for part in self.value.split(","))

    @property
    def group(self) -> str:
        """An example of a group that can be named here, empty where none can."""
        return groups.EXAMPLES[self.field.kind] if groups.grouped(self.field) else ""

    @property
    def asked(self) -> bool:
        """Whether something has to be typed: it is needed and has no default, nor may get one."""
        return self.field.needed and not self.field.default and not self.field.default_of


@dataclass(frozen=True)
class Filled:
    """A form as somebody left it: what was typed, and what is wrong by field; empty keys are of the whole form."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def typed(fields: Iterable[Field], form: MultiDict[str, str]) -> dict[str, str]:
    """Return what was sent of these fields, several as one text with commas; what is empty is not given."""
    found = {one.name: ",".join(form.getlist(one.name))[:LONGEST] for one in fields}
    return {name: text for name, text in found.items() if text.strip(" ,")}


def untouched(fields: Iterable[Field], given: dict[str, str], form: MultiDict[str, str]) -> dict[str, str]:
    """Take out of what was sent the looked-up defaults that nobody touched; return these as they were shown."""
    shown = {one.name: form[WAS + one.name] for one in fields if one.default_of and WAS + one.name in form}
    shown = {name: was for name, was in shown.items() if given.get(name, was) == was}
    for name in shown:
        given.pop(name, None)
    return shown


def moved(shown: Mapping[str, str], defaults: Mapping[str, Found]) -> dict[str, tuple[str, ...]]:
    """Return by field what is to be said of a default that is another than the one that was shown."""
    found = dict[str, tuple[str, ...]]()
    for name, was in shown.items():
        now = defaults[name].value if name in defaults else was
        if now != was:
            message = _("the default is {now} now, it was {was}: look at it and press again")
            found[name] = (translate(message, now=now or "-", was=was or "-"),)
    return found


def rhythm(form: MultiDict[str, str]) -> dict[str, str]:
    """Return what was said of when it shall be run by the calendar."""
    return {name: form.get(f"_{name}", "")[:SHORT].strip() for name in WORDS}


def entries(
    fields: Sequence[Field],
    county: County,
    filled: Filled,
    able: Sequence[str] = (),
    closed: Container[str] = (),
    defaults: Mapping[str, Found] | None = None,
) -> tuple[Entry, ...]:
    """Return the inputs of a form; `able` are the hosts that the playbook is for, `closed` what is not the reader's."""
    leading, looked = {name for one in fields for name in one.follows}, defaults or {}
    found = (
        _entry(one, _open(one, _choices(one, county, able), closed), filled, looked.get(one.name, Found()))
        for one in fields
    )
    return tuple(replace(entry, leads=entry.field.name in leading) for entry in found)


def _open(one: Field, choices: Choices, closed: Container[str]) -> Choices:
    return tuple(c for c in choices if c[0] not in closed) if one.kind in ("application", "host") else choices


def by_field(problems: Sequence[Problem], playbook: Playbook, shown: Sequence[Field]) -> dict[str, tuple[str, ...]]:
    """Return what is wrong by field; what names no field is of the target, or of the form where that is not shown."""
    names = {one.name for one in shown}
    found = dict[str, tuple[str, ...]]()
    for problem in problems:
        where = problem.where or playbook.target or ""
        name = where if where in names or where.startswith("--") else ""
        words = bare(problem) if name else f"{problem.where}: {bare(problem)}" if problem.where else bare(problem)
        found[name] = (*found.get(name, ()), words)
    return found


def _entry(one: Field, choices: Choices, filled: Filled, default: Found) -> Entry:
    value = "" if one.kind == "secret" else filled.typed.get(one.name, default.value or one.default)
    widget = "list" if groups.is_group(one, value) else _widget(one, choices)
    if widget == "select" and not (one.needed and one.default):
        choices = (("", "" if one.needed else translate(_("(empty)"))), *choices)
    looked = default if one.default_of else Found()
    return Entry(one, widget, value, choices, filled.wrong.get(one.name, ()), looked)


def _widget(one: Field, choices: Choices) -> str:
    plain = {"text": "text", "whole": "number", "date": "date", "secret": "password"}
    if one.kind in plain:
        return plain[one.kind]
    if one.several:
        return "checks" if len(choices) <= FEW else "list"
    return "select" if len(choices) <= FEW or one.kind in ("choice", "yes-no") else "list"


def _choices(one: Field, county: County, able: Sequence[str] = ()) -> Choices:
    if one.kind == "yes-no":
        return ((YES, translate(_("yes"))), (NO, translate(_("no"))))
    if one.kind == "unit":
        return tuple((unit.id, named(unit)) for unit in county.units)
    if one.kind == "device":
        return tuple((name, "") for name in sorted(county.device_by_name))
    if one.kind == "building":
        return tuple((building.id, named(building)) for building in county.buildings)
    if one.kind == "application":
        return tuple((a.id, named(a)) for a in county.applications if a.deployment)
    if one.kind == "host":
        return tuple((name, "") for name in able or sorted(county.host_by_name))
    return tuple((choice.value, choice.said) for choice in one.choices)
