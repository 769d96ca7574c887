"""Peers that are not ours: whoever speaks BGP with a router from outside may announce anything that it lets in. Pure.

The proof knows their routes as little as their intentions. So for isolation every packet whose destination some prefix
covers that the router's inbound list and map let through, and that would be at least as good as the route it has, takes
the way to the peer *as well*; and any way on the router's links, because a peer may name any next hop there unless the
map sets one. What a route map asks of communities, AS paths and the like is the peer's to choose. Our routers tell each
other such routes as far as their own lists and maps let them, and a next hop that such a prefix covers leads astray
what goes by it. What is expected while nothing fails is less: only what has no other route goes to the peer. Who is
outside is `topology.reach.outsiders`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import DeviceConfig
from inventory.routeconfig import Bgp, MapEntry, Neighbor
from topology.reach.bgp import Result, Session, distance_of
from topology.reach.bgp_policy import Policies, in_range
from topology.reach.network import Domain, Network
from topology.reach.outsiders import outsiders
from topology.reach.routes import DEFAULT, Hop, Table

EVERY = (1 << 33) - 1
"""all lengths of a prefix, a bit each"""
Lengths = dict[IPv4Network, int]
"""by region (the addresses of which a prefix is the longest named one): the lengths that may be announced there"""


@dataclass
class Entrance:
    """A way by which a router hears what comes from outside."""

    lengths: Lengths
    expected: frozenset[Hop]
    """to whoever tells it"""
    possible: frozenset[Hop]
    """with all that it may name as its next hop"""
    distance: int


@dataclass
class _Speaker:
    policies: Policies
    heard: Lengths = field(default_factory=dict)
    named: set[IPv4Address] = field(default_factory=set)
    """what may be the next hop of what it heard"""


def widened(network: Network, tables: Mapping[str, Table], result: Result) -> tuple[dict[str, Table], dict[str, Table]]:
    """Return the tables with all ways that peers outside may make up, and those with what is expected of them."""
    peers = {name: tuple(outsiders(network, name, tables[name])) for name in result.sessions}
    if not any(peers.values()):
        return dict(tables), dict(tables)
    found = _Outside(network, tables, result, peers)
    wide, expected = dict(tables), dict(tables)
    for name in result.sessions:
        wide[name], expected[name] = found.table(name)
    return wide, expected


def _addresses(config: DeviceConfig) -> set[IPv4Address]:
    return {a.ip for item in config.interfaces for a in item.addresses}


class _Outside:
    def __init__(
        self,
        network: Network,
        tables: Mapping[str, Table],
        result: Result,
        peers: Mapping[str, tuple[tuple[Neighbor, Domain | None, str], ...]],
    ) -> None:
        self._network, self._tables, self._sessions, self._peers = network, tables, result.sessions, peers
        self._processes = {n: c.bgp for n, c in network.configs.items() if c.bgp is not None}
        self._speakers = {name: _Speaker(Policies(process.policies)) for name, process in self._processes.items()}
        self._regions = {DEFAULT, *(p for name in result.sessions for p in tables[name])}
        self._regions |= {
            r.prefix for p in self._processes.values() for one in p.policies.prefix_lists for r in one.rules
        }
        self._entrances = {name: [*self._first(name)] for name in result.sessions}
        for name, some in self._entrances.items():
            for entrance in some:
                self._hear(name, entrance)
        self._spread()

    def _hear(self, name: str, entrance: Entrance) -> bool:
        speaker = self._speakers[name]
        named = {hop.next for hop in entrance.possible if hop.next}
        new = not named <= speaker.named
        speaker.named |= named
        for region, lengths in entrance.lengths.items():
            held = speaker.heard.get(region, 0)
            new, speaker.heard[region] = new or bool(lengths & ~held), held | lengths
        return new

    def _first(self, name: str) -> Iterator[Entrance]:
        """Yield how a router hears peers outside."""
        process = self._processes[name]
        for peer, domain, interface in self._peers[name]:
            external = peer.remote_as != process.number
            if external and process.requires_policy and not (peer.map_in or peer.list_in):
                continue
            lengths = self._let_in(name, peer, dict.fromkeys(self._regions, EVERY))
            set_to = _next_hops(process, peer.map_in, peer.address)
            there = {Hop(interface, peer.address)} if domain else set(self._ways(name, peer.address))
            expected = {hop for a in set_to for hop in self._ways(name, a)} if set_to else there
            possible = expected if set_to else there | set(self._links(name))
            distance = distance_of(process, external=external)
            yield Entrance(lengths, frozenset(expected), frozenset(possible), distance)

    def _links(self, name: str) -> Iterator[Hop]:
        """Yield every way onto a router's links: to nobody in particular, and to each router there."""
        for item in self._network.configs[name].interfaces:
            domain = self._network.of.get((name, item.name))
            if domain is not None:
                yield Hop(item.name)
                others = (r for r in domain.routed if r.device != name)
                yield from (Hop(item.name, address) for r in others for address in r.own)

    def _ways(self, name: str, address: IPv4Address) -> Iterator[Hop]:
        table = self._tables[name]
        best = max((p for p in table if address in p), key=lambda p: p.prefixlen, default=None)
        yield from (Hop(h.interface, h.next or address) for h in (table[best] if best is not None else ()))

    def _let_in(self, name: str, peer: Neighbor, told: Lengths) -> Lengths:
        policies = self._speakers[name].policies
        return _mapped(policies, peer.map_in, _listed(policies, peer.list_in, told))

    def _let_out(self, name: str, peer: Neighbor, told: Lengths) -> Lengths:
        policies = self._speakers[name].policies
        return _mapped(policies, peer.map_out, _listed(policies, peer.list_out, told))

    def _spread(self) -> None:
        """Let our routers tell each other what they heard, until nothing is new."""
        told: dict[tuple[str, IPv4Address, IPv4Address], Entrance] = {}
        moved = True
        while moved:
            moved = False
            for name, sessions in self._sessions.items():
                for session in sessions:
                    entrance = self._told(session)
                    if entrance is not None:
                        told[name, session.own, session.peer.address] = entrance
                        moved = self._hear(name, entrance) or moved
        for (name, _own, _peer), entrance in told.items():
            self._entrances[name].append(entrance)

    def _told(self, session: Session) -> Entrance | None:
        """Return what a router hears over a session of what its peer has from outside."""
        name, other = session.here, session.there
        back = next((s for s in self._sessions[other] if s.there == name and s.meets(session)), None)
        theirs = self._processes[other]
        if back is None or not self._speakers[other].heard:
            return None
        silent = theirs.requires_policy and not (back.peer.map_out or back.peer.list_out)
        deaf = self._processes[name].requires_policy and not (session.peer.map_in or session.peer.list_in)
        if session.external and (silent or deaf):
            return None
        lengths = self._let_in(name, session.peer, self._let_out(other, back.peer, self._speakers[other].heard))
        own = {session.peer.address}
        itself = session.external or back.peer.next_hop_self or back.peer.next_hop_forced
        named = own if itself else own | self._speakers[other].named
        named = _next_hops(theirs, back.peer.map_out, back.own) or named
        named = _next_hops(self._processes[name], session.peer.map_in, session.peer.address) or named
        expected = {hop for address in own for hop in self._ways(name, address)}
        possible = {hop for address in named for hop in self._ways(name, address)} | expected
        distance = distance_of(self._processes[name], external=session.external)
        return Entrance(lengths, frozenset(expected), frozenset(possible), distance)

    def table(self, name: str) -> tuple[Table, Table]:
        """Return a router's routes with all that may be, and with what is expected."""
        table, entrances = self._tables[name], self._entrances[name]
        wide, expected = dict(table), dict(table)
        for region in sorted(self._regions, key=lambda p: p.prefixlen):
            best = _longest(table, region)
            near = self._distance(name, best)
            taking = [e for e in entrances if _better(e.lengths.get(region, 0), best, near >= e.distance)]
            if not taking:
                continue
            held = set(table[best]) if best is not None else set()
            wide[region] = _in_order(held.union(*(e.possible for e in taking)))
            if best is None:
                expected[region] = _in_order(set().union(*(e.expected for e in taking)))
        for prefix, hops in wide.items():
            astray = {hop for old in hops if old.next for e in self._covering(name, old.next) for hop in e.possible}
            wide[prefix] = _in_order({*hops, *astray})
        return wide, expected

    def _covering(self, name: str, address: IPv4Address) -> list[Entrance]:
        """Return the entrances by which a narrower prefix of a next hop may come than the route to it."""
        region = max((p for p in self._regions if address in p), key=lambda p: p.prefixlen)
        best = _longest(self._tables[name], IPv4Network(address))
        return [e for e in self._entrances[name] if _better(e.lengths.get(region, 0), best, equal=False)]

    def _distance(self, name: str, prefix: IPv4Network | None) -> int:
        """Return the administrative distance of a route as far as it matters beside BGP."""
        if prefix is None:
            return 256
        if any(hop.next is None for hop in self._tables[name][prefix]):
            return 0
        static = [r.distance for r in self._network.configs[name].routes if r.prefix == prefix]
        return min(static, default=256)


