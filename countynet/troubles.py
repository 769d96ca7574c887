"""The seam between who finds something that people have to see to and who raises alarms: `countynet.troubles`.

Audit finds what is wrong at a port; monitoring opens alarms, and faults by them. They stand on one floor and do not
import each other. A source says what stands now; what it says no more is over, and its alarm closes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from sqlalchemy import Engine

from countynet.canonical import JSON
from countynet.rooms import registered
from countynet.settings import Settings
from countynet.vocabulary import Severity

GROUP = "countynet.troubles"


@dataclass(frozen=True)
class Standing:
    """One thing that stands."""

    key: str
    """always the same for the same thing, without a colon"""
    severity: Severity
    subject: str
    message: str
    """a message id with `values`"""
    values: Mapping[str, JSON] = field(default_factory=dict)
    device: str = ""
    unit: str | None = None
    """whose fault it is; None: nobody's, and no fault is opened"""


class Source(Protocol):
    """Somebody who says what stands."""

    def __call__(self, settings: Settings, engine: Engine) -> tuple[Standing, ...]:
        """Return what stands now; reads only."""
        ...


def sources() -> Iterator[tuple[str, Source]]:
    """Yield every source of the installed rooms with its name."""
    for entry in registered(GROUP):
        yield entry.name, cast(Source, entry.load())
