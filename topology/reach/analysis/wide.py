"""Which accepting rules let through more than the policy needs: compared with all that is allowed, anywhere. Pure.

A rule is too wide where packets that can really arrive at it (with every filter in front of it as it is), that no line
of the policy and no principle allows, pass by it, and one of these holds: nothing that is needed passes by it; it bears
the name of a line of the policy and is wider than that; or the packets get through to where they must not. A rule that
only passes on what another filter holds back, as `lan-out` of a CPE does, is `held`: wide by design, listed apart.

Not judged: what links and the device itself need beside any policy (`PRINCIPLES`: loopback, the routing protocols of
neighbours, the staging port until it is shut) and rules about answers. In a filter without state the answers to all
that is allowed are needed, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from inventory.deviceconfig import FilterRule
from inventory.model import County
from inventory.names import loopback, staging
from topology.reach.allowed import Allowed
from topology.reach.analysis.chain import LIST
from topology.reach.analysis.coming import Coming
from topology.reach.analysis.plane import NEW, STATES, Plane, View
from topology.reach.engine import LINK_LOCAL_MULTICAST, Arrivals, Engine
from topology.reach.network import DEVICES, Network
from topology.reach.space import Set

NEIGHBOURS = ("ospf", "vrrp")


@dataclass(frozen=True)
class Wide:
    """A rule that lets through more than is needed."""

    place: int
    ground: str
    """needless, named, open or held"""
    packets: Set
    """the packets too many"""


class Width:
    """What is needed, and what arrives where."""

    def __init__(self, plane: Plane, county: County, network: Network, coming: Coming) -> None:
        self._plane, self._space, self._county, self._network = plane, plane.space, county, network
        self._coming = coming
        self._policy = {rule.id for rule in county.policy}
        self._allowed = Allowed(county, network, plane.space)
        self.come = cache(self._come)

    @cached_property
    def _arrivals(self) -> dict[str, Arrivals]:
        engine = Engine(self._network, self._space)
        return {place: engine.run(place) for place in self._network.places}

    @cached_property
    def needed(self) -> Set:
        """The first packets that may go from anywhere to anywhere."""
        places = (*self._network.places, DEVICES)
        return self._space.union(self._allowed.between(s, t) for s in places for t in places if s != t)

    @cached_property
    def _answers(self) -> Set:
        return self._space.turned(self.needed)

    @cached_property
    def _open(self) -> dict[str, Set]:
        """By source what arrives anywhere beyond the policy; sources of which nothing does are left out."""
        found = {}
        for source, arrivals in self._arrivals.items():
            beyond = self._space.union(p & ~self._allowed.between(source, t) for t, p in arrivals.at.items())
            if beyond != self._space.nothing:
                found[source] = beyond
        return found

    def _come(self, device: str, into: str) -> Set:
        """Return what comes in by an interface; all that routes bring where destinations are translated."""
        if any(
            rule.kind == "destination" and rule.interface in ("", into) for rule in self._network.configs[device].nat
        ):
            return self._coming.enters(device, into)
        met = (a.met.get((device, into), self._space.nothing) for a in self._arrivals.values())
        return self._space.union(met)

    def of(self, view: View, decides: list[Set]) -> Iterator[Wide]:
        """Yield the rules of a chain that are too wide or held; `decides`: the packets that each decides."""
        if view.chain.hook == "output":
            return
        keeps_state = any(rule.state == "established" for rule in view.chain.rules) and not view.chain.stateless
        needed = self.needed if keeps_state else self.needed | self._answers
        first = view.universe & self._arriving(view) & self._plane.number("t", STATES.index(NEW)) & ~self._plane.ipv6
        for place, rule in enumerate(view.chain.rules):
            if rule.action == "accept" and rule.state is None and not self._is_principle(rule, view):
                extra = decides[place] & first & ~needed
                if extra != self._plane.nothing:
                    yield Wide(place, *self._ground(view, rule, decides[place] & needed, extra))

    def _ground(self, view: View, rule: FilterRule, needed: Set, extra: Set) -> tuple[str, Set]:
        through = extra & self._getting_through(view)
        if through != self._plane.nothing:
            return "open", through
        if needed == self._plane.nothing:
            return "needless", extra
        return ("named", extra) if rule.name in self._policy else ("held", extra)

    def _getting_through(self, view: View) -> Set:
        device, found = view.chain.device, self._plane.nothing
        for source, beyond in self._open.items():
            for (name, into), packets in self._arrivals[source].met.items():
                if name == device and into in view.names:
                    found = found | (packets & beyond & self._plane.number("i", view.names.index(into)))
        return found

    def _arriving(self, view: View) -> Set:
        """Return what arrives at a chain."""
        device, names = view.chain.device, view.names
        into = [view.chain.interface] if view.chain.hook == LIST else names[1:]
        comes = self._space.union(
            self._plane.number("i", names.index(i)) & self.come(device, i) for i in into if i in names
        )
        own = self._coming.own(device) | self._space.prefix("d", LINK_LOCAL_MULTICAST)
        return comes & (own if view.chain.hook == "input" else self._coming.at(view))

    def _is_principle(self, rule: FilterRule, view: View) -> bool:
        device = self._county.device_by_name[view.chain.device]
        aside = {loopback(device.platform), staging(device)}
        return rule.protocol in NEIGHBOURS or (bool(rule.in_interfaces) and {*rule.in_interfaces} <= aside)
