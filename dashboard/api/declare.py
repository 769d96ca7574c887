"""How an operation of the API is declared. Pure.

An operation is one row of a table (`dashboard.api.operations`): address, models of what comes in and goes out, scope,
and the function that does it. From the same row come the route, the check of the input and the OpenAPI document, so
that none of them can say something else than the others.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from countynet.errors import CountyError, Problem
from countynet.people import Actor
from dashboard.tokens.model import Scope

if TYPE_CHECKING:
    from dashboard.api.service import Api

BASE = "/api/v1"
LARGEST = (1 << 31) - 1
"""number of a row: PostgreSQL counts no further"""


class Shape(BaseModel):
    """The base of what goes in and out: frozen, and a field that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Shape):
    """No fields."""


class Bytes(Shape):
    """A body that is no document, e.g. a picture, as it came."""

    content: bytes


Q = TypeVar("Q", bound=Shape)
B = TypeVar("B", bound=Shape)


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """One request, checked: who acts, the parts of the address, what was asked and sent, and the state it relies on."""

    actor: Actor
    path: Mapping[str, str]
    query: Q
    body: B
    if_match: tuple[str, ...] = ()
    """entity tags of which one has to be the present one; empty: any"""

    @property
    def number(self) -> int:
        """The first number in the address; one that no database holds is nothing's."""
        return self.numbers[0]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the address."""
        return tuple(min(int(value), LARGEST) for value in self.path.values())

    def sees(self, unit: str | None) -> bool:
        """Whether the token may see what is of a unit: one of a unit sees that alone."""
        return self.actor.clerk_of is None or self.actor.clerk_of == unit


@dataclass(frozen=True)
class Answer:
    """What is answered: a document or the bytes of a file, with its entity tag and address where it has them."""

    document: Shape | bytes
    status: int = 200
    tag: str = ""
    location: str = ""


class NotFoundError(CountyError):
    """There is no such thing, or not for this token."""


class ChangedError(CountyError):
    """It is not what the request relies on any more (If-Match)."""


class RefusedError(CountyError):
    """The request cannot be taken as it is: a status, a kind of problem, and every single thing."""

    def __init__(
        self, status: int, kind: str, message: str, problems: tuple[Problem, ...] = (), **values: object
    ) -> None:
        self.status, self.kind, self.problems = status, kind, problems
        super().__init__(message, **values)


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    id: str
    method: str
    path: str
    """below the base; `{fault}` is a number, `{unit}` a name"""
    scope: Scope
    summary: str
    """msgid"""
    answer: type[Shape]
    run: "Callable[[Api, Call[Any, Any]], Answer]"
    query: type[Shape] = Nothing
    body: type[Shape] | None = None
    status: int = 200
    tagged: bool = False
    """whether the answer has an entity tag"""
    guarded: bool = False
    """whether If-Match is heeded"""
    roles: str = ""
    """msgid: which roles it is for, when the scope does not say it all"""
    tags: tuple[str, ...] = field(default=("faults",))
    takes: tuple[str, ...] = ()
    """media types of a body that is no JSON; `body` is Bytes then"""
    gives: str = ""
    """the media type of an answer that is no JSON"""
    largest: int = 256 * 1024
    """bytes of a body; what is longer is refused (413) and not read"""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts of the address."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def rule(self) -> str:
        """The address as Flask's routes want it."""
        return BASE + re.sub(r"{(\w+)}", lambda m: f"<{m[1]}>" if m[1] == "unit" else f"<int:{m[1]}>", self.path)
