"""Lets every packet loose at a place and says where it arrives, on the grid; written for itself, after the same rules.

A device first translates destinations, then keeps what is its own (and its link's multicast) if its input filter lets
it in, then draws into a tunnel what its peers' selectors name, and routes the rest by the longest prefix; its forward
filter judges between the two interfaces; sources are translated last, and what arrives somewhere is noted as it was
before that. All ways of equal cost are taken, and all members of a VRRP group.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, reduce
from ipaddress import IPv4Address
from itertools import accumulate
from operator import or_

import numpy as np

from inventory.deviceconfig import NatRule
from topology.reach.arrivals import Arrivals
from topology.reach.family import host, is_six
from topology.reach.grid import routes
from topology.reach.grid.axis import Mask
from topology.reach.grid.filters import Compiled, service_translated
from topology.reach.grid.named import SPECIAL, by_length, hiding, links, own, routers
from topology.reach.grid.space import Cells, Grid
from topology.reach.grid.steps import Step, steps
from topology.reach.instances import owner
from topology.reach.network import DEVICES, OPERATOR, Domain, Network, Routed, forger
from topology.reach.proxies import answers_for_others
from topology.reach.routes import Hop, either
from topology.reach.steady import lent, masters
from topology.reach.wires import doubts as wires_doubts
from topology.reach.wires import far_ends

Port = tuple[str, str]


class GridEngine:
    """The grid's engine for one network."""

    def __init__(self, network: Network, space: Grid, *, answers: bool = False) -> None:
        """`space`: a grid cut for `network`. `answers`: let loose answers, which filters with state let pass."""
        self.network, self.space, self.answers = network, space, answers
        self.earlier: None = None
        self.steady = False
        self.edited = frozenset(network.configs)
        found = routes.Routes(network)
        self.tables, self.doubts = either(network, found.wide), wires_doubts(network) | found.doubts
        self.special = SPECIAL[network.family.name]
        self.never = space.targets(self.special.nowhere) | space.sources(self.special.unseen)
        self.unseen = space.sources(self.special.unseen)
        self.none = np.zeros(space.target.atoms, dtype=np.bool_)
        self.own_targets = cache(self._own)
        self.lent = cache(self._lent)
        self.drawn = cache(self._drawn)
        self.ways = cache(self._ways)
        self.compiled = cache(self._compiled)
        self.steps = cache(self._steps)
        self.translation = cache(self._translation)

    def run(self, source: str) -> Arrivals:
        """Return where packets from a place arrive."""
        return _Flood(self, source).arrivals()

    def own(self, device: str) -> Cells:
        """Return the packets that are for a device itself."""
        return self.space.everything.to(self.own_targets(device))

    def _lent(self, device: str) -> Mask:
        return self.space.to(tuple(map(host, sorted(lent(self.network, device, masters(self.network))))))

    def sent_from(self, device: str) -> Cells:
        """Return the packets that have a device's own address as their source."""
        config = self.network.configs[device]
        every = self.special.linked if any(i.addresses or i.ipv6 for i in config.interfaces) else ()
        return self.space.sources(map(host, self.network.own(owner(device)))) | self.space.sources(every)

    def sends(self, device: str, interface: str) -> Cells:
        """Return what a device sends by an interface: past its output filter, with sources as they are translated."""
        packets = self.sent_from(device) & self.permitted(device, "output", "", interface)
        return self.translated(device, "source", interface, packets)

    def permitted(self, device: str, hook: str, into: str, out: str) -> Cells:
        """Return what a device's filter on a hook lets pass between two interfaces."""
        compiled = self.compiled(device, hook)
        return self.space.everything if compiled is None else compiled.passed(into, out)

    def _steps(self, device: str, into: str) -> tuple[Step, ...]:
        """Return what a device does by policy routes with what comes in by an interface."""
        return tuple(steps(self.network, self.space, self.tables[device], device, into))

    def _compiled(self, device: str, hook: str) -> Compiled | None:
        for chain in self.network.configs[device].filters:
            if chain.hook == hook:
                return Compiled(self.space, chain, answers=self.answers)
        return None

    def _own(self, device: str) -> Mask:
        return self.space.to(own(self.network.configs[device]))

    def _drawn(self, device: str) -> Mask:
        """Return the destinations that a device's tunnels draw from its routes."""
        found = np.zeros(self.space.target.atoms, dtype=np.bool_)
        for end in self.network.tunnels.get(device, ()):
            found |= self.space.to(end.remote)
        return found & ~self.space.to(links(self.network.configs[device]))

    def _ways(self, device: str) -> tuple[tuple[Hop, Mask], ...]:
        """Return a device's ways out with the destinations that take each: each prefix overwrites shorter ones."""
        table = self.tables[device]
        prefixes = sorted(table, key=lambda prefix: prefix.prefixlen)
        best = np.full(self.space.target.atoms, -1)
        for number, prefix in enumerate(prefixes):
            best[self.space.to((prefix,))] = number
        found: dict[Hop, Mask] = {}
        for number, prefix in enumerate(prefixes):
            for hop in table[prefix]:
                found[hop] = found.get(hop, False) | (best == number)
        return tuple((hop, taken) for hop, taken in found.items() if taken.any())

    def _translation(self, device: str, kind: str, interface: str) -> tuple[tuple[NatRule, Cells], ...]:
        """Return the translations that speak of an interface, each with the packets that it is about."""
        rules = (r for r in self.network.configs[device].nat if r.kind == kind)
        return tuple((r, self._spoken(r)) for r in rules if r.interface in ("", interface))

    def _spoken(self, rule: NatRule) -> Cells:
        found = self.space.of(service_translated(rule))
        found = found & self.space.sources(rule.sources) if rule.sources else found
        return found.to(self.space.to(rule.destinations)) if rule.destinations else found

    def translated(self, device: str, kind: str, interface: str, packets: Cells) -> Cells:
        """Return packets as a device's translations leave them; the first that speaks of a packet does it."""
        done, space = self.space.nothing, self.space
        for rule, spoken in self.translation(device, kind, interface):
            taken = packets & spoken
            address = hiding(self.network.configs[device], rule, interface)
            if address is not None and taken:
                put = space.published if kind == "destination" else space.hidden
                done = done | put(taken, address)
                packets = packets - taken
        return done | packets if done else packets


