"""The contexts of the pages of findings about terminals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from audit.terminals.model import CONFIDENCE_TITLES, KIND_TITLES, STATE_TITLES, Confidence, Finding, Kind, State
from audit.terminals.respond.model import Response
from audit.terminals.store import Scan, Sieve
from countynet.i18n import translate
from countynet.surroundings import TITLES, Table


class Words:
    """What both pages say."""

    kinds: ClassVar[Mapping[Kind, str]] = KIND_TITLES
    states: ClassVar[Mapping[State, str]] = STATE_TITLES
    confidences: ClassVar[Mapping[Confidence, str]] = CONFIDENCE_TITLES
    tables: ClassVar[Mapping[Table, str]] = TITLES


@dataclass(frozen=True)
class FindingList(Words):
    """Findings, by a sieve."""

    template: ClassVar[str] = "scans/list.html"
    found: Sequence[Finding]
    names: Mapping[str, str]
    """units' names by id"""
    sieve: Sieve
    scan: Scan | None
    may_scan: bool
    under_way: bool
    clerk: bool
    """whether a unit looks: it sees its own only"""
    problems: Sequence[str] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the newest scan could not do."""
        return tuple(translate(message, **values) for message, values in self.scan.notes) if self.scan else ()


@dataclass(frozen=True)
class OneFinding(Words):
    """One finding."""

    template: ClassVar[str] = "scans/finding.html"
    one: Finding
    unit: str
    """its unit's name, empty for none"""
    responses: Sequence[Response] = ()
    """what was done about it"""
    desk: bool = False
    """whether somebody looks who may see who did what"""
