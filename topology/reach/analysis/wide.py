"""Which accepting rules let through more than the policy needs: compared with all that is allowed, anywhere. Pure.

A rule is too wide where packets that routes can bring to it, and that no line of the policy and no principle allows,
pass by it, and one of these holds: they get through to where they must not, as everything stands or after some
failure, and this filter is the last on their way; nothing that is needed passes by it; it bears the name of a line of
the policy and is wider than that. A rule that only passes on what another filter holds back, as `lan-out` of a CPE
does, is `held`: wide by design, listed apart.

Not judged: what links and the device itself need beside any policy (loopback, the routing protocols of
neighbours, the staging port until it is shut) and rules about answers. In a filter without state the answers to all
that is allowed are needed, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from inventory.deviceconfig import FilterRule
from inventory.model import County
from inventory.names import loopback, staging
from topology.reach.analysis.chain import LIST
from topology.reach.analysis.coming import Coming
from topology.reach.analysis.passing import NEIGHBOURS, Passing
from topology.reach.analysis.plane import NEW, STATES, Plane, View
from topology.reach.space import Set


@dataclass(frozen=True)
class Wide:
    """A rule that lets through more than is needed."""

    place: int
    ground: str
    """needless, named, open or held"""
    packets: Set
    """the packets too many"""


class Width:
    """What is needed, and what gets through where."""

    def __init__(self, plane: Plane, county: County, passing: Passing, coming: Coming) -> None:
        self._plane, self._space, self._county = plane, plane.space, county
        self._passing, self._coming = passing, coming
        self._policy = {rule.id for rule in county.rules}

    @cached_property
    def _answers(self) -> Set:
        return self._space.turned(self._passing.needed)

    def of(self, view: View, decides: list[Set]) -> Iterator[Wide]:
        """Yield the rules of a chain that are too wide or held; `decides`: the packets that each decides."""
        if view.chain.hook == "output":
            return
        keeps_state = any(rule.state == "established" for rule in view.chain.rules) and not view.chain.stateless
        needed = self._passing.needed if keeps_state else self._passing.needed | self._answers
        first = self._coming.at(view) & self._plane.number("t", STATES.index(NEW)) & ~self._plane.ipv6
        extra = first & ~needed
        here = through = None
        aside = self._aside(view)
        for place, rule in enumerate(view.chain.rules):
            if rule.action == "accept" and rule.state is None and not _is_principle(rule, aside):
                many = decides[place] & extra
                if many != self._plane.nothing:
                    if here is None:
                        here, through = self._needed_here(view, answers=not keeps_state), self._getting_through(view)
                    yield Wide(place, *self._ground(rule, decides[place] & here, many, many & through))

    def _ground(self, rule: FilterRule, needed: Set, extra: Set, through: Set) -> tuple[str, Set]:
        if through != self._plane.nothing:
            return "open", through
        if needed == self._plane.nothing:
            return "needless", extra
        return ("named", extra) if rule.name in self._policy else ("held", extra)

    def _getting_through(self, view: View) -> Set:
        """Return what comes in at the chain's device and goes from it straight to where it must not.

        Of all filters on its way the last is at fault; those before pass on what others decide.
        """
        device, found = view.chain.device, self._plane.nothing
        for source, beyond in self._passing.open.items():
            for (name, into), packets in self._passing.arrivals[source].met.items():
                if name == device and into in view.names:
                    found = found | (packets & beyond & self._plane.number("i", view.names.index(into)))
        return found if view.chain.hook == "input" else found & self._straight(view)

    def _straight(self, view: View) -> Set:
        """Return what leaves to where a place lies; of an access list also what is for the device itself."""
        ways = self._passing.ways(view.chain.device).items()
        last = [(n, packets) for n, packets in ways if n in view.names and self._passing.ends(view.chain.device, n)]
        if view.chain.hook == LIST:
            return self._coming.own(view.chain.device) | self._space.union(packets for _name, packets in last)
        return self._space.union(self._plane.number("o", view.names.index(name)) & packets for name, packets in last)

    def _needed_here(self, view: View, *, answers: bool) -> Set:
        """Return what is needed of what passes through a device, in and out by different interfaces; all for itself."""
        passing, number, device = self._passing, self._plane.number, view.chain.device
        if view.chain.hook == "input":
            return passing.needed | self._answers if answers else passing.needed
        ways = passing.ways(device)
        ports = {name: n for n, name in enumerate(view.names) if name}
        comes = {name: passing.coming(device, name) for name in ports}
        goes = {name: ways.get(name, self._plane.nothing) for name in ports}
        if view.chain.hook == LIST:
            here, others = view.chain.interface, [name for name in ports if name != view.chain.interface]
            back = self._space.union(comes[other] & goes[here] for other in others)
            return comes[here] | self._space.turned(back)
        found = self._plane.nothing
        for i, o in ((i, o) for i in ports for o in ports if i != o):
            packets = comes[i] & goes[o]
            packets = packets | self._space.turned(comes[o] & goes[i]) if answers else packets
            found = found | (packets & number("i", ports[i]) & number("o", ports[o]))
        return found

    def _aside(self, view: View) -> frozenset[str]:
        """Return the interfaces of a chain's device that no network is behind."""
        device = self._county.device_by_name[view.chain.device]
        return frozenset({loopback(device.platform), staging(device)})


def _is_principle(rule: FilterRule, aside: frozenset[str]) -> bool:
    return rule.protocol in NEIGHBOURS or (bool(rule.in_interfaces) and {*rule.in_interfaces} <= aside)
