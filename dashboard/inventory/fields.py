"""The inputs of the record's forms: what is typed stays typed, and what is wrong with it stands beside it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from countynet.errors import BadInput, Problem
from countynet.i18n import describe
from inventory.survey.text import plain

LONGEST = 300
_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Input:
    """One input of a form."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    """text, number, date, moment, tel, check, choice, choices or lines"""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hint: str = ""
    longest: int = 2000
    """letters of `lines`"""
    errors: tuple[str, ...] = ()
    now: str | None = None
    """what it is now, where that is not what is typed: told after somebody else was faster"""


def typed(form: Mapping[str, str], name: str, longest: int = LONGEST) -> str:
    """Return what was typed, in half width and without stray spaces; several lines stay several."""
    return "\n".join(plain(line) for line in form.get(name, "")[:longest].splitlines()).strip()


def say(problem: Problem, place: bool = False) -> str:
    """Return a problem in the reader's language, without the file that was never written."""
    return describe(replace(problem, file="", line=0, column=0, where=problem.where if place else ""))


@dataclass(frozen=True)
class Errors:
    """What is wrong with a form: by input, and what belongs to none of them."""

    beside: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()

    def at(self, inputs: Iterable[Input]) -> tuple[Input, ...]:
        """Return the inputs with their errors."""
        return tuple(replace(i, errors=self.beside.get(i.name, ())) for i in inputs)


NONE = Errors({})


def sort(error: BadInput, inputs: Iterable[Input], prefixes: Mapping[str, str]) -> Errors:
    """Return an error's problems beside the inputs that they speak of.

    `prefixes` says what a place in the county is in the form, e.g. `units[120].` -> `unit.`.
    """
    names = {i.name for i in inputs}
    beside: dict[str, tuple[str, ...]] = {}
    others: list[str] = []
    for problem in error.problems:
        name = _name(problem.where, names, prefixes)
        if name is None:
            others.append(say(problem, place=True))
        else:
            beside[name] = (*beside.get(name, ()), say(problem))
    return Errors(beside, tuple(others))


def _name(where: str, names: set[str], prefixes: Mapping[str, str]) -> str | None:
    """Return the input that a place is in: itself, or the first of those below it."""
    for prefix, ours in prefixes.items():
        if where.startswith(prefix):
            name = ours + _INDEX.sub(r".\1", where.removeprefix(prefix))
            inside = next((n for n in sorted(names) if n.startswith(f"{name}.")), None)
            above = name.split(".")[0] if "." in name and name.split(".")[0] in names else None
            found = name if name in names else inside or above
            if found:
                return found
    return None
