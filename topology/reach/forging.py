"""What a device that is taken wholly gets at with forged sources, past what is its business. Pure.

Each device in turn sends any header from any address onto all that it stands on or switches (`pivot.forged`). No filter
behind it can tell apart what it forges from what it carries. So it may pass for everybody whose packets come by it or
by its neighbours on these segments (for a pair of cores or firewalls: by either), and for any address of a net that it
stands on; and it may do what anybody on its segments may. Whatever else arrives is a hole: a filter on the way (uRPF,
an access list) lets a source in from where its packets never come. It is a part of the verdict on the pair `devices >
target`.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from countynet.vocabulary import DeviceRole
from inventory.model import County
from topology.reach.arrivals import Arrivals
from topology.reach.findings import Finding, Verdict
from topology.reach.joints import Port
from topology.reach.network import DEVICES, FORGED
from topology.reach.space import Packet, Set
from topology.reach.walk import walk

if TYPE_CHECKING:
    from topology.reach.judge import Judge

PAIRS = (DeviceRole.CORE, DeviceRole.FIREWALL)
"""roles whose devices stand in for each other"""


class _Row(Protocol):
    @property
    def arrivals(self) -> Arrivals: ...


def forgeries(county: County, judge: "Judge", rows: Mapping[str, _Row]) -> Iterator[Finding]:
    """Yield what a taken device gets at beyond its business, a packet for each device and place.

    `rows`: where the packets of every place, and of the devices, arrive.
    """
    look = _Look(county, judge, rows)
    for device in judge.network.configs:
        yield from look.of(device)


class _Look:
    def __init__(self, county: County, judge: "Judge", rows: Mapping[str, _Row]) -> None:
        self.judge, self.rows, self.space, self.network = judge, rows, judge.space, judge.network
        roles = {d.name: d.role for d in county.devices if d.name in judge.network.configs}
        pairs = [{name for name, found in roles.items() if found is role} for role in PAIRS]
        self._asked: dict[str, Set] = {}
        self._transits = {transit.prefix for transit in county.plan.transits}
        self.instead = {name: pair for pair in pairs for name in pair}
        """by device: it and who stands in for it"""

    def of(self, device: str) -> Iterator[Finding]:
        """Yield what one device gets at."""
        judge, source = self.judge, FORGED + device
        found = judge.engine.run(source)
        arrived = {place: some for place, some in found.at.items() if place != DEVICES}
        arrived[DEVICES] = self.space.union(some for name, some in found.devices.items() if name != device)
        here = {place for domain in self.network.held.get(device, ()) for place in domain.places}
        passes = self._passes(device)
        for target in sorted(arrived.keys() - here):
            more = arrived[target]
            for allowed in self._may(device, target, here, passes):
                if (more := more & ~allowed) == self.space.nothing:
                    break
            else:
                yield self._finding(device, target, more)

    def _may(self, device: str, target: str, here: set[str], passes: set[str]) -> Iterator[Set]:
        """Yield what a device may get to a target: what is judged of the places that it is at, what it carries."""
        allowed, nothing = self.judge.allowed, self.space.nothing
        yield from (self.rows[place].arrivals.at.get(target, nothing) for place in here)
        yield from (allowed.between(place, target) for place in {*passes, *here} - {target})
        said, own = allowed.between(DEVICES, target), self._own(device)
        yield said & own
        if target != DEVICES:
            yield self._answers(target, passes)
        own = own | self._passing(device)
        yield said & own
        if target == DEVICES:
            yield self._answers(target, passes) & self.space.turned(own)

    def _answers(self, target: str, passes: set[str]) -> Set:
        """Return what looks like an answer to questions that come by a device: so may what it forges."""
        space, allowed = self.space, self.judge.allowed
        if target != DEVICES and target not in passes:
            return space.nothing
        if target not in self._asked:
            asked = space.union(allowed.between(target, place) for place in self.rows if place != target)
            echo = space.protocol(self.network.family.echo) & space.echo
            looks = space.turned(asked) & (~space.protocol("tcp") | space.ack) & ~echo
            self._asked[target] = looks | allowed.principles.believed(target)
        return self._asked[target]

    def _passes(self, device: str) -> set[str]:
        """Return the places whose packets come by a device or by who is on its segments."""
        near = self._near(device)
        return {place for place, ports in self._ports.items() if not near.isdisjoint(ports)}

    def _near(self, device: str) -> set[Port]:
        found: set[Port] = set()
        for name in self.instead.get(device, {device}):
            found |= {(r.device, r.interface.name) for d in self.network.held.get(name, ()) for r in d.routed}
            found.add((name, self.network.tunnel(name)))
        return found

    @cached_property
    def _ports(self) -> dict[str, set[Port]]:
        """By place: the interfaces where its packets, with addresses of its own, come in."""
        return {
            place: {
                port
                for port, packets in row.arrivals.met.items()
                if packets & self.judge.allowed.at(place) != self.space.nothing
            }
            for place, row in self.rows.items()
            if place != DEVICES
        }

    def _own(self, device: str) -> Set:
        """Return the packets from a device's addresses, and from any of the nets that it stands on."""
        links = {a.network for d in self.network.held.get(device, ()) for r in d.routed for a in r.interface.addresses}
        if links & self._transits:  # whichever address it bears, it speaks OSPF there anyway
            links |= self._transits
        return self.judge.engine.sent_from(device) | self.space.sources(links)

    def _passing(self, device: str) -> Set:
        """Return the packets from addresses of devices whose own packets come by a device."""
        met = self.space.union(self._sent[port] for port in self._near(device) if port in self._sent)
        return self.space.union(sent for sent in self._each.values() if sent & met != self.space.nothing)

    @cached_property
    def _each(self) -> dict[str, Set]:
        return {device: self.judge.engine.sent_from(device) for device in self.network.configs}

    @cached_property
    def _sent(self) -> dict[Port, Set]:
        """By interface: what devices send themselves that comes in there."""
        return dict(self.rows[DEVICES].arrivals.met)

    def _finding(self, device: str, target: str, packets: Set) -> Finding:
        space, engine = self.space, self.judge.engine
        wishes = [space.protocol("tcp"), self.judge.allowed.at(target, "d"), ~space.ack]
        packet = space.one(packets, wishes)
        path = walk(engine, FORGED + device, target, packet) if packet else ()
        return Finding(
            source=DEVICES, target=target, verdict=Verdict.OPEN, packet=str(packet), path=path,
            family=self.network.family.name, forger=device, claims=self._claimed(packet) if packet else "",
        )  # fmt: skip

    def _claimed(self, packet: Packet) -> str:
        """Return whose address a packet bears: a device, a place, or nobody's that we know (empty)."""
        for device, sent in self._each.items():
            if self.space.holds(sent, packet):
                return device
        return next((p for p in self.rows if self.space.holds(self.judge.allowed.at(p), packet)), "")
