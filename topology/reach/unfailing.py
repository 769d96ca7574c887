"""Packets on the ways that they take while nothing fails, and which of them take several ways at once. Pure.

One member of a group is master, routes are those of a network at rest, and people send to their gateway. `answers`
follows all flows so at once, `ways` each of the ways of those that are spread.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address

from topology.reach import proxies
from topology.reach.engine import Engine, Run
from topology.reach.family import host, is_local
from topology.reach.network import OPERATOR, Domain, Routed
from topology.reach.routes import Hop
from topology.reach.space import Set, Space
from topology.reach.steady import Gateways, Masters, held, speaking


class Steady(Run):
    """Packets on the ways that are taken while nothing fails."""

    OWNED = "owned while nothing fails"

    def __init__(self, engine: Engine, found: Masters, gateways: Gateways) -> None:
        super().__init__(engine, "", engine.space.everything)
        self.masters, self.gateways = found, gateways
        self.lost = engine.space.nothing
        """what some filter dropped"""
        self.spread = engine.space.nothing
        """what takes several ways at once"""
        self._left = engine.space.nothing
        """what went out of the device that is looked at"""

    def begin(self, place: str, packets: Set) -> None:
        """Send packets from a place, on each of its segments."""
        domains = self.engine.network.places.get(place, ())
        self._spread(packets if len(domains) > 1 else self.space.nothing)
        for domain in domains:
            self.begin_on(domain, place, packets)

    def begin_on(self, domain: Domain, place: str, packets: Set) -> None:
        """Send packets of a place to who has their address on a segment, else to its gateway."""
        self._spread(packets & self._twice(domain))
        for target, name, interface in self._answering(domain):
            self._enter(name, interface, packets & target)
        routers = self._gateway(domain, place)
        away = packets & ~self._near(domain)
        self._spread(away if len(routers) > 1 else self.space.nothing)
        for routed in routers:
            self._enter(routed.device, routed.interface.name, away)

    def gets(self, place: str, routed: Routed, address: IPv4Address) -> bool:
        """Return whether a router on a segment of a place gets what is sent from there to an address."""
        domain = self.engine.network.of[routed.device, routed.interface.name]
        owners = [r for r in domain.routed if address in r.own]
        if owners:
            return routed in speaking(self.masters, domain, address, owners)
        near = any(address in a.network for r in domain.routed for a in r.interface.addresses)
        return not near and routed in self._gateway(domain, place)

    def _spread(self, packets: Set) -> None:
        if packets != self.space.nothing:
            self.spread = self.spread | packets

    def _near(self, domain: Domain) -> Set:
        """Return the packets to a domain's own networks and to every address that somebody has there."""
        key = ("near", domain.number)
        if key not in self.engine.memory:
            found = [a.network for r in domain.routed for a in r.interface.addresses]
            found += [host(address) for r in domain.routed for address in r.own]
            self.engine.memory[key] = self.space.targets(found)
        near: Set = self.engine.memory[key]
        return near

    def _twice(self, domain: Domain) -> Set:
        """Return the packets to addresses that several routers on a domain have at once."""
        key = ("twice", domain.number)
        if key not in self.engine.memory:
            held = twice = self.space.nothing
            for target, _name, _interface in self._answering(domain):
                held, twice = held | target, twice | (held & target)
            self.engine.memory[key] = twice
        found: Set = self.engine.memory[key]
        return found

    def _silent(self, domain: Domain) -> Set:
        """Return the packets to addresses on a domain that all who may have them have given up."""
        key = ("silent", domain.number)
        if key not in self.engine.memory:
            owned = self.space.targets(host(address) for r in domain.routed for address in r.own)
            held = self.space.union(target for target, _name, _interface in self._answering(domain))
            self.engine.memory[key] = owned & ~held
        found: Set = self.engine.memory[key]
        return found

    def leave(self, device: str, hop: Hop, packets: Set) -> None:
        """Send packets out; what left another way before, or finds several who take it, is spread."""
        self._once(packets)
        domain = self.engine.network.of[device, hop.interface]
        owners = [r for r in domain.owners.get(hop.next, ()) if r.device != device] if hop.next else []
        several = hop.next and (is_local(hop.next) or len(self._speaking(domain, hop.next, owners)) > 1)
        several = several or any(proxies.taken(self.engine, device, hop, packets))
        self._spread(packets if several else packets & self._twice(domain))
        direct = hop.next is None or (OPERATOR in domain.places and not owners)
        super().leave(device, hop, packets & ~self._silent(domain) if direct else packets)

    def _heeded(self, _device: str, _into: str, packets: Set) -> Set:
        """Return all that came in: what is dropped is noted here, and what passes hangs on sessions."""
        return packets

    def _once(self, packets: Set) -> None:
        self._spread(packets & self._left)
        self._left = self._left | packets

    def _carry(self, device: str, packets: Set) -> None:
        for selected, _peer, _tunnel in self.engine.selected(device):
            self._once(packets & selected)
        super()._carry(device, packets)

    def _gateway(self, domain: Domain, place: str) -> list[Routed]:
        address = self.gateways.get(place)
        owners = [r for r in domain.routed if address in r.own]
        routers = [r for r in domain.routed if self.engine.network.configs[r.device].forwarding]
        return speaking(self.masters, domain, address, owners) if owners else routers

    def sent_by(self, device: str) -> Set:
        """Return the packets whose source a device answers at."""
        key = ("sent by", device)
        if key not in self.engine.memory:
            self.engine.memory[key] = self.space.turned(self._mine(device)[0])
        found: Set = self.engine.memory[key]
        return found

    def begin_devices(self, packets: Set) -> None:
        """Send packets from each device that has their source."""
        begun = self.space.nothing
        for device in self.engine.network.configs:
            own = packets & self.sent_by(device)
            self._spread(own & begun)
            begun = begun | own
            self.begin_device(device, own)

    def begin_device(self, device: str, packets: Set) -> None:
        """Send packets from a device itself, but for those to itself, by its routing table and its output filter."""
        self._left = self.space.nothing
        self._forward(device, "", packets & ~self._mine(device)[0], "output")

    def _forward(self, device: str, into: str, packets: Set, hook: str = "forward") -> None:
        """Send packets on, each group of ways before the next one is asked what it lets pass."""
        for group, passed in self._ways(device, into, packets, hook):
            self._send(device, hook, group, passed)

    def _on(self, device: str, came: Mapping[str, Set]) -> None:
        """Send on what came to a device, each interface by itself: what left another way is looked at of each."""
        for into, packets in came.items():
            self._left = self.space.nothing
            self._forward(device, into, self._received(device, into, packets))
            if not self.engine.network.configs[device].forwarding:
                self.lost = self.lost | (packets & ~self._mine(device)[1])

    def _mine(self, device: str) -> tuple[Set, Set]:
        key = ("mine", device)
        if key not in self.engine.memory:
            self.engine.memory[key] = self.space.targets(map(host, held(self.engine.network, device, self.masters)))
        found = self.engine.memory[key]
        return found, found

    def _speaking(self, domain: Domain, address: IPv4Address | None, owners: list[Routed]) -> list[Routed]:
        return speaking(self.masters, domain, address, owners)

    def _answering(self, domain: Domain) -> Iterable[tuple[Set, str, str]]:
        key = ("steady", domain.number)
        if key not in self.engine.memory:
            self.engine.memory[key] = tuple(self._taking(domain, routed) for routed in domain.routed)
        found: tuple[tuple[Set, str, str], ...] = self.engine.memory[key]
        return found

    def _taking(self, domain: Domain, routed: Routed) -> tuple[Set, str, str]:
        own = [a for a in routed.own if self.masters.get((domain.number, a), routed.device) == routed.device]
        return self.space.targets(map(host, own)), routed.device, routed.interface.name


def keeps_state(engine: Engine, device: str) -> bool:
    """Return whether a device asks in some filter whether a packet belongs to a session of its own."""
    chains = engine.network.configs[device].filters
    return any(rule.state == "established" for chain in chains if not chain.stateless for rule in chain.rules)


def answers_to(space: Space, packets: Set) -> Set:
    """Return the answers to first packets: a segment has ACK or RST, no ICMP message is a request or of discovery."""
    told = space.protocol(space.family.echo) & (space.echo | space.discovery)
    return space.turned(packets) & (~space.protocol("tcp") | space.ack) & ~told & space.possible
