"""The contexts of the pages about records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from audit.records.readers import Asked, ToRead
from audit.records.service import Held
from dashboard.inventory.fields import Input
from playbooks.emergency.book import Emergency


@dataclass(frozen=True)
class Row:
    """One record in a list."""

    held: Held
    named: str
    state: str
    open: bool
    missing: int | None = None
    """of a regulation: how many have not acknowledged it"""


@dataclass(frozen=True)
class ListPage:
    """The records of one kind."""

    template: ClassVar[str] = "records/list.html"
    name: str
    """of the blueprint"""
    title: str
    new: str
    rows: Sequence[Row]
    may_add: bool
    emergencies: Sequence[Emergency] = ()
    """drills of emergency plans, which are kept elsewhere"""


@dataclass(frozen=True)
class StepForm:
    """A step that may be taken."""

    name: str
    title: str
    inputs: tuple[Input, ...]
    photographs: bool


@dataclass(frozen=True)
class Past:
    """One version."""

    held: Held
    title: str


@dataclass(frozen=True)
class OnePage:
    """One record."""

    template: ClassVar[str] = "records/one.html"
    name: str
    held: Held
    named: str
    state: str
    lines: Sequence[tuple[str, str]]
    """each field's label and value; several lines stay several"""
    past: Sequence[Past]
    steps: Sequence[StepForm]
    may_correct: bool
    problems: tuple[str, ...] = ()
    taking: str = ""
    """the step that was refused"""
    evidence: bool = False
    """whether the person may open evidence"""
    emergency: int | None = None
    """number of the emergency plan's drill that this one tells more of"""
    asked: Asked | None = None
    """of a regulation: who has to read it"""


@dataclass(frozen=True)
class FormPage:
    """A record that is being written; `number` 0 for a new one."""

    template: ClassVar[str] = "records/form.html"
    name: str
    title: str
    number: int
    version: int
    inputs: tuple[Input, ...]
    photographs: bool
    text: str | None
    """of a regulation: its text as typed; None: the kind has none"""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadingPage:
    """What the person has to read."""

    template: ClassVar[str] = "records/reading.html"
    rows: Sequence[ToRead]
    late: frozenset[int]


@dataclass(frozen=True)
class TextPage:
    """A regulation's text."""

    template: ClassVar[str] = "records/text.html"
    held: Held
    html: str
    """rendered; empty for a PDF"""
    mine: ToRead | None
    """how far the person is; None: it does not ask them"""
    problem: str = ""