def _longest(table: Iterable[IPv4Network], region: IPv4Network) -> IPv4Network | None:
    return max((p for p in table if region.subnet_of(p)), key=lambda p: p.prefixlen, default=None)


def _better(lengths: int, best: IPv4Network | None, equal: bool) -> bool:
    """Return whether a prefix of some length is at least as narrow as a route; `equal`: if equals may win."""
    return bool(lengths >> (0 if best is None else best.prefixlen + (0 if equal else 1)))


def _in_order(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    return tuple(sorted(hops, key=lambda h: (h.interface, int(h.next or 0))))


def _within(policies: Policies, name: str, region: IPv4Network, lengths: int) -> int:
    """Return the lengths of some in a region that a prefix list permits."""
    found = 0
    for rule in policies.prefix_lists.get(name, ()):
        if region.subnet_of(rule.prefix):
            meant = sum(1 << n for n in range(rule.prefix.prefixlen, 33) if in_range(rule, n)) & lengths
            found, lengths = found | (meant if rule.permit else 0), lengths & ~meant
    return found


def _listed(policies: Policies, name: str, told: Lengths) -> Lengths:
    if not name or name not in policies.prefix_lists:
        return told
    return {region: _within(policies, name, region, lengths) for region, lengths in told.items()}


def _mapped(policies: Policies, name: str, told: Lengths) -> Lengths:
    """Return what a route map may let through of what somebody else makes up."""
    if not name:
        return told
    return {r: _through(policies, policies.maps.get(name, ()), r, lengths) for r, lengths in told.items()}


def _through(policies: Policies, entries: Iterable[MapEntry], region: IPv4Network, left: int) -> int:
    found = 0
    for entry in entries:
        meant = left
        for kind, value in entry.matches:
            meant &= _within(policies, value, region, left) if kind == "prefix-list" else meant
        found |= meant if entry.permit else 0
        if all(kind == "prefix-list" for kind, _value in entry.matches) and (entry.goes_on is None):
            left &= ~meant
    return found


def _next_hops(process: Bgp, name: str, peer: IPv4Address) -> set[IPv4Address]:
    """Return the next hops that a map sets on all that it permits; none if it leaves one to whoever tells it."""
    found = set()
    entries = next((one.entries for one in process.policies.maps if one.name == name), ())
    for entry in (e for e in entries if e.permit):
        value = dict(entry.sets).get("next-hop")
        if value is None:
            return set()
        found.add(peer if value == "peer-address" else IPv4Address(value))
    return found
