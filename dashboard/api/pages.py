"""The context of the human page of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from countynet.i18n import translate
from dashboard.api.declare import BASE, Operation, Shape
from dashboard.api.problems import TITLES
from dashboard.tokens.model import SCOPES


@dataclass(frozen=True)
class FieldLine:
    """One field that goes in."""

    name: str
    text: str
    needed: bool


@dataclass(frozen=True)
class OperationEntry:
    """One operation for people; texts are in the reader's language."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    roles: str
    asks: tuple[FieldLine, ...]
    sends: tuple[FieldLine, ...]
    takes: str = ""
    """the kinds of a file that is the body itself"""
    most: int = 0
    """megabytes of it"""
    gives: str = ""
    """the kind of a file that is the answer"""


@dataclass(frozen=True)
class DocsPage:
    """The page."""

    template: ClassVar[str] = "api/docs.html"
    operations: tuple[OperationEntry, ...]
    problems: tuple[tuple[str, str], ...]
    scopes: tuple[tuple[str, str], ...] = ()
    base: str = BASE


def kinds() -> tuple[tuple[str, str], ...]:
    """Return every kind of problem with its title."""
    return tuple((kind, translate(title)) for kind, title in TITLES.items())


def scopes() -> tuple[tuple[str, str], ...]:
    """Return every scope with what it allows."""
    return tuple((scope.value, translate(text)) for scope, text in SCOPES.items())


def entries(operations: Sequence[Operation]) -> tuple[OperationEntry, ...]:
    """Return the operations as people read them."""
    return tuple(
        OperationEntry(
            id=one.id,
            method=one.method,
            path=BASE + one.path,
            summary=translate(one.summary),
            scope=one.scope.value,
            roles=translate(one.roles) if one.roles else "",
            asks=_lines(one.query),
            sends=_lines(one.body) if one.body and not one.takes else (),
            takes=", ".join(one.takes),
            most=one.largest >> 20,
            gives=one.gives,
        )
        for one in operations
    )


def _lines(model: type[Shape]) -> tuple[FieldLine, ...]:
    return tuple(
        FieldLine(name, translate(field.description) if field.description else "", field.is_required())
        for name, field in model.model_fields.items()
    )
