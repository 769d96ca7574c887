"""What is a device's business: whose packets come by it, so that what it forges cannot be told from what it carries.

It may pass for everybody whose packets come by it or by its neighbours on the segments that it stands on (for a pair of
cores or firewalls: by either), for any address of a net that it stands on, and it may do what anybody on its segments
may. Of any engine: it asks nothing but arrivals, the policy and who is where. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Network

from countynet.vocabulary import DeviceRole
from inventory.model import County
from topology.reach.allowed import Allowed
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import V6
from topology.reach.joints import Port
from topology.reach.network import DEVICES
from topology.reach.space import Packet, Set

PAIRS = (DeviceRole.CORE, DeviceRole.FIREWALL)
"""roles whose devices stand in for each other"""


@dataclass(frozen=True)
class Whose:
    """Who a device may pass for."""

    here: frozenset[str]
    """the places on its segments"""
    passes: frozenset[str]
    """the places whose packets come by it, or by who is on its segments"""
    own: Set
    """the packets from its addresses, and from any of the nets that it stands on"""
    passing: Set
    """the packets from addresses of devices whose own packets come by it"""

    def besides(self, other: "Whose") -> "Whose":
        """Return it with whom it may pass for at another time; it stands where it stands now."""
        passes, own, passing = self.passes | other.passes, self.own | other.own, self.passing | other.passing
        return replace(self, passes=passes, own=own, passing=passing)


class Business:
    """The business of each device of one network; `arrivals`: where the packets of every place, and of devices, get."""

    def __init__(
        self,
        county: County,
        engine: Engine,
        allowed: Allowed,
        arrivals: Mapping[str, Arrivals],
        earlier: "Business | None" = None,
        whole: "Business | None" = None,
    ) -> None:
        """`earlier`: before an edit, in the same space; what it found of a source that fares as it did stands.

        `whole`: while nothing fails. What a device carries then it may pass for, too: who is cut off is no stranger.
        """
        self.engine, self.space, self.network = engine, engine.space, engine.network
        self.allowed, self.arrivals = allowed, arrivals
        self._earlier = earlier if earlier and earlier.allowed is allowed else None
        self._whole, self._known = whole, dict[str, Whose]()
        roles = {d.name: d.role for d in county.devices if d.name in self.network.configs}
        pairs = [{name for name, found in roles.items() if found is role} for role in PAIRS]
        self._transits = {transit.prefix for transit in county.plan.transits}
        self.instead = {name: pair for pair in pairs for name in pair}
        """by device: it and who stands in for it"""
        known = self._earlier
        alike = known is not None and known.arrivals.keys() == arrivals.keys()
        stand = known is not None and known.network.configs.keys() == self.network.configs.keys()
        self._asked: dict[str, Set] = known._asked if known and alike else {}
        self._linked: dict[frozenset[IPv4Network], Set] = known._linked if known else {}
        self._passed: dict[Set, Set] = known._passed if known and stand else {}

    def of(self, device: str) -> Whose:
        """Return who a device may pass for."""
        if device not in self._known:
            held, near = self.network.held.get(device, ()), self._near(device)
            found = Whose(
                here=frozenset(place for domain in held for place in domain.places),
                passes=frozenset(place for place, ports in self._ports.items() if not near.isdisjoint(ports)),
                own=self._own(device),
                passing=self._passing(near),
            )
            self._known[device] = found.besides(self._whole.of(device)) if self._whole else found
        return self._known[device]

    def may(self, whose: Whose, target: str) -> Iterator[Set]:
        """Yield what a device may get to a target, the likeliest first: what is judged elsewhere, what it carries."""
        allowed, nothing = self.allowed, self.space.nothing
        yield from (self.arrivals[place].at.get(target, nothing) for place in sorted(whose.here))
        yield from (allowed.between(place, target) for place in (*whose.here, *whose.passes) if place != target)
        said = allowed.between(DEVICES, target)
        yield said & whose.own
        if target != DEVICES:
            yield self._answers(target, whose.passes)
        yield said & whose.passing
        if target == DEVICES:
            yield self._answers(target, whose.passes) & self.space.turned(whose.own | whose.passing)

    def claimed(self, packet: Packet) -> str:
        """Return whose address a packet bears: a device, a place, or nobody's that we know (empty)."""
        for device, sent in self._each.items():
            if self.space.holds(sent, packet):
                return device
        return next((p for p in self.arrivals if self.space.holds(self.allowed.at(p), packet)), "")

    def _answers(self, target: str, passes: frozenset[str]) -> Set:
        """Return what looks like an answer to questions that come by a device: so may what it forges."""
        return self.looks(target) if target == DEVICES or target in passes else self.space.nothing

    def looks(self, target: str) -> Set:
        """Return what looks like an answer to what a place, or devices, may ask, or is believed there without."""
        space, allowed = self.space, self.allowed
        if target not in self._asked:
            asked = space.union(allowed.between(target, place) for place in self.arrivals if place != target)
            echo, no = space.protocol(self.network.family.echo) & space.echo, self._discovery
            looks = space.turned(asked & ~no) & (~space.protocol("tcp") | space.ack) & ~echo & ~no
            self._asked[target] = looks | allowed.principles.believed(target)
        return self._asked[target]

    @cached_property
    def _discovery(self) -> Set:
        """Neighbour discovery, which asks nothing across a router and is no answer (IPv4 has none)."""
        space = self.space
        return space.protocol("icmpv6") & space.discovery if self.network.family is V6 else space.nothing

    def _near(self, device: str) -> set[Port]:
        found: set[Port] = set()
        for name in self.instead.get(device, {device}):
            found |= {(r.device, r.interface.name) for d in self.network.held.get(name, ()) for r in d.routed}
            found.add((name, self.network.tunnel(name)))
        return found

    @cached_property
    def _ports(self) -> dict[str, frozenset[Port]]:
        """By place: the interfaces where its packets, with addresses of its own, come in."""
        return {place: self._comes(place, found) for place, found in self.arrivals.items() if place != DEVICES}

    def _comes(self, place: str, found: Arrivals) -> frozenset[Port]:
        if self._earlier and self._earlier.arrivals.get(place) is found:
            return self._earlier._ports[place]
        own, nothing = self.allowed.at(place), self.space.nothing
        return frozenset(port for port, packets in found.met.items() if packets & own != nothing)

    def _own(self, device: str) -> Set:
        domains = self.network.held.get(device, ())
        links = frozenset(a.network for d in domains for r in d.routed for a in r.interface.addresses)
        if links & self._transits:  # whichever address it bears, it speaks OSPF there anyway
            links |= self._transits
        if links not in self._linked:
            self._linked[links] = self.space.sources(links)
        return self.engine.sent_from(device) | self._linked[links]

    def _passing(self, near: set[Port]) -> Set:
        came = self.arrivals[DEVICES].met
        met = self.space.senders(self.space.union(came[port] for port in near if port in came))
        if met not in self._passed:
            self._passed[met] = self.space.union(
                sent for sent in self._each.values() if sent & met != self.space.nothing
            )
        return self._passed[met]

    @cached_property
    def _each(self) -> dict[str, Set]:
        return {device: self.engine.sent_from(device) for device in self.network.configs}
