"""The contexts of the pages of intrusions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from countynet.i18n import _
from monitoring.intrusions import show
from monitoring.intrusions.model import IntrusionKind
from monitoring.intrusions.service import Shown, Sieve
from monitoring.intrusions.store import FalseAlarm

KINDS: Mapping[IntrusionKind, str] = {
    IntrusionKind.ATTACK: _("attack"),
    IntrusionKind.VIRUS: _("virus"),
    IntrusionKind.ANOMALY: _("anomaly"),
}


class Words:
    """What both pages say of a finding."""

    kinds: ClassVar[Mapping[IntrusionKind, str]] = KINDS

    @staticmethod
    def ends(one: Shown) -> str:
        """Who did it to whom."""
        return show.ends(one)

    @staticmethod
    def says(one: Shown) -> str:
        """How it stands, a message id."""
        return show.says(one)


@dataclass(frozen=True)
class IntrusionList(Words):
    """Findings, by a sieve."""

    template: ClassVar[str] = "intrusions/list.html"
    found: Sequence[Shown]
    names: Mapping[str, str]
    """units' names by id"""
    sieve: Sieve
    false_alarms: Sequence[FalseAlarm]
    may_withdraw: bool
    clerk: bool
    """whether a unit looks: it sees its own only"""
    most: int
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class OneIntrusion(Words):
    """One finding, with its line, and what may be said to it."""

    template: ClassVar[str] = "intrusions/one.html"
    one: Shown
    unit: str
    """its name"""
    may_answer: bool
    may_accept: bool
    may_report: bool
    """whether a fault may be opened of it"""
    problems: Sequence[str] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
