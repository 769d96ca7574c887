"""BGP as FRR computes it (RFC 4271): what each router believes, and the routes that come of it.

Sessions over IPv4 between routers of one network; networks and redistribution (of OSPF, with its metric as MED);
route-maps with prefix-lists, community-lists and AS paths (`topology.reach.bgp_policy`); split horizon of iBGP, route
reflection (RFC 4456); next hops resolved through the other routes; the best path by weight, local preference, own, AS
path, origin, MED, eBGP, metric to the next hop, router id, address; equal paths as far as the router may use several.
Rounds are run until nothing changes.

Where the age of a path would decide, or different orders of news end in different states, that is told: whoever proves
takes all that BGP touches for unknown then. Not here: confederations, dampening; aggregates are
`topology.reach.aggregates`, peers outside of the network `topology.reach.outside`. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from inventory.routeconfig import Bgp, Neighbor
from topology.reach import aggregates
from topology.reach.bgp_choice import by_med, last, least
from topology.reach.bgp_policy import Path, Policies
from topology.reach.network import Network
from topology.reach.routes import Hop, Table

ROUNDS = 200
"""rounds before a network is said not to come to rest; each carries news one router further"""
INCOMPLETE = 2


@dataclass(frozen=True)
class Session:
    """Two ends that name each other."""

    here: str
    there: str
    own: IPv4Address
    """the address that the peer knows this end by"""
    peer: Neighbor
    external: bool

    def meets(self, other: "Session") -> bool:
        """Return whether another is the other end of this one."""
        return (self.own, self.peer.address) == (other.peer.address, other.own)


@dataclass(frozen=True)
class Result:
    """What every router believes best, and what it routes by it."""

    best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    routes: Mapping[str, Mapping[IPv4Network, tuple[int, tuple[Hop, ...]]]]
    """per prefix: the administrative distance and the ways out; none of an aggregate, which discards"""
    settled: bool
    """whether every order of news ends in this very state"""
    tied: frozenset[str] = frozenset()
    """routers where the age of a path decides"""
    sessions: Mapping[str, tuple[Session, ...]] = field(default_factory=dict)
    strange: str = ""
    """why nobody knows what aggregates come to"""


@dataclass(frozen=True)
class Ground:
    """What the other protocols leave BGP to stand on."""

    tables: Mapping[str, Table]
    """where next hops and peers are looked for"""
    taken: Mapping[str, Mapping[IPv4Network, str]]
    """by router: the routes that are not of BGP and are in use, each with where it is from: connected, static, ospf"""
    costs: Mapping[str, Mapping[IPv4Network, int]]
    """by router: the metric of routes of OSPF"""


def bgp(network: Network, ground: Ground) -> Result:
    """Return what BGP adds to the routes of the other protocols."""
    return _Bgp(network, ground).run()


_Best = dict[IPv4Network, tuple[Path, ...]]


class _Bgp:
    def __init__(self, network: Network, ground: Ground) -> None:
        self._network, self._tables, self._ground = network, ground.tables, ground
        self._processes = {name: config.bgp for name, config in network.configs.items() if config.bgp is not None}
        self._policies = {name: Policies(process.policies) for name, process in self._processes.items()}
        self._own = {n: {a.ip for i in c.interfaces for a in i.addresses} for n, c in network.configs.items()}
        self._ids = {name: self._router_id(name) for name in self._processes}
        self._sessions = {name: tuple(self._up(name)) for name in self._processes}
        self._local = {name: dict(self._originated(name)) for name in self._processes}
        self._looked: dict[tuple[str, IPv4Address, IPv4Network | None], tuple[IPv4Network, tuple[Hop, ...]] | None] = {}
        self._unreached: dict[str, set[IPv4Network]] = defaultdict(set)
        self.tied: set[str] = set()

    def run(self) -> Result:
        """Let news go about until all is at rest, all at once and one by one both ways round."""
        best = self._at_once()
        orders = (sorted(self._processes), sorted(self._processes, reverse=True))
        settled = best is not None and all(self._one_by_one(order) == best for order in orders) and self._clear()
        best = best if best is not None else {name: {} for name in self._processes}
        self.tied.clear()
        self._unreached.clear()
        for name in self._processes:
            self._decide(name, self._hear(name, best))
        strange = aggregates.strange(self._network, self._tables, best, self._local, self._unreached)
        return Result(best, self._routes(best), settled, frozenset(self.tied), self._sessions, strange)

    def _clear(self) -> bool:
        """Return whether it is clear which ends are of one session: none has two."""
        ends = [(s.here, s.peer.address) for some in self._sessions.values() for s in some]
        return len({*ends}) == len(ends)

    def _at_once(self) -> dict[str, _Best] | None:
        best: dict[str, _Best] = {name: self._decide(name, {}) for name in self._processes}
        for _round in range(ROUNDS):
            new = {name: self._decide(name, self._hear(name, best)) for name in self._processes}
            if new == best:
                return best
            best = new
        return None

    def _one_by_one(self, order: Iterable[str]) -> dict[str, _Best] | None:
        best: dict[str, _Best] = {name: self._decide(name, {}) for name in self._processes}
        for _round in range(ROUNDS):
            moved = False
            for name in order:
                new = self._decide(name, self._hear(name, best))
                moved, best[name] = moved or new != best[name], new
            if not moved:
                return best
        return None

    def _router_id(self, name: str) -> IPv4Address:
        """Return its own, else the highest address of a loopback, else of any interface, as FRR chooses."""
        said = self._processes[name].router_id
        interfaces = self._network.configs[name].interfaces
        loopback = [a.ip for i in interfaces if i.kind == "loopback" for a in i.addresses if not a.ip.is_loopback]
        return said or max(loopback or self._own[name], default=IPv4Address(0))

    def _up(self, name: str) -> Iterator[Session]:
        """Yield the sessions of a router: both ends name each other, and one of them calls from the address named."""
        mine = self._processes[name]
        for peer in mine.neighbors:
            for other, theirs in self._processes.items():
                if other == name or peer.address not in self._own[other] or theirs.number != peer.remote_as:
                    continue
                for back in theirs.neighbors:
                    external = mine.number != theirs.number
                    if not (self._fits(name, back) and peer.active and back.active):
                        continue
                    if self._called(name, peer, back) or self._called(other, back, peer):
                        near = self._near(name, peer, external) and self._near(other, back, external)
                        if near:
                            yield Session(name, other, back.address, peer, external)

    def _fits(self, name: str, back: Neighbor) -> bool:
        return back.address in self._own[name] and back.remote_as == self._processes[name].number

    def _called(self, name: str, peer: Neighbor, back: Neighbor) -> bool:
        """Return whether a router's end of a session bears the address that the other end names."""
        if peer.source is not None:
            return peer.source == back.address
        items = self._network.configs[name].interfaces
        on = [a for i in items if i.enabled for a in i.addresses if peer.address in a.network]
        outs = {hop.interface for hop in _lookup(self._tables[name], peer.address)}
        leaving = {a.ip for i in items if i.name in outs for a in i.addresses}
        return back.address in ({a.ip for a in on} or leaving)

    def _near(self, name: str, peer: Neighbor, external: bool) -> bool:
        """Return whether a session can come up: an external one on a link, any other wherever routes lead."""
        if external and not peer.multihop:
            linked = (a.network for i in self._network.configs[name].interfaces for a in i.addresses if i.enabled)
            return any(peer.address in n for n in linked)
        return bool(_lookup(self._tables[name], peer.address))

    def _originated(self, name: str) -> Iterator[tuple[IPv4Network, Path]]:
        process, taken = self._processes[name], self._ground.taken[name]
        for source, route_map in process.redistribute:
            for prefix in (prefix for prefix, kind in taken.items() if kind == source):
                yield from self._announced(name, prefix, route_map, INCOMPLETE)
        for prefix, route_map in process.networks:
            if not process.import_check or prefix in taken:
                yield from self._announced(name, prefix, route_map, 0)

    def _announced(
        self, name: str, prefix: IPv4Network, route_map: str, origin: int
    ) -> Iterator[tuple[IPv4Network, Path]]:
        inside = self._ground.taken[name].get(prefix) == "ospf"
        metric = self._ground.costs.get(name, {}).get(prefix, 0) if inside else 0
        path = Path(prefix=prefix, next_hop=None, origin=origin, med=metric, weight=aggregates.WEIGHT)
        changed = self._policies[name].apply(route_map, path, self._processes[name].number)
        if changed is not None:
            yield prefix, changed

    def _hear(
        self, name: str, best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    ) -> dict[IPv4Address, dict[IPv4Network, Path]]:
        """Return what every peer now tells, as far as it is let in."""
        found: dict[IPv4Address, dict[IPv4Network, Path]] = {}
        for session in self._sessions[name]:
            theirs = self._sessions[session.there]
            back = next((s for s in theirs if s.there == name and s.meets(session)), None)
            if back is None:
                continue
            told = (self._told(back, paths[0]) for paths in best[session.there].values())
            kept = (self._let_in(session, path) for path in told if path is not None)
            found[session.peer.address] = {path.prefix: path for path in kept if path is not None}
        return found

    def _told(self, session: Session, path: Path) -> Path | None:
        """Return a path as a router tells it over a session; None if it keeps it to itself."""
        mine = self._processes[session.here]
        own = path.sender == session.peer.address
        if own or aggregates.kept(mine, path.prefix) or not self._may_tell(session, path):
            return None
        if session.external and mine.requires_policy and not (session.peer.map_out or session.peer.list_out):
            return None
        reflected = not session.external and path.sender is not None and not path.external
        out = replace(path, weight=0, tag=0, aggregate=False)
        if session.external:
            out = replace(out, local_preference=100, med=out.med if path.sender is None else 0, cluster=())
        if session.external or path.next_hop is None or (session.peer.next_hop_self and not reflected):
            out = replace(out, next_hop=session.own)
        if session.peer.next_hop_forced:
            out = replace(out, next_hop=session.own)
        if not self._policies[session.here].listed(session.peer.list_out, out.prefix):
            return None
        changed = self._policies[session.here].apply(session.peer.map_out, out, mine.number, session.own)
        return changed and self._signed(session, changed, reflected)

    def _signed(self, session: Session, path: Path, reflected: bool) -> Path:
        """Return a path as it leaves: its own number comes last, behind what a route-map prepended."""
        own = self._ids[session.here]
        path = path if session.peer.communities else replace(path, communities=())
        if reflected:
            return replace(path, sender=session.own, cluster=(own, *path.cluster), tag=0)
        number = (self._processes[session.here].number,) if session.external else ()
        return replace(path, sender=session.own, sender_id=own, as_path=(*number, *path.as_path), tag=0)

    def _may_tell(self, session: Session, path: Path) -> bool:
        """Return whether a path may go on: what came from inside goes inside only through a reflector."""
        if "no-advertise" in path.communities or ("no-export" in path.communities and session.external):
            return False
        if session.external or path.sender is None or path.external:
            return True
        from_client = any(n.client for n in self._processes[session.here].neighbors if n.address == path.sender)
        return from_client or session.peer.client

    def _let_in(self, session: Session, path: Path) -> Path | None:
        mine = self._processes[session.here]
        own = self._ids[session.here]
        if mine.number in path.as_path or own in path.cluster or own == path.sender_id:
            return None
        if session.external and mine.requires_policy and not (session.peer.map_in or session.peer.list_in):
            return None
        if path.next_hop in self._own[session.here]:
            return None
        path = replace(path, external=session.external, sender=session.peer.address)
        if not self._policies[session.here].listed(session.peer.list_in, path.prefix):
            return None
        changed = self._policies[session.here].apply(session.peer.map_in, path, mine.number, session.peer.address)
        if changed is None or changed.next_hop is None:
            return None
        if not self._way(session.here, changed.next_hop, changed.prefix):
            self._unreached[session.here].add(changed.prefix)
            return None
        return changed

    def _decide(
        self, name: str, heard: Mapping[IPv4Address, Mapping[IPv4Network, Path]]
    ) -> dict[IPv4Network, tuple[Path, ...]]:
        """Return the best path per prefix, first, with those that are used beside it."""
        candidates: dict[IPv4Network, list[Path]] = {p: [path] for p, path in self._local[name].items()}
        for paths in heard.values():
            for prefix, path in paths.items():
                candidates.setdefault(prefix, []).append(path)
        for path in aggregates.summed(self._processes[name], candidates):
            candidates[path.prefix] = [path, *candidates.get(path.prefix, [])]
        return {prefix: self._chosen(name, paths) for prefix, paths in candidates.items()}

    def _chosen(self, name: str, paths: list[Path]) -> tuple[Path, ...]:
        process = self._processes[name]
        left = least(paths, lambda p: (-p.weight, -p.local_preference, p.sender is not None, len(p.as_path), p.origin))
        left = by_med(left, process.compare_med)
        left = least(left, lambda p: (not p.external,))
        left = least(left, lambda p: (self._cost(name, p),))
        clusters = process.clusters_first
        best = min(left, key=lambda p: (clusters and len(p.cluster), *last(p)))
        limit = process.several if best.external else process.several_inside
        equal = [p for p in left if process.relaxed or p.as_path == best.as_path]
        others = sorted((p for p in equal if p is not best), key=lambda p: int(p.sender or 0))
        chosen = (best, *others[: limit - 1]) if best.sender is not None else (best,)
        if len(left) > 1 and best.external and not process.compare_router_id and not self._same(name, left, chosen):
            self.tied.add(name)
        return chosen

    def _same(self, name: str, left: list[Path], chosen: tuple[Path, ...]) -> bool:
        """Return whether it is all one which of equal paths is the best: all are used, and others hear the same."""
        told = {(p.as_path, p.med, p.origin, p.communities) for p in left}
        return len(chosen) == len(left) and len(told) == 1 and all(s.external for s in self._sessions[name])

    def _cost(self, name: str, path: Path) -> int:
        """Return the metric of the route to a path's next hop."""
        found = self._way(name, path.next_hop, path.prefix) if path.next_hop is not None else None
        if found is None or self._ground.taken[name].get(found[0]) != "ospf":
            return 0  # on a link, by a static route: their metric is none
        return self._ground.costs.get(name, {}).get(found[0], 0)

    def _way(self, name: str, address: IPv4Address, prefix: IPv4Network) -> tuple[IPv4Network, tuple[Hop, ...]] | None:
        """Return the route to a next hop; what is to be reached by it is none, unless it is known without BGP."""
        but = None if prefix in self._ground.taken[name] or address not in prefix else prefix
        key = (name, address, but)
        if key not in self._looked:
            table = self._tables[name]
            best = max((p for p in table if address in p and p != but), key=lambda p: p.prefixlen, default=None)
            hops = () if best is None else tuple(Hop(h.interface, h.next or address) for h in table[best])
            self._looked[key] = (best, hops) if best is not None and hops else None
        return self._looked[key]

    def _routes(
        self, best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    ) -> dict[str, dict[IPv4Network, tuple[int, tuple[Hop, ...]]]]:
        found: dict[str, dict[IPv4Network, tuple[int, tuple[Hop, ...]]]] = {}
        for name, chosen in best.items():
            found[name] = {}
            for prefix, paths in chosen.items():
                if paths[0].aggregate:
                    found[name][prefix] = self._processes[name].local_distance, ()
                elif paths[0].sender is not None:
                    distance = distance_of(self._processes[name], external=paths[0].external)
                    ways = [self._way(name, p.next_hop, prefix) for p in paths if p.next_hop]
                    hops = {hop for way in ways if way for hop in way[1]}
                    if hops:
                        found[name][prefix] = (
                            distance,
                            tuple(sorted(hops, key=lambda h: (h.interface, int(h.next or 0)))),
                        )
        return found


def distance_of(process: Bgp, *, external: bool) -> int:
    """Return the administrative distance of what a router hears from peers of another system, or of its own."""
    return process.external_distance if external else process.internal_distance


def _lookup(table: Table, address: IPv4Address) -> tuple[Hop, ...]:
    """Return the ways to an address by the longest prefix; a link's way names the address itself."""
    found = max((p for p in table if address in p), key=lambda p: p.prefixlen, default=None)
    return tuple(Hop(h.interface, h.next or address) for h in table[found]) if found is not None else ()
