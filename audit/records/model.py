"""What every kind of record has in common: its fields as people type them, its steps, and who may take them. Pure.

A record is never changed: each correction and each step is a new version, with who, when and why
(`audit.records.store`).
A kind is a table: a frozen model, the fields of its form, the steps that it can take. What a kind is asked for stands
in `audit.records.kinds`, so store, pages and commands are the same for all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.people import Actor
from countynet.vocabulary import Role

MOST_PHOTOGRAPHS = 24
"""of one record in all"""


class Kind(StrEnum):
    """A kind of record; docs/vocabulary.md has the Chinese."""

    VISIT = "visit"
    DRILL = "drill"
    TRAINING = "training"
    REGULATION = "regulation"


class Shape(StrEnum):
    """How a field is typed."""

    TEXT = "text"
    LINES = "lines"
    """one thing a line"""
    WORDS = "words"
    """several lines that are one text"""
    MOMENT = "moment"
    DAY = "day"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    """several of a few"""
    ROWS = "rows"
    """one thing a line, its parts separated by commas"""


@dataclass(frozen=True)
class Field:
    """One field of a form; texts are message ids."""

    name: str
    label: str
    shape: Shape = Shape.TEXT
    needed: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    parts: tuple[str, ...] = ()
    """of a line of `ROWS`: the names of its parts"""
    least: int = 0
    most: int = 300
    """letters of a text or a line; of a number the bounds"""
    now: bool = False
    """whether an empty form begins with the present time"""


class Mark(Frozen):
    """Who did something, when, and what was said."""

    by: str
    at: datetime
    note: str = ""


class Paper(Frozen):
    """A record of any kind."""

    photographs: tuple[str, ...] = ()
    """SHA-256 of each, among the evidence"""


Said = Mapping[str, Any]
"""fields as values, read by `audit.records.said`"""


@dataclass(frozen=True)
class Step:
    """Something that happens to a record; texts are message ids."""

    name: str
    title: str
    who: frozenset[Role]
    open: Callable[[Any], bool]
    """whether a record is in a state for it"""
    take: Callable[[Any, Said, Actor, datetime], Any]
    """the record after it; `Said` has the step's fields. Raises BadInput for what does not fit"""
    fields: tuple[Field, ...] = ()
    note: bool = False
    """whether it needs words"""
    never_own: bool = False
    """whether whoever registered the record may not take it"""
    photographs: bool = False


@dataclass(frozen=True)
class Sort:
    """A kind of record with everything that store, pages and commands need of it; texts are message ids."""

    kind: Kind
    title: str
    new: str
    """what the button says that begins one"""
    model: type[Paper]
    fields: tuple[Field, ...]
    writers: frozenset[Role]
    """who may register one; those who are not the center change their own only"""
    readers: frozenset[Role]
    """who sees all of them; a writer who is no reader sees the own ones"""
    judge: Callable[[Any, datetime], Iterator[Problem]]
    """what is wrong with a record as a whole"""
    named: Callable[[Any], str]
    """a record in a few words, in the language of the context"""
    state: Callable[[Any, datetime], str]
    """how it stands, a message id"""
    open: Callable[[Any, datetime], bool]
    """whether something has still to be done about it"""
    steps: tuple[Step, ...] = ()
    photographs: bool = True
    shows: tuple[Field, ...] = field(default=())
    """fields that only steps fill"""

    def step(self, name: str) -> Step | None:
        """Return a step by name."""
        return next((one for one in self.steps if one.name == name), None)
