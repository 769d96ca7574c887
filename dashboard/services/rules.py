"""The seam between the rules page and `topology.reach`: what the last analysis found, and a new run.

Texts are in the reader's language. A page view analyses nothing; it reads what the last run left.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.services.model import JobView
from dashboard.users.model import Person

OF = ("running", "intended")
"""what an analysis may be of"""
KINDS = ("shadowed", "redundant", "never-matching", "never-hit", "expired", "over-wide")
PAGE = 25
"""findings of a page"""


@dataclass(frozen=True)
class Chosen:
    """What is looked at; empty is all."""

    of: str
    device: str = ""
    kind: str = ""
    start: str = "0"
    """the first finding shown, from 0"""


@dataclass(frozen=True)
class FindingView:
    """One thing wrong with one rule."""

    title: str
    """device, filter, place and name"""
    kind: str
    """in words"""
    tone: str
    says: str
    others: tuple[str, ...]
    boxes: tuple[str, ...]
    whole: bool
    packet: str
    lines: tuple[str, ...]
    fix: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class RulesView:
    """What the last analysis found."""

    at: datetime
    of: str
    rules: int
    devices: int
    counts: tuple[tuple[str, str, int], ...]
    """kind, its word, findings of it"""
    names: tuple[str, ...]
    """devices with findings"""
    findings: tuple[FindingView, ...]
    begins: int
    total: int
    """findings that fit what is chosen"""
    held: int
    """rules wider than the policy whose further packets other filters hold back"""
    unknown: tuple[str, ...]
    """lines that nobody understood"""
    uncounted: int
    """devices whose counters are not known"""
    counted: bool
    """whether devices were asked for counters at all"""


class Rules(Protocol):
    """The analyses of rules."""

    def view(self, chosen: Chosen) -> RulesView | None:
        """Return what the last analysis found, None if there was none."""
        ...

    def start(self, person: Person, of: str) -> int:
        """Queue an analysis and return the job's number (of the one on its way, if there is one)."""
        ...

    def job(self) -> JobView | None:
        """Return the last job that analysed rules."""
        ...
