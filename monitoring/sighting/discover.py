"""What the evidence says of the county's cabling, as a document and as tables for people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from countynet.i18n import _, translate
from inventory.model import County
from monitoring.sighting.store import StrangerRow, evidence, known_strangers
from topology.discovery.compare import (
    STATE_TITLES,
    CableFinding,
    CableState,
    Comparison,
    EndEvidence,
    Extra,
    UnknownNeighbour,
    compare,
)
from topology.discovery.evidence import Evidence
from topology.discovery.strangers import KIND_TITLES, Stranger, strangers


@dataclass(frozen=True)
class Discovery:
    """The cabling and who is on it, now."""

    comparison: Comparison
    strangers: tuple[Stranger, ...]
    asked: int
    """how many devices said what is around them within the last rounds"""
    told: dict[tuple[str, str, str], datetime]
    """strangers: since when"""

    @property
    def good(self) -> bool:
        """Whether nothing differs and nobody is unknown."""
        found = self.comparison
        bad = found.count(CableState.DIFFERENT) + found.count(CableState.MISSING)
        return not (bad or found.extra or found.unknown or self.strangers)

    def document(self) -> dict[str, JSON]:
        """Return it as one JSON document."""
        found = self.comparison
        return {
            "devices": self.asked,
            "cables": {state.value: found.count(state) for state in CableState},
            "findings": [_cable(f) for f in found.cables if f.state is not CableState.CONFIRMED],
            "extra": [{"a": str(e.a), "b": str(e.b)} for e in found.extra],
            "unknown": [_neighbour(u) for u in found.unknown],
            "strangers": [self._stranger(s) for s in self.strangers],
        }

    def since(self, stranger: Stranger) -> datetime | None:
        """Return since when a stranger is known."""
        return self.told.get((stranger.mac, stranger.device, stranger.port))

    def _stranger(self, stranger: Stranger) -> dict[str, JSON]:
        since = self.since(stranger)
        return {
            "mac": stranger.mac,
            "device": stranger.device,
            "port": stranger.port,
            "kind": stranger.kind.value,
            "address": stranger.address,
            "instead_of": stranger.instead_of,
            "since": since.isoformat() if since else "",
        }


def discover(session: Session, county: County, now: datetime) -> Discovery:
    """Return what is cabled differently, what is missing, what is unknown. A fixed number of queries."""
    said: Evidence = evidence(session, now)
    told = {(row.mac, row.device, row.port): row.first for row in _rows(session)}
    asked = sum(1 for device in said.devices.values() if device.asked)
    return Discovery(compare(county, said), strangers(county, said), asked, told)


def _rows(session: Session) -> list[StrangerRow]:
    return list(known_strangers(session))


def _cable(finding: CableFinding) -> dict[str, JSON]:
    return {
        "cable": finding.cable,
        "state": finding.state.value,
        "a": _end(finding.a),
        "b": _end(finding.b),
        "says": translate(STATE_TITLES[finding.state]),
    }


def _end(at: EndEvidence) -> dict[str, JSON]:
    heard: list[JSON] = [str(end) for end in at.heard]
    strangers_: list[JSON] = list(at.strangers)
    return {"end": str(at.end), "sees": heard, "unknown": strangers_, "up": at.up, "asked": at.asked}


def _neighbour(found: UnknownNeighbour) -> dict[str, JSON]:
    addresses: list[JSON] = list(found.addresses)
    return {
        "device": found.device,
        "port": found.port,
        "called": found.called,
        "chassis": found.chassis,
        "their_port": found.their_port,
        "addresses": addresses,
    }


def seen(at: EndEvidence) -> str:
    """Return what is seen at one end, for people."""
    if at.heard or at.strangers:
        return ", ".join([*(str(end) for end in at.heard), *at.strangers])
    if at.up is False:
        return translate(_("the port is down"))
    return translate(_("nobody")) if at.asked else translate(_("not asked"))


def extra(found: Extra) -> tuple[str, str]:
    """Return the ends of a link that nobody intended."""
    return str(found.a), str(found.b)


def kind(stranger: Stranger) -> str:
    """Return why somebody is a stranger, for people."""
    return translate(KIND_TITLES[stranger.kind])
