"""A terminal that sits on two nets at once: what is exposed through it, both ways, and which guard still stands. Pure.

Between its nets everything passes by the terminal itself: no device of ours is on that way. So whoever is on one of the
nets may send into the others as if he sat there, with the terminal's address or with his own. What gets anywhere that
his own net may not get to is exposed, with a packet and its way; what does not is held back by a guard: the device and
the rule where a packet of his ends. A guard counts for both: the one who hides behind the terminal's address, and the
one who keeps his own, which a filter of forged sources sees.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.model import County
from topology.reach.allowed import INTERNET
from topology.reach.arrivals import Arrivals
from topology.reach.judge import Judge, Prover, Row
from topology.reach.network import DEVICES
from topology.reach.space import Packet, Set
from topology.reach.walk import Step, walk


class Exposed(Frozen):
    """What somebody on one net of the terminal gets at through another of its nets."""

    source: str
    """the net that he is on"""
    through: str
    """the net that the terminal sends into for him"""
    target: str
    packet: str
    path: tuple[Step, ...] = ()
    rules: tuple[str, ...] = ()
    """the rules of the policy that let the terminal's own net in there"""
    beyond: bool = False
    """the terminal's own net may not get there either: a hole without any bridge, too"""


class Guard(Frozen):
    """What ends packets that are sent through the terminal."""

    through: str
    targets: tuple[str, ...]
    stranger: bool
    """whether they keep the address of the net that they come from, rather than the terminal's"""
    packet: str
    """to the first of the targets"""
    path: tuple[Step, ...] = ()
    """to the device and the rule that ends it"""


class Bridged(Frozen):
    """What a terminal on two nets is to the county."""

    unit: str
    nets: tuple[str, ...]
    exposed: tuple[Exposed, ...]
    guards: tuple[Guard, ...]
    comes: tuple[str, ...]
    """places that may send to one of the unit nets at all, so that what they send can leave by the terminal"""
    lines: tuple[str, ...]
    """what nobody understood of the devices that such packets meet, as `device: line`"""

    @property
    def good(self) -> bool:
        """Whether nothing is exposed but what the policy gives to the terminal's own nets, and that is sure."""
        return not (self.lines or self.comes or any(one.beyond for one in self.exposed))


def nets(county: County, units: Sequence[str]) -> tuple[str, ...]:
    """Return the nets of a terminal that sits in these units' LANs and on the Internet. Raises BadInput for no unit."""
    unknown = [unit for unit in units if unit not in county.unit_by_id]
    if unknown:
        raise BadInput([Problem(_("there is no unit {id}"), {"id": unit}, where="--bridged") for unit in unknown])
    return (*dict.fromkeys(f"unit:{unit}" for unit in units), INTERNET)


def bridged(county: County, judge: Judge, rows: Mapping[str, Row], units: Sequence[str]) -> Bridged:
    """Return what a terminal in the LANs of these units and on the Internet exposes. Raises BadInput as `nets`."""
    look = _Look(county, judge, rows, nets(county, units))
    return Bridged(
        unit=units[0],
        nets=look.nets,
        exposed=tuple(look.exposed()),
        guards=tuple(look.guards()),
        comes=tuple(look.comes()),
        lines=tuple(look.lines()),
    )


def bridged_by_both(county: County, prover: Prover, units: Sequence[str]) -> Bridged:
    """Return what such a terminal exposes to packets of both families. Raises BadInput as `nets`.

    What ends packets of IPv6 is not told apart: the policy gives nobody anything to guard there.
    """
    found = [bridged(county, judge, judge.rows(), units) for judge in (prover.judge(), *_sixth(prover))]
    return found[0].model_copy(
        update={
            "exposed": tuple(one for each in found for one in each.exposed),
            "comes": tuple(dict.fromkeys(place for each in found for place in each.comes)),
            "lines": tuple(dict.fromkeys(line for each in found for line in each.lines)),
        }
    )


def _sixth(prover: Prover) -> Iterator[Judge]:
    yield from (prover.six.judge(),) if prover.six else ()


