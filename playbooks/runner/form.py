"""What somebody wrote into a launch form, made into values, with every problem at once. Pure.

What is not given is the field's default; one that names a lookup gets it of the county by the values before it, and is
judged as if it had been typed. A value that may not be seen by a role is not taken from it either. Units, devices and
servers are ids of the inventory; full-width commas and digits are taken as they are meant. A unit's clerk stands for
that unit and no other.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import normalize

from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.people import Actor
from inventory.model import County
from inventory.nearest import nearest
from playbooks.runner import groups
from playbooks.runner.defaults.seam import Found, LookUp, nothing
from playbooks.runner.model import KINDS, MEMBERS, Field, Playbook

YES, NO = "yes", "no"
_WORDS = {"yes": YES, "true": YES, "on": YES, "1": YES, "是": YES, "no": NO, "false": NO, "off": NO, "0": NO, "否": NO}
LONGEST = 2000


def offered(playbook: Playbook, actor: Actor) -> tuple[Field, ...]:
    """Return the fields that somebody may fill in; a clerk's unit is no question."""
    return tuple(
        field
        for field in playbook.fields
        if (not field.roles or actor.role in field.roles) and not (field.kind == "unit" and actor.clerk_of)
    )


@dataclass(frozen=True)
class Answers:
    """A form's values, and which of them nobody gave."""

    values: dict[str, str]
    defaulted: dict[str, Found]
    """the fields that have their default, with where it is from: empty words where the playbook itself says it"""


def filled(
    playbook: Playbook, given: Mapping[str, str], county: County, actor: Actor, look_up: LookUp = nothing
) -> dict[str, str]:
    """Return the value of every field. Raises BadInput with everything that is wrong or missing."""
    return answered(playbook, given, county, actor, look_up).values


def answered(
    playbook: Playbook, given: Mapping[str, str], county: County, actor: Actor, look_up: LookUp = nothing
) -> Answers:
    """Return the value of every field, and which are defaults. Raises BadInput as `filled` does."""
    open_to = {field.name for field in offered(playbook, actor)}
    problems = [_unknown(playbook, name, open_to) for name in given if name not in open_to]
    values, wrong, found = _walked(playbook, given, county, actor, look_up)
    if problems or wrong:
        raise BadInput([*problems, *wrong])
    return Answers(values, {name: one for name, one in found.items() if one.value})


def defaults(
    playbook: Playbook, given: Mapping[str, str], county: County, actor: Actor, look_up: LookUp
) -> dict[str, Found]:
    """Return the default of every field to which nothing was given, or why it has none; what is wrong gives none."""
    return _walked(playbook, given, county, actor, look_up)[2]


def _walked(
    playbook: Playbook, given: Mapping[str, str], county: County, actor: Actor, look_up: LookUp
) -> tuple[dict[str, str], list[Problem], dict[str, Found]]:
    open_to = {field.name for field in offered(playbook, actor)}
    values, problems, found = dict[str, str](), list[Problem](), dict[str, Found]()
    for field in playbook.fields:
        text = given.get(field.name, "") if field.name in open_to else ""
        if field.kind == "unit" and actor.clerk_of:
            text = actor.clerk_of
        text = normalize("NFKC", text).strip()
        if not text:
            found[field.name] = look_up(field, values) if field.default_of else Found(field.default)
        value, wrong = _value(field, text or found[field.name].value, county)
        values[field.name] = "" if wrong else value
        problems += [_of_default(field, one, found[field.name]) for one in wrong] if not text else wrong
    return values, problems, found


def _of_default(field: Field, problem: Problem, found: Found) -> Problem:
    """Return what is wrong with a value that nobody typed: why there is none, or that the county's does not fit."""
    if not field.default_of or not (found.told or found.value):
        return problem
    if not found.value:
        return Problem(_("a value is missing, and it has no default: {why}"), {"why": found.told}, where=field.name)
    message = _("the default from the county does not fit: {why}")
    return replace(problem, message=message, values={"why": translate(problem.message, **problem.values)})