class _Flood:
    """One source's packets on their way, round by round until nothing new comes anywhere."""

    def __init__(self, engine: GridEngine, source: str) -> None:
        self.engine, self.source, self.network = engine, source, engine.network
        nothing = engine.space.nothing
        self.met: dict[Port, Cells] = {}
        self.coming: dict[Port, list[Cells]] = {}
        self.at: defaultdict[str, Cells] = defaultdict(lambda: nothing)
        self.devices: dict[str, Cells] = {}
        self.crossed: set[int] = set()

    def arrivals(self) -> Arrivals:
        if self.source == DEVICES:
            self._sent()
        elif taken := forger(self.source):
            self._forged(taken)
        for domain in self.network.entered(self.source):
            self.crossed.add(domain.number)
            if domain not in self.network.places[self.source]:
                self._arrive(domain, self.engine.space.everything)
            for routed in domain.routed:
                self._enter(routed, self.engine.space.everything)
        while self.coming:
            for (device, into), packets in [*self._fresh()]:
                self._meet(device, into, packets)
        found = dict(self.at)
        if self.devices:
            found[DEVICES] = self.engine.space.union(self.devices.values())
        passed = {*map(owner, (d for d, _into in self.met) if self.source != DEVICES else self.network.configs)}
        carried = {device for number in self.crossed for device in self.network.domains[number].carriers}
        return Arrivals(
            source=self.source, at=found, devices=dict(self.devices), passed=frozenset(passed), met=self.met,
            carried=frozenset(carried),
        )  # fmt: skip

    def _sent(self) -> None:
        """Let loose what devices send themselves: on every segment that they route on or switch, and by tunnels."""
        for domain in self.network.domains:
            senders: dict[str, Cells] = {}
            for one in domain.routed:
                packets = self.engine.sends(one.device, one.interface.name)
                senders[one.device] = senders[one.device] | packets if one.device in senders else packets
            for device in sorted(domain.carriers - domain.stations):
                senders[device] = senders.get(device, self.engine.space.nothing) | self.engine.sent_from(device)
            self._on_segment(domain, senders)
        for device in self.network.tunnels:
            out = self.engine.permitted(device, "output", "", self.network.tunnel(device))
            self._carry(device, self.engine.sent_from(device) & out)
        for device, item in self.network.wires:
            self._over_wire(device, item.name, self.engine.sends(device, item.name))

    def _forged(self, device: str) -> None:
        """Let loose any header on every segment that a device can send onto, and what its tunnels' far ends take."""
        space = self.engine.space
        for domain in self.network.domains:
            if device in domain.carriers or device in domain.holders:
                self.crossed.add(domain.number)
                for routed in domain.routed:
                    self._enter(routed, space.everything if routed.device != device else space.nothing)
                self._arrive(domain, space.everything)
        for peer in {end.peer for end in self.network.tunnels.get(device, ())}:
            for back in self.network.tunnels.get(peer, ()):
                if back.peer == device:
                    let = space.everything.to(space.to(back.local)) & space.sources(back.remote)
                    self._comes((peer, self.network.tunnel(peer)), let)

        for name, item in self.network.wires:
            if name == device:
                self._over_wire(device, item.name, space.everything, held=False)

    def _on_segment(self, domain: Domain, senders: dict[str, Cells]) -> None:
        """Give everybody on a segment what the others send, whoever it is addressed to."""
        nothing = self.engine.space.nothing
        before = [*accumulate(senders.values(), or_, initial=nothing)]
        after = [*accumulate(reversed(senders.values()), or_, initial=nothing)][::-1]
        others = {device: before[n] | after[n + 1] for n, device in enumerate(senders)}
        for routed in domain.routed:
            self._enter(routed, others[routed.device])
        self._arrive(domain, before[-1])

    def _enter(self, routed: Routed, packets: Cells) -> None:
        self._comes((routed.device, routed.interface.name), packets)

    def _comes(self, port: Port, packets: Cells) -> None:
        if packets:
            self.coming.setdefault(port, []).append(packets)

    def _fresh(self) -> Iterator[tuple[Port, Cells]]:
        """Yield what came to each port since it was asked last and had not come there before."""
        coming, self.coming = self.coming, {}
        for port, some in coming.items():
            met = self.met.get(port, self.engine.space.nothing)
            if new := self.engine.space.union(some) - met:
                self.met[port] = met | new
                yield port, new

    def _meet(self, device: str, into: str, packets: Cells) -> None:
        engine, space = self.engine, self.engine.space
        packets = engine.translated(device, "destination", into, packets)
        mine = engine.own_targets(device)
        taken = packets.to(mine | space.to(engine.special.own) | space.to(routers(self.network.configs[device])))
        taken = taken & engine.permitted(device, "input", into, "") if taken else taken
        if taken:
            self.devices[device] = self.devices[device] | taken if device in self.devices else taken
        kept = mine & ~engine.lent(device)
        onward = packets.to(~kept & ~space.to(engine.special.nowhere)) - engine.unseen
        if onward and self.network.configs[device].forwarding:
            onward = self._steer(device, into, onward) if self.network.configs[device].policy_routes else onward
            self._tunnel(device, into, onward.to(engine.drawn(device)))
            self._route(device, into, onward.to(~engine.drawn(device)))

    def _steer(self, device: str, into: str, packets: Cells) -> Cells:
        """Send on what policy routes take, by a next hop each; return what is left to tunnels and routes."""
        left = packets
        usual = self.engine.space.nothing
        for step in self.engine.steps(device, into):
            taken = left & step.packets
            for hop in step.hops if taken else ():
                if leaving := taken & self.engine.permitted(device, "forward", into, hop.interface):
                    self._leave(device, hop, leaving)
            usual = usual | taken if step.routed else usual
            if not step.onward:
                known = self.engine.space.to(tuple(sorted(self.engine.tables[device])))
                left = left - (taken.to(known) if step.strange else taken)
        return left | usual

    def _tunnel(self, device: str, into: str, packets: Cells) -> None:
        if packets:
            self._carry(device, packets & self.engine.permitted(device, "forward", into, self.network.tunnel(device)))

    def _carry(self, device: str, packets: Cells) -> None:
        """Take packets through a device's tunnels, by the selectors of both ends."""
        network, space = self.network, self.engine.space
        for end in network.tunnels[device]:
            carried = packets.to(space.to(end.remote)) & space.sources(end.local)
            for other in network.tunnels.get(end.peer, ()):
                if other.peer == device:
                    let = carried.to(space.to(other.local)) & space.sources(other.remote)
                    self._comes((end.peer, network.tunnel(end.peer)), let)

    def _route(self, device: str, into: str, packets: Cells) -> None:
        for hop, targets in self.engine.ways(device):
            if leaving := packets.to(targets):
                leaving = leaving & self.engine.permitted(device, "forward", into, hop.interface)
                if leaving:
                    self._leave(device, hop, leaving)

    def _leave(self, device: str, hop: Hop, packets: Cells) -> None:
        domain = self.network.of[device, hop.interface]
        self.crossed.add(domain.number)
        after = self.engine.translated(device, "source", hop.interface, packets)
        others = [r for r in domain.routed if r.device != device]
        self._over_wire(device, hop.interface, after)
        for routed in (r for r in others if answers_for_others(self.network, r)):
            self._enter(routed, self._asked_for(routed, hop, after))
        owners = [r for r in others if hop.next is not None and hop.next in r.own]
        if hop.next is not None and is_six(hop.next) and hop.next.is_link_local:
            owners = others  # whose address it is, no configuration says; nor whether it is a router's at all
            self._arrive(domain, packets)
        for routed in owners:
            self._enter(routed, after)
        if not owners:
            self._on_link(domain, others if hop.next is None or OPERATOR in domain.places else [], packets, after)

    def _over_wire(self, device: str, interface: str, packets: Cells, *, held: bool = True) -> None:
        """Take packets over WireGuard to whose they are; with `held` off the device does not heed its own table."""
        space = self.engine.space
        for name, into, here, there in far_ends(self.network, device, interface) if packets else ():
            sources, targets = space.nothing, self.engine.none
            for prefix, key in by_length(there):  # a longer prefix has the last word
                sources = sources | space.sources([prefix]) if key == here.key else sources - space.sources([prefix])
            for prefix, key in by_length(here):
                mask = space.to((prefix,))
                targets = targets | mask if key == there.key else targets & ~mask
            self._comes((name, into), (packets.to(targets) if held else packets) & sources)

    def _asked_for(self, routed: Routed, hop: Hop, packets: Cells) -> Cells:
        """Return what a router that answers for others' addresses gets: what it would send on by another interface."""
        into, ways = routed.interface.name, self.engine.ways(routed.device)
        if hop.next is None:
            return packets.to(reduce(or_, (taken for way, taken in ways if way.interface != into), self.engine.none))
        table = self.engine.tables[routed.device]
        fitting = sorted((prefix for prefix in table if hop.next in prefix), key=lambda prefix: prefix.prefixlen)
        beyond = any(way.interface != into for prefix in fitting[-1:] for way in table[prefix])
        return packets if beyond else self.engine.space.nothing

    def _on_link(self, domain: Domain, others: list[Routed], packets: Cells, after: Cells) -> None:
        """Give packets to whoever on a link has their address; what is left arrives at the places there."""
        held = np.zeros(self.engine.space.target.atoms, dtype=np.bool_)
        for routed in others:
            targets = self._answers(routed.own)
            held |= targets
            self._enter(routed, after.to(targets))
        self._arrive(domain, packets.to(~held))

    def _arrive(self, domain: Domain, packets: Cells) -> None:
        for place in domain.places if packets else ():
            if place != self.source:
                self.at[place] = self.at[place] | packets

    def _answers(self, addresses: frozenset[IPv4Address]) -> Mask:
        return self.engine.space.to(tuple(map(host, sorted(addresses))))
