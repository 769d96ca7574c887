"""What the analysis of rules finds, as frozen values that can be kept; texts for people are msgids with values."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _, translate


class Kind(StrEnum):
    """What is wrong with a rule."""

    SHADOWED = "shadowed"
    """all its packets are taken by earlier rules, some of them by rules of another action"""
    REDUNDANT = "redundant"
    """its packets meet the same fate without it"""
    NEVER_MATCHING = "never-matching"
    """no packet can match it"""
    NEVER_HIT = "never-hit"
    """its live counter is zero"""
    EXPIRED = "expired"
    """its line of the policy is past its last day"""
    OVER_WIDE = "over-wide"
    """it lets through more than the policy needs"""


TITLES = {
    Kind.SHADOWED: _("shadowed"),
    Kind.REDUNDANT: _("redundant"),
    Kind.NEVER_MATCHING: _("never matches"),
    Kind.NEVER_HIT: _("never hit"),
    Kind.EXPIRED: _("expired"),
    Kind.OVER_WIDE: _("too wide"),
}
"""what each kind is called for people"""


class Other(Frozen):
    """A rule that decides packets of the one that was found, or would without it."""

    place: int
    """among the rules of its filter, from 1; 0 is the filter's default"""
    rule: str
    """its name; empty for the default"""
    action: str
    packet: str
    """one of the packets that it decides"""


class Line(Frozen):
    """A line of a device's configuration."""

    number: int
    """from 1, in the whole text"""
    text: str
    """without secrets"""


class Finding(Frozen):
    """One thing wrong with one rule."""

    device: str
    platform: str
    hook: str
    """input, forward, output, or list: an access list at an interface"""
    interface: str = ""
    """of an access list"""
    place: int
    """among the rules of its filter, from 1"""
    rule: str
    action: str
    kind: Kind
    why: str
    """msgid"""
    values: dict[str, str] = Field(default_factory=dict)
    others: tuple[Other, ...] = ()
    """every rule that takes its packets, in order"""
    boxes: tuple[str, ...] = ()
    """the packets that show it, each box wholly inside that set"""
    whole: bool = True
    """whether the boxes are the whole set"""
    packet: str = ""
    """one packet of the set"""
    lines: tuple[Line, ...] = ()
    """the rule in the platform's own words; empty where it cannot be told which lines they are"""
    fix: tuple[str, ...] = ()
    """the exact lines to type"""
    sure: bool = True
    """false where a line of the device was not understood: it may be a rule, too"""

    @property
    def says(self) -> str:
        """Why, in the language of the context."""
        return translate(self.why, **self.values)

    @property
    def where(self) -> str:
        """The filter and the place in it."""
        return f"{self.hook} {self.interface} {self.place}".replace("  ", " ")


class Report(Frozen):
    """The analysis of a county's rules."""

    devices: int
    filters: int
    rules: int
    findings: tuple[Finding, ...]
    held: tuple[str, ...] = ()
    """rules wider than the policy needs whose further packets other filters hold back, as `device hook place name`"""
    unknown: tuple[str, ...] = ()
    """`device: line` that nobody understood, and devices without a configuration"""
    uncounted: dict[str, str] = Field(default_factory=dict)
    """devices whose counters are not known, with the reason"""
    counted: dict[str, datetime] = Field(default_factory=dict)
    """since when a device's counters count"""
    seconds: float = 0

    def count(self, kind: Kind) -> int:
        """Return how many findings are of a kind."""
        return sum(finding.kind is kind for finding in self.findings)
