"""Each cable of the inventory against what its ends say: confirmed, different, missing, or nothing known. Pure.

One end that hears somebody else is a difference, whatever the other end says; one end that hears the right port
confirms. Silence counts only where it is meaningful: both ends answer and speak LLDP, or a port is down. What does not
speak LLDP (a terminal, a host) is found by its hardware address, if the inventory has it. Links that nobody intended
and neighbours whom nobody knows are told apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from countynet.i18n import _
from inventory import names
from inventory.model import Cable, County, Endpoint
from topology.discovery.evidence import Device, Evidence, Heard
from topology.discovery.identity import End, Identities, canonical


class CableState(StrEnum):
    """What the evidence says of a cable."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    MISSING = "missing"
    UNKNOWN = "unknown"


STATE_TITLES = {
    CableState.CONFIRMED: _("as the inventory says"),
    CableState.DIFFERENT: _("cabled differently"),
    CableState.MISSING: _("not there"),
    CableState.UNKNOWN: _("nothing known"),
}


@dataclass(frozen=True)
class EndEvidence:
    """What is seen at one end of a cable."""

    end: End
    """the port that the inventory names"""
    heard: tuple[End, ...] = ()
    """whom it hears or sees there"""
    strangers: tuple[str, ...] = ()
    """neighbours of no inventory, as they call themselves"""
    up: bool | None = None
    asked: bool = False
    """whether the device answers and has an LLDP table"""


@dataclass(frozen=True)
class CableFinding:
    """One cable, what it is to join, and what is seen at each end."""

    cable: str
    state: CableState
    a: EndEvidence
    b: EndEvidence


@dataclass(frozen=True)
class Extra:
    """A link between two devices of the inventory that it does not have."""

    a: End
    b: End


@dataclass(frozen=True)
class UnknownNeighbour:
    """Somebody of no inventory who speaks LLDP on a port."""

    device: str
    port: str
    called: str
    chassis: str
    their_port: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everything that cabling and inventory say of each other."""

    cables: tuple[CableFinding, ...]
    extra: tuple[Extra, ...]
    unknown: tuple[UnknownNeighbour, ...]

    def count(self, state: CableState) -> int:
        """Return how many cables are in a state."""
        return sum(1 for finding in self.cables if finding.state is state)


def compare(county: County, evidence: Evidence) -> Comparison:
    """Return what is cabled as intended, differently, not at all, and what else is there."""
    who = Identities(county, evidence)
    around = _around(county, evidence, who)
    findings = tuple(_judge(county, evidence, cable, around) for cable in county.cables)
    return Comparison(findings, _extras(county, evidence, around, findings), _unknown(county, evidence, who))


@dataclass(frozen=True)
class _Around:
    """What each port sees: port (device, canonical name) to whom."""

    heard: Mapping[tuple[str, str], tuple[End, ...]]
    strangers: Mapping[tuple[str, str], tuple[str, ...]]
    up: Mapping[tuple[str, str], bool]


def _around(county: County, evidence: Evidence, who: Identities) -> _Around:
    heard: dict[tuple[str, str], dict[End, None]] = {}
    strangers: dict[tuple[str, str], dict[str, None]] = {}
    for device in evidence.devices.values():
        for neighbour in device.heard:
            place = device.name, canonical(neighbour.port)
            end = who.of(neighbour)
            if end is None:
                strangers.setdefault(place, {})[called(neighbour)] = None
            elif end.node != device.name:
                heard.setdefault(place, {})[end] = None
    for place, end in _leaves(county, evidence):
        heard.setdefault(place, {})[end] = None
    up = {(d.name, canonical(p.name)): p.up for d in evidence.devices.values() for p in d.ports if p.up is not None}
    return _Around(
        {place: tuple(ends) for place, ends in heard.items()},
        {place: tuple(said) for place, said in strangers.items()},
        up,
    )


def called(neighbour: Heard) -> str:
    """Return what somebody unknown is called: by its own name, else by its chassis."""
    return neighbour.name or neighbour.chassis


def _leaves(county: County, evidence: Evidence) -> Iterable[tuple[tuple[str, str], End]]:
    """Yield where terminals' hardware addresses are seen; a LAN's interface stands for its ports.

    A switch between sees every terminal behind it too, so only ports count to which no device is cabled.
    """
    owner = {t.mac: t.name for unit in county.units for t in unit.terminals if t.mac}
    inner, between = _device_ports(county), _between(county)
    for device in evidence.devices.values():
        for sighting in device.seen:
            node = owner.get(sighting.mac)
            if node is not None:
                for port in _ports_of(county, device.name, sighting.port, between.get((device.name, node), ())):
                    if (device.name, canonical(port)) not in inner:
                        yield (device.name, canonical(port)), End(node, names.HOST)


def _device_ports(county: County) -> set[tuple[str, str]]:
    """Return the ports from which a cable goes to another device."""
    known = county.device_by_name
    both = [(c.a, c.b) for c in county.cables if c.a.node in known and c.b.node in known]
    return {(end.node, canonical(end.port)) for pair in both for end in pair}


def _between(county: County) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return a node's own ports by itself and the node at the other end."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for cable in county.cables:
        for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
            found[here.node, there.node] = (*found.get((here.node, there.node), ()), here.port)
    return found


def _ports_of(county: County, device: str, port: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ports that a sighting may be at: the LAN's routed interface stands for the terminal's own ports."""
    known = county.device_by_name.get(device)
    if known is None or canonical(port) in {canonical(p) for p in known.ports}:
        return (port,)
    return own or (port,)