class _Look:
    def __init__(self, county: County, judge: Judge, rows: Mapping[str, Row], found: tuple[str, ...]) -> None:
        self.county, self.judge, self.rows, self.nets, self.space = county, judge, rows, found, judge.space
        self.targets = tuple(place for place in judge.places if place not in found)

    def arrivals(self, net: str) -> Arrivals:
        return self.rows[net].arrivals

    def arrived(self, net: str, target: str) -> Set:
        return self.arrivals(net).at.get(target, self.space.nothing)

    def ways(self) -> Iterator[tuple[str, str]]:
        """Yield each net with each other one that the terminal may send into for it; into the Internet is no gain."""
        yield from ((one, other) for one in self.nets for other in self.nets if one != other != INTERNET)

    def exposed(self) -> Iterator[Exposed]:
        for source, through in self.ways():
            for target in self.targets:
                own = self.space.anywhere(self.judge.allowed.between(source, target), "s")
                if (more := self.arrived(through, target) & ~own) != self.space.nothing:
                    yield self._exposed(source, through, target, more)

    def _exposed(self, source: str, through: str, target: str, packets: Set) -> Exposed:
        allowed, at = self.judge.allowed, self.judge.allowed.at
        beyond = packets & ~allowed.between(through, target)
        shown = beyond if beyond != self.space.nothing else packets
        packet = self.space.one(shown, [at(through), at(target, "d"), self.space.protocol("tcp"), ~self.space.ack])
        return Exposed(
            source=source,
            through=through,
            target=target,
            packet=str(packet),
            path=walk(self.judge.engine, through, target, packet) if packet else (),
            rules=tuple(
                rule.id for rule, some in allowed.rules(through, target) if some & packets != self.space.nothing
            ),
            beyond=beyond != self.space.nothing,
        )

    def guards(self) -> Iterator[Guard]:
        for through in (net for net in self.nets if net != INTERNET):
            yield from self._guards(through, through)
            for source in (net for net in self.nets if net != through):
                yield from self._guards(source, through)

    def _guards(self, source: str, through: str) -> Iterator[Guard]:
        """Yield what ends the packets with an address of a net that are sent through another, or through itself."""
        found: dict[tuple[str, str, str], list[tuple[str, Packet, tuple[Step, ...]]]] = {}
        for target in self.targets:
            packet = self._tried(source, through, target)
            path = walk(self.judge.engine, through, target, packet) if packet else ()
            if packet and path and path[-1].action == "drop":
                end = path[-1]
                found.setdefault((end.device, end.hook, end.rule), []).append((target, packet, path))
        for held in found.values():
            (_target, packet, path), targets = held[0], tuple(target for target, _packet, _path in held)
            yield Guard(through=through, targets=targets, stranger=source != through, packet=str(packet), path=path)

    def _tried(self, source: str, through: str, target: str) -> Packet | None:
        """Return a packet from an address of a place that does not arrive at a target: a guard holds it back."""
        space = self.space
        if not self.judge.owes:
            return None
        to = self.judge.standing["d"] if target == DEVICES else self.judge.allowed.at(target, "d") & self.judge.owed
        held = to & space.sources([IPv4Network(self._address(source))]) & ~self.arrived(through, target)
        return space.one(held, [space.protocol("tcp") & space.to_ports((22,)), ~space.ack])

    def _address(self, place: str) -> IPv4Address:
        """Return the address of somebody at a place."""
        if place.startswith("unit:"):
            unit = self.county.unit_by_id[place.removeprefix("unit:")]
            return unit.terminals[0].address if unit.terminals else unit.lan.network_address + 10
        some = self.space.one(self.judge.allowed.at(place) & self.space.turned(self.judge.owed))
        here = [host.address.ip for host in self.county.hosts if f"zone:{host.zone.value}" == place]
        return here[0] if here or some is None else some.source

    def comes(self) -> Iterator[str]:
        inside = [net for net in self.nets if net != INTERNET]
        for place in (*self.targets, INTERNET):
            if place != DEVICES and any(self.arrived(place, net) != self.space.nothing for net in inside):
                yield place

    def lines(self) -> Iterator[str]:
        met = {device for net in self.nets for device in self.judge.met(self.arrivals(net))}
        yield from (f"{device}: {line}" for device in sorted(met) for line in self.judge.unparsed[device])
