"""What a scan of terminals finds, as frozen values. Pure.

A `Suspicion` is what one scan concludes; a `Finding` is a suspicion that is kept, with its number, since when, and
whether it is still so. Two scans mean the same finding when kind, device, port and whom it is about are the same.
A finding without evidence cannot be: every one cites what a device said and what of the inventory it contradicts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.surroundings import Table
from countynet.vocabulary import Severity


class Kind(StrEnum):
    """What is wrong at a port."""

    UNKNOWN = "unknown"
    """a hardware address that is in no inventory"""
    MOVED = "moved"
    """a known terminal at another port or unit"""
    SEVERAL = "several"
    """two or more computers at a port for one"""
    ROUTER = "router"
    """a home router, with others behind it"""
    DUAL_HOMED = "dual-homed"
    """a terminal on two nets at once"""
    TUNNEL = "tunnel"
    """a terminal with a private VPN"""


class State(StrEnum):
    """How a finding stands."""

    OPEN = "open"
    """found by the newest scan for the first time, or again after it was gone"""
    STANDING = "standing"
    """found by more than one scan in a row"""
    GONE = "gone"
    """looked for where it was, and not there any more"""


class Confidence(StrEnum):
    """How sure it is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    HINT = "hint"


KIND_TITLES = {
    Kind.UNKNOWN: _("unknown hardware address"),
    Kind.MOVED: _("a known terminal at another place"),
    Kind.SEVERAL: _("several computers at a port for one"),
    Kind.ROUTER: _("a home router"),
    Kind.DUAL_HOMED: _("a terminal on two nets at once"),
    Kind.TUNNEL: _("a private VPN"),
}
STATE_TITLES = {
    State.OPEN: _("newly found"),
    State.STANDING: _("still there"),
    State.GONE: _("gone"),
}
CONFIDENCE_TITLES = {
    Confidence.CERTAIN: _("certain"),
    Confidence.LIKELY: _("likely"),
    Confidence.HINT: _("a hint"),
}


@dataclass(frozen=True)
class Evidence:
    """One thing that was seen."""

    table: Table
    device: str
    """whose table it is, or who observed it"""
    port: str
    message: str
    """a message id with `values`: what it shows"""
    values: Mapping[str, str] = field(default_factory=dict)
    mac: str = ""
    address: str = ""
    vlan: int | None = None
    line: str = ""
    """as the device wrote it"""
    first: datetime | None = None
    """since when, UTC; None where nobody knows"""
    last: datetime | None = None

    @property
    def words(self) -> str:
        """What it shows, in the language of the context."""
        return translate(self.message, **self.values)

    def document(self) -> dict[str, JSON]:
        """Return it for programs, its words in the language of the context."""
        said: dict[str, JSON] = {name: value for name, value in asdict(self).items() if name not in ("first", "last")}
        return said | {
            "table": self.table.value,
            "words": self.words,
            "first": _iso(self.first),
            "last": _iso(self.last),
        }


@dataclass(frozen=True)
class Suspicion:
    """What one scan concludes."""

    kind: Kind
    device: str
    port: str
    message: str
    """a message id with `values`: what was found"""
    remedy: str
    """a message id with `values`: what to do"""
    severity: Severity
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    """empty: of no unit"""
    mac: str = ""
    address: str = ""
    terminal: str = ""
    """the terminal of the inventory that it is about, by name; empty: none"""
    vlan: int | None = None
    contradicts: str = ""
    """what the inventory says instead, as its line"""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same finding in another scan: kind, device, port, whom it is about."""
        about = "" if self.kind is Kind.SEVERAL else self.mac or self.address
        return self.kind.value, self.device, self.port, about

    @property
    def title(self) -> str:
        """Its kind in words."""
        return translate(KIND_TITLES[self.kind])

    @property
    def words(self) -> str:
        """What was found, in the language of the context."""
        return translate(self.message, **self.values)

    @property
    def advice(self) -> str:
        """What to do, in the language of the context."""
        return translate(self.remedy, **self.values)


@dataclass(frozen=True)
class Finding(Suspicion):
    """A suspicion that is kept."""

    number: int = 0
    state: State = State.OPEN
    first_seen: datetime = datetime.min
    """UTC"""
    last_seen: datetime = datetime.min
    """UTC"""
    gone: datetime | None = None
    """since when it is not there any more, UTC"""

    @property
    def here(self) -> bool:
        """Whether it is still so, as far as anybody looked."""
        return self.state is not State.GONE

    def document(self) -> dict[str, JSON]:
        """Return it for programs, its words in the language of the context."""
        return {
            "number": self.number,
            "kind": self.kind.value,
            "state": self.state.value,
            "unit": self.unit,
            "device": self.device,
            "port": self.port,
            "vlan": self.vlan,
            "mac": self.mac,
            "address": self.address,
            "terminal": self.terminal,
            "severity": self.severity.value,
            "confidence": self.confidence.value,
            "title": self.title,
            "words": self.words,
            "advice": self.advice,
            "contradicts": self.contradicts,
            "first_seen": _iso(self.first_seen),
            "last_seen": _iso(self.last_seen),
            "gone": _iso(self.gone),
            "evidence": [one.document() for one in self.evidence],
        }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
