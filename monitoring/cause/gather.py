"""Collects the evidence about one alarm: from the watch's memory, the devices' rows, the sensors and the traps.

What nobody has told is left out; a device that has no such sensor is no evidence against anything. What was seen of the
ports while it was silent is kept with the verdict, because once it is back they look well again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.model import County
from monitoring.capability.quantity import Condition, Quantity
from monitoring.capability.store import SensorRow, sensors
from monitoring.cause.evidence import Evidence, Kind, Level, PortSeen
from monitoring.detect.decide import BLIND
from monitoring.detect.signs import AGENT, CABLE, QUALITY, Measured, Port
from monitoring.detect.topology import Topology
from monitoring.receive.store import TrapRow, recent
from monitoring.series.seam import Gauge
from monitoring.state.store import DeviceRow
from topology.joints import OPERATOR

History = Callable[[Gauge, datetime], tuple[float | None, float | None]]
"""from a gauge and a moment: its level shortly before, and what is usual"""
BEFORE = timedelta(seconds=30)
"""so long before the alarm its failure may have begun: the longest run of misses that is needed, and some"""
TOGETHER = timedelta(seconds=20)
SLACK = timedelta(seconds=2)
"""how far two clocks that count the same seconds may be apart"""
_GASP, _OAM, _DYING = "gasp", "dot3Oam", "257"
_SHUT = 2


@dataclass(frozen=True)
class Witness:
    """What the watch remembers, at one moment."""

    ports: Mapping[tuple[str, str], Port] = field(default_factory=dict)
    measured: Mapping[str, Measured] = field(default_factory=dict)
    answering: Mapping[str, datetime] = field(default_factory=dict)
    """since when each device that answers does"""
    fell: Mapping[str, datetime] = field(default_factory=dict)
    """since when each silent device is"""


@dataclass(frozen=True)
class About:
    """The alarm that is judged."""

    node: str
    began: datetime
    """when it opened"""
    over: bool = False
    times: int = 1
    fell: datetime | None = None
    """when it fell silent, if that is known from an earlier look"""


def no_history(_gauge: Gauge, _before: datetime) -> tuple[float | None, float | None]:
    """Know nothing of the past."""
    return None, None


class Gather:
    """Collects for a county; one per look."""

    def __init__(
        self, session: Session, county: County, topology: Topology, witness: Witness, history: History = no_history
    ) -> None:
        self._session, self._county, self._topology = session, county, topology
        self._witness, self._history = witness, history

    def of(self, about: About) -> Evidence:
        """Return the evidence about an alarm."""
        node = about.node
        known = Evidence(self._kind(node), about.began, times=about.times)
        if node == BLIND:
            return known
        if node.startswith(CABLE):
            return self._cable(known, node.removeprefix(CABLE))
        about_device = node.removeprefix(AGENT).removeprefix(QUALITY)
        if node.startswith(QUALITY):
            return self._quality(known, about_device)
        if node.startswith(AGENT):
            return known
        return self._silent(known, about)

    def unit(self, unit: str, now: datetime) -> Evidence:
        """Return the evidence about a unit whose line works."""
        cpe, access = self._county.cpe_by_unit[unit].name, self._county.circuit_by_unit[unit].access
        return Evidence(Kind.UNIT, now, access=access, full=self._full(cpe), lan=tuple(self._lan(cpe)))

    def _kind(self, node: str) -> Kind:
        for prefix, kind in ((CABLE, Kind.CABLE), (AGENT, Kind.AGENT), (QUALITY, Kind.QUALITY)):
            if node.startswith(prefix):
                return kind
        if node in (BLIND, OPERATOR):
            return Kind.BLIND if node == BLIND else Kind.OPERATOR
        if node in self._topology.passive:
            return Kind.PLACE
        watched = self._topology.watched.get(node)
        return Kind.LINE if watched and watched.circuit else Kind.DEVICE

    def _silent(self, known: Evidence, about: About) -> Evidence:
        node = about.node
        members = self._members(node)
        fell = about.fell or min((self._witness.fell[m] for m in members if m in self._witness.fell), default=None)
        fell = fell or about.began - BEFORE
        ends = tuple(self._ends(node, members))
        returned = about.over or any(m in self._witness.answering for m in members)
        known = replace(
            known,
            began=fell,
            returned=returned,
            restarted=self._restarted(members, fell) if returned else None,
            passes=self._passed(node, fell),
            ends=ends,
            looked=bool(ends) and all(e.at is not None and e.at >= fell for e in ends),
            others_fell=self._others_fell(ends),
            count=len(members),
        )
        return self._said(self._line(known, node), members, fell)

    def _passed(self, node: str, fell: datetime) -> bool:
        """Tell whether something behind a node went on answering when the node fell silent."""
        behind = self._topology.behind.get(node, frozenset()) - {node}
        return any(self._witness.answering[n] <= fell for n in behind if n in self._witness.answering)

    def _members(self, node: str) -> list[str]:
        """Return the devices that an alarm is about: itself, or the lines of a place."""
        if node in self._topology.watched:
            return [node]
        return sorted(n for n in self._topology.behind.get(node, ()) if n in self._topology.watched)

    def _ends(self, node: str, members: Iterable[str]) -> Iterator[PortSeen]:
        """Yield the ports towards it at devices that answer."""
        if node == OPERATOR:
            for hub in self._county.devices_in(DeviceRole.VPN_HUB):
                yield from self._seen(hub.name, names.fiber(hub))
            return
        mine = set(members)
        for link in self._topology.links.values():
            for (near, port), (far, _port) in ((link.a, link.b), (link.b, link.a)):
                if far in mine and near not in mine and near in self._witness.answering:
                    yield from self._seen(near, port)

    def _seen(self, device: str, port: str) -> Iterator[PortSeen]:
        found = self._witness.ports.get((device, port))
        if found is not None:
            shut = found.admin == _SHUT
            yield PortSeen(device, port, found.up, shut, found.at, found.since, found.errors)

    def _others_fell(self, ends: tuple[PortSeen, ...]) -> int:
        """Count the other ports of the first end's device that lost carrier with it."""
        down = next((e for e in ends if not e.up and e.since is not None), None)
        if down is None or down.since is None:
            return 0
        mine = {(e.device, e.port) for e in ends}
        return sum(
            1
            for (device, name), port in self._witness.ports.items()
            if device == down.device
            and (device, name) not in mine
            and not port.up
            and port.since is not None
            and abs(port.since - down.since) <= TOGETHER
        )

    def _restarted(self, members: Iterable[str], fell: datetime) -> bool | None:
        """Tell whether what is back started anew while it was silent; None while no uptime was read since."""
        found = [self._one_restarted(name, fell) for name in members]
        known = [one for one in found if one is not None]
        return any(known) if known else None

    def _one_restarted(self, name: str, fell: datetime) -> bool | None:
        since, row = self._witness.answering.get(name), self._session.get(DeviceRow, name)
        if since is None or row is None or row.polled is None or row.uptime is None or row.polled < since:
            return None
        return row.polled - timedelta(seconds=row.uptime) > fell - SLACK

    def _line(self, known: Evidence, node: str) -> Evidence:
        """Add what is known of the line, or of the place's lines."""
        watched = self._topology.watched.get(node)
        if watched is None:
            access = Access.ADSL if OPERATOR in self._above(node) or node == OPERATOR else Access.FIBER
            return replace(known, access=access)
        if not watched.circuit:
            return replace(known, role=watched.role)
        circuit = self._county.circuit_by_unit[watched.unit]
        found = replace(known, access=circuit.access, others_up=self._others_up(node), full=self._full(node))
        return self._levels(found, node)

    def _above(self, node: str) -> set[str]:
        found: set[str] = set()
        ring = {node}
        while ring:
            ring = {p for n in ring for p in self._topology.parents(n) if n in self._topology.passive} - found
            found |= ring
        return found

    def _others_up(self, node: str) -> int:
        """Count the lines that answer and hang on the same building or switch, or on the operator's net."""
        parent = min(self._topology.parents(node), default="")
        behind = self._topology.behind.get(parent, frozenset())
        return sum(1 for n in behind if n != node and n in self._witness.answering and self._is_line(n))

    def _is_line(self, name: str) -> bool:
        watched = self._topology.watched.get(name)
        return watched is not None and bool(watched.circuit)

    def _full(self, node: str) -> float | None:
        cpe = self._county.device_by_name[node]
        circuit = self._county.circuit_by_unit[cpe.unit or ""]
        own = names.dsl(cpe) if circuit.access is Access.ADSL else names.fiber(cpe)
        port = self._witness.ports.get((node, own))
        if port is None:
            return None
        return max(port.bits_in / (circuit.down_kbps * 1000), port.bits_out / (circuit.up_kbps * 1000))

    def _levels(self, known: Evidence, node: str) -> Evidence:
        fell = known.began
        near = {(e.device, e.port) for e in known.ends}
        lights = [
            row
            for device in sorted({device for device, _port in near})
            for row in sensors(self._session, device, (Quantity.RX_POWER,))
            if (row.device, row.interface) in near
        ]
        margin, attenuation = (
            next((self._level(row, fell) for row in sensors(self._session, node, (quantity,))), None)
            for quantity in (Quantity.SNR_DOWN, Quantity.ATTENUATION_DOWN)
        )
        return replace(
            known,
            light=self._level(lights[0], fell) if lights else None,
            light_now=next((row.value for row in lights if row.seen >= fell and not known.returned), None),
            margin=margin,
            attenuation=attenuation,
        )

    def _level(self, row: SensorRow, fell: datetime) -> Level | None:
        """Return a level before the failure: the last reading if it is older, else what the past says."""
        before, usual = self._history(Gauge(row.device, row.quantity.value, row.name), fell)
        now = row.value if row.seen < fell else before
        return None if now is None else Level(now, usual)

    def _said(self, known: Evidence, members: Iterable[str], fell: datetime) -> Evidence:
        """Add what devices said of power: gasps, cold starts, supplies on their battery."""
        traps = [t for name in members for t in recent(self._session, 50, name, fell - BEFORE)]
        gasp = min((t.first for t in traps if _is_gasp(t)), default=None)
        started = max((t.last for t in traps if t.name == "coldStart"), default=None)
        places = {self._county.device_by_name[name].building for name in members}
        battery = min(
            (
                row.since
                for row in sensors(self._session, None, (Quantity.UPS_SOURCE,))
                if row.condition is Condition.DEGRADED and self._building(row.device) in places
            ),
            default=None,
        )
        return replace(known, gasp=gasp, started=started, battery=battery)

    def _building(self, device: str) -> str:
        found = self._county.device_by_name.get(device)
        return found.building if found else ""

    def _cable(self, known: Evidence, cable: str) -> Evidence:
        link = self._topology.links[cable]
        ends = (*self._seen(*link.a), *self._seen(*link.b))
        return replace(known, ends=ends, looked=bool(ends))

    def _quality(self, known: Evidence, node: str) -> Evidence:
        known = self._line(known, node)
        own = self._witness.measured.get(node)
        before = [self._witness.measured[n] for n in self._topology.before(node) if n in self._witness.measured]
        return replace(
            known,
            loss=own.loss if own else None,
            rtt=own.rtt if own else None,
            usual_rtt=own.usual if own else None,
            clean_before=bool(before) and all(m.loss <= 0.02 for m in before),
        )

    def _lan(self, cpe: str) -> Iterator[PortSeen]:
        """Yield a router's ports to the unit that something is cabled to; all of them when no cable says."""
        device = self._county.device_by_name[cpe]
        ports = names.lan_ports(device)
        ends = [end for cable in self._county.cables for end in (cable.a, cable.b)]
        cabled = {end.port for end in ends if end.node == cpe}
        for port in [p for p in ports if p in cabled] or ports:
            yield from self._seen(cpe, port)


def _is_gasp(trap: TrapRow) -> bool:
    """Tell whether a notification is a last gasp, by its name or by the event number of RFC 4878."""
    if _GASP in trap.name.lower():
        return True
    return trap.name.startswith(_OAM) and any(str(value) == _DYING for _name, value in trap.variables)