def _judge(county: County, evidence: Evidence, cable: Cable, around: _Around) -> CableFinding:
    a, b = (_at(evidence, end, around) for end in (cable.a, cable.b))
    says = {_says(a, cable.b), _says(b, cable.a)}
    if False in says:
        state = CableState.DIFFERENT
    elif True in says:
        state = CableState.CONFIRMED
    elif False in (a.up, b.up) or (a.asked and b.asked):
        state = CableState.MISSING
    else:
        state = CableState.UNKNOWN
    return CableFinding(cable.id, state, a, b)


def _at(evidence: Evidence, end: Endpoint, around: _Around) -> EndEvidence:
    place = end.node, canonical(end.port)
    device: Device | None = evidence.devices.get(end.node)
    return EndEvidence(
        End(end.node, end.port),
        around.heard.get(place, ()),
        around.strangers.get(place, ()),
        around.up.get(place),
        device is not None and device.asked and device.lldp,
    )


def _says(at: EndEvidence, other: Endpoint) -> bool | None:
    """Return whether an end sees who belongs at the other; None when it sees nobody."""
    if not at.heard:
        return False if at.strangers else None
    return any(end.node == other.node and same_port(end.port, other.port) for end in at.heard)


def same_port(said: str, intended: str) -> bool:
    """Whether two names are one port; a port that is not said is no contradiction."""
    return not said or canonical(said) == canonical(intended)


def _extras(county: County, evidence: Evidence, around: _Around, findings: Iterable[CableFinding]) -> tuple[Extra, ...]:
    """Return links between known devices at ports that no cable of the inventory has."""
    cabled = {(f.a.end.node, canonical(f.a.end.port)) for f in findings}
    cabled |= {(f.b.end.node, canonical(f.b.end.port)) for f in findings}
    found: dict[frozenset[tuple[str, str]], Extra] = {}
    for device in evidence.devices.values():
        staging = canonical(names.staging(known)) if (known := county.device_by_name.get(device.name)) else ""
        for port in device.ports:
            place = device.name, canonical(port.name)
            if place in cabled or place[1] == staging:
                continue
            for end in around.heard.get(place, ()):
                ends = frozenset((place, (end.node, canonical(end.port))))
                found.setdefault(ends, Extra(End(device.name, port.name), end))
    return tuple(found.values())


def _unknown(county: County, evidence: Evidence, who: Identities) -> tuple[UnknownNeighbour, ...]:
    return tuple(
        UnknownNeighbour(d.name, h.port, called(h), h.chassis, h.port_id or h.port_description, h.addresses)
        for d in evidence.devices.values()
        for h in d.heard
        if who.of(h) is None
    )
