"""The reader's language: simplified Chinese first, English by a switch kept in the session.

Templates write `t("English {name}", name=...)`; the sentence is translated by the foundation's catalogs.
"""

from dataclasses import replace
from typing import Any, Protocol

from flask import session

from countynet.errors import BadInput, Problem
from countynet.i18n import CHINESE, ENGLISH, describe, language, set_language, translate
from inventory.model import Plan, Unit

LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}


def told(error: BadInput) -> str:
    """Return all that is wrong with a form, for whoever filled it in: without the names of fields in our code."""
    return "; ".join(bare(problem) for problem in error.problems)


def bare(problem: Problem) -> str:
    """Return what is wrong with a field, to stand beside it."""
    return describe(replace(problem, file="", line=0, column=0, where=""))


class Named(Protocol):
    """Something of the inventory with a name in both languages."""

    @property
    def name(self) -> str:
        """The Chinese name."""
        ...

    @property
    def name_en(self) -> str:
        """The English name."""
        ...


def choose() -> None:
    """Run before every request: speak the language of this session."""
    set_language(session.get("language", CHINESE))


def named(thing: Named) -> str:
    """Return a thing's name in the current language."""
    return thing.name if language() == CHINESE else thing.name_en


def either(chinese: str, english: str) -> str:
    """Return the one of two texts that is in the current language."""
    return chinese if language() == CHINESE else english


def short_name(unit: Unit, plan: Plan) -> str:
    """Return a unit's name without the county's: everybody here knows which county this is."""
    if language() == CHINESE:
        return unit.name.replace(plan.name, plan.name[-1:], 1)
    return unit.name_en.removeprefix("County ")


def cut(name: str, width: float) -> str:
    """Return as much of a name as fits into a width counted in Chinese characters; a Latin one is half as wide."""
    used = 0.0
    for index, letter in enumerate(name):
        used += 1 if ord(letter) > 0x2E80 else 0.52
        if used > width:
            return name[:index].rstrip() + "…"
    return name


def t(message: str, /, **values: Any) -> str:
    """Translate a template's sentence."""
    return translate(message, **values)
