"""What detection has to know of the county: who hangs on whom, seen from the management station.

Promises: pure. `behind[n]` holds n and every node whose every path from the station leads through n (n dominates
them): one answer from behind a node proves that the node passes traffic, even if its own management is dead. Nobody
can ask the operator's ADSL net, nor a place (`groups`); these are judged by the lines behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from countynet.vocabulary import DeviceRole
from inventory.model import County
from monitoring.detect import groups
from monitoring.detect.groups import Neighbours
from topology.joints import OPERATOR, has_operator
from topology.joints import neighbours as joined


@dataclass(frozen=True)
class Watched:
    """A device whose management address we ping."""

    device: str
    address: str
    role: DeviceRole
    unit: str = ""
    circuit: str = ""
    """the unit's line, for a CPE"""
    hold: int = 8
    """rounds to wait for its answer after what shadowed it came back"""


@dataclass(frozen=True)
class Link:
    """A cable between two devices and the port at each end, as (device, port)."""

    cable: str
    a: tuple[str, str]
    b: tuple[str, str]


@dataclass(frozen=True)
class Topology:
    """The county as detection sees it."""

    station: str
    watched: Mapping[str, Watched]
    passive: frozenset[str]
    """what nobody can ask: the operator's net, and places"""
    neighbours: Mapping[str, frozenset[str]]
    behind: Mapping[str, frozenset[str]]
    links: Mapping[str, Link] = field(default_factory=dict)
    """the cables between devices"""

    def hold(self, node: str) -> int:
        """Return how many rounds a node gets to answer after a shadow or our blindness went."""
        holds = [self.watched[n].hold for n in self.behind.get(node, ()) if n in self.watched]
        watched = self.watched.get(node)
        return watched.hold if watched else max(holds, default=TUNNEL_HOLD)

    def parents(self, node: str) -> frozenset[str]:
        """Return the neighbours that do not stand behind a node: its ways to the station."""
        return self.neighbours.get(node, frozenset()) - self.behind.get(node, frozenset())

    def before(self, node: str) -> frozenset[str]:
        """Return the nearest devices on a node's ways to the station, past what nobody can ask."""
        ring, found, passed = self.parents(node), set[str](), {node}
        while ring:
            passed |= ring
            found |= ring & self.watched.keys()
            ring = frozenset(p for n in ring & self.passive for p in self.parents(n)) - passed
        return frozenset(found)


FIBER_HOLD = 8
TUNNEL_HOLD = 30
"""a tunnel needs its peer's retries before it stands again"""


def topology(county: County) -> Topology:
    """Return the county's devices, the station, the operator's net and places as detection sees them."""
    station = county.station.name
    nodes = {d.name for d in county.devices} | {station} | ({OPERATOR} if has_operator(county) else set())
    whole = joined(county)
    part = {node: whole.get(node, set()) & nodes for node in nodes}
    watched = {d.name: _watched(county, d.name, part) for d in county.devices}
    places = groups.insert(part, county)
    reachable = _reached(part, station)
    return Topology(
        station=station,
        watched=watched,
        passive=frozenset(places) | (frozenset((OPERATOR,)) & part.keys()),
        neighbours={n: frozenset(part[n]) for n in part},
        behind={node: _behind(part, node, station, reachable) for node in part if node != station},
        links=_links(county),
    )


def _behind(part: Neighbours, node: str, station: str, reachable: frozenset[str]) -> frozenset[str]:
    """Return the node and what cannot be reached without it, though it can with it (`reachable`)."""
    return reachable - _reached(part, station, node) if node in reachable else frozenset((node,))


def _reached(part: Neighbours, station: str, without: str = "") -> frozenset[str]:
    """Return what can be reached from the station, not through one node."""
    found, ring = {station}, [station]
    while ring:
        ring = [n for n in set[str]().union(*(part[node] for node in ring)) if n not in found and n != without]
        found.update(ring)
    return frozenset(found)


def _links(county: County) -> dict[str, Link]:
    devices = county.device_by_name
    return {
        cable.id: Link(cable.id, (cable.a.node, cable.a.port), (cable.b.node, cable.b.port))
        for cable in county.cables
        if cable.a.node in devices and cable.b.node in devices
    }


def _watched(county: County, name: str, part: Neighbours) -> Watched:
    device = county.device_by_name[name]
    circuit = county.circuit_by_unit.get(device.unit) if device.unit else None
    return Watched(
        device=name,
        address=str(device.management),
        role=device.role,
        unit=device.unit or "",
        circuit=circuit.id if circuit else "",
        hold=TUNNEL_HOLD if OPERATOR in part[name] else FIBER_HOLD,
    )