def targets(playbook: Playbook, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the target's field names; empty when the playbook has none."""
    return tuple(values.get(playbook.target or "", "").split(",")) if values.get(playbook.target or "") else ()


def _unknown(playbook: Playbook, name: str, open_to: set[str]) -> Problem:
    wanted = ", ".join(f"{each}=" for each in sorted(open_to)) or "-"  # a bare name may be a word of ours, translated
    if playbook.field(name):
        return Problem(_("this value is not yours to give"), where=name, wanted=wanted)
    return Problem(_("the playbook has no such value"), where=name, wanted=wanted)


def _value(field: Field, text: str, county: County) -> tuple[str, list[Problem]]:
    if not text:
        missing = [Problem(_("a value is missing"), where=field.name, wanted=translate(KINDS[field.kind]))]
        return "", missing if field.needed else []
    if groups.is_group(field, text):
        return groups.members(field, text, county)
    if field.kind in (*MEMBERS, "building"):
        return _members(field, text, county)
    if len(text) > LONGEST:
        return "", [Problem(_("at most {count} characters"), {"count": LONGEST}, where=field.name)]
    text = _WORDS.get(text.casefold(), text) if field.kind == "yes-no" else field.chosen(text)
    return text, [
        Problem(message, where=field.name, found="" if field.kind == "secret" else text, wanted=wanted)
        for message, wanted in _wrong(field, text)
    ]


def _members(field: Field, text: str, county: County) -> tuple[str, list[Problem]]:
    known: dict[str, Collection[str]] = {
        "unit": county.unit_by_id,
        "device": county.device_by_name,
        "host": county.host_by_name,
        "application": {a.id for a in county.applications if a.deployment},
        "building": county.building_by_id,
    }
    names = list(dict.fromkeys(part.strip() for part in text.replace("、", ",").split(",") if part.strip()))
    spoken = {unit.name: unit.id for unit in county.units} if field.kind == "unit" else {}
    names = [spoken.get(name, name) for name in names]
    problems = [
        Problem(
            _("the inventory has nothing of that name"), where=field.name, found=name,
            wanted=", ".join(nearest(name, known[field.kind])) or KINDS[field.kind],
        )
        for name in names
        if name not in known[field.kind]
    ]  # fmt: skip
    if len(names) > 1 and not field.several:
        problems.append(Problem(_("only one can be named here"), where=field.name, found=text))
    return ",".join(names), problems


def _wrong(field: Field, text: str) -> Iterator[tuple[str, str]]:
    if field.kind == "choice" and text not in (one.value for one in field.choices):
        yield _("this is none of the choices"), ", ".join(one.told for one in field.choices)
    elif field.kind == "yes-no" and text not in (YES, NO):
        yield _("this is neither yes nor no"), f"{YES}, {NO}"
    elif field.kind == "date" and not _is_day(text):
        yield _("this is no day"), translate(KINDS["date"])
    elif field.kind == "whole":
        yield from _wrong_number(field, text)
    elif field.kind in ("text", "secret"):
        yield from _wrong_text(field, text)


def _wrong_number(field: Field, text: str) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
        yield _("this is no whole number"), translate(KINDS["whole"])
    elif not _between(field, int(text)):
        yield _("this number is out of its bounds"), _bounds(field)


def _wrong_text(field: Field, text: str) -> Iterator[tuple[str, str]]:
    if not _between(field, len(text)):
        yield _("this text has another length than it may have"), _bounds(field)
    if field.pattern and not re.fullmatch(field.pattern, text):
        yield _("this text does not fit its pattern"), field.pattern
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        yield _("this text has a control character"), ""


def _between(field: Field, number: int) -> bool:
    return (field.least is None or number >= field.least) and (field.most is None or number <= field.most)


def _bounds(field: Field) -> str:
    return f"{'' if field.least is None else field.least}..{'' if field.most is None else field.most}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
