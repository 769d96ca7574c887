"""BGP as FRR computes it (RFC 4271): what each router believes, and the routes that come of it.

Sessions over IPv4 between routers of one network; networks and redistribution; route-maps with prefix-lists,
community-lists and AS paths (`topology.reach.bgp_policy`); split horizon of iBGP, route reflection (RFC 4456);
next hops resolved through the other routes; the best path by weight, local preference, own, AS path, origin, MED, eBGP,
router id, address; equal paths as far as the router may use several. Rounds are run until nothing changes.

Not here: the metric to a next hop and the age of a path as tie-breaks (the router id decides), confederations,
aggregates, dampening, peers outside of the network. A network that does not come to rest is named, not guessed. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from topology.reach.bgp_policy import Path, Policies
from topology.reach.network import Network
from topology.reach.routes import Hop, Table

EBGP_DISTANCE, IBGP_DISTANCE = 20, 200
OWN_WEIGHT = 32768
ROUNDS = 200
"""rounds before a network is said not to come to rest; each carries news one router further"""
INCOMPLETE = 2


@dataclass(frozen=True)
class Neighbor:
    """A peer as a router's text names it."""

    address: IPv4Address
    remote_as: int
    map_in: str = ""
    map_out: str = ""
    list_in: str = ""
    list_out: str = ""
    next_hop_self: bool = False
    next_hop_forced: bool = False
    """also for what is reflected"""
    multihop: bool = False
    client: bool = False
    """a route reflector's client"""
    active: bool = True


@dataclass(frozen=True)
class Bgp:
    """The BGP process of one router with the policies that its text holds."""

    number: int
    """its autonomous system"""
    router_id: IPv4Address | None = None
    neighbors: tuple[Neighbor, ...] = ()
    networks: tuple[tuple[IPv4Network, str], ...] = ()
    """announced prefixes, each with its route-map or ''"""
    redistribute: tuple[tuple[str, str], ...] = ()
    """connected, static or ospf, with a route-map or ''"""
    several: int = 1
    """how many equal external paths it may use"""
    several_inside: int = 1
    relaxed: bool = False
    """whether equal paths may differ in their autonomous systems"""
    compare_med: bool = False
    requires_policy: bool = False
    """whether an external peer without a route-map or prefix-list neither hears nor tells anything (RFC 8212)"""
    import_check: bool = True
    """whether a network is announced only where there is a route to it"""
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True)
class Session:
    """Two ends that name each other."""

    here: str
    there: str
    own: IPv4Address
    """the address that the peer knows this end by"""
    peer: Neighbor
    external: bool


@dataclass(frozen=True)
class Result:
    """What every router believes best, and what it routes by it."""

    best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    routes: Mapping[str, Mapping[IPv4Network, tuple[int, tuple[Hop, ...]]]]
    """per prefix: the administrative distance and the ways out"""
    settled: bool


def bgp(network: Network, processes: Mapping[str, Bgp], tables: Mapping[str, Table]) -> Result:
    """Return what BGP adds to the tables of the other protocols."""
    return _Bgp(network, processes, tables).run()


class _Bgp:
    def __init__(self, network: Network, processes: Mapping[str, Bgp], tables: Mapping[str, Table]) -> None:
        self._network, self._processes, self._tables = network, processes, tables
        self._own = {n: {a.ip for i in c.interfaces for a in i.addresses} for n, c in network.configs.items()}
        self._ids = {name: self._router_id(name) for name in processes}
        self._sessions = {name: tuple(self._up(name)) for name in processes}
        self._local = {name: dict(self._originated(name)) for name in processes}

    def run(self) -> Result:
        heard: dict[str, dict[IPv4Address, dict[IPv4Network, Path]]] = {name: {} for name in self._processes}
        best = {name: self._decide(name, heard[name]) for name in self._processes}
        for _round in range(ROUNDS):
            heard = {name: self._hear(name, best) for name in self._processes}
            new = {name: self._decide(name, heard[name]) for name in self._processes}
            if new == best:
                return Result(best, self._routes(best), settled=True)
            best = new
        return Result(best, self._routes(best), settled=False)

    def _router_id(self, name: str) -> IPv4Address:
        """Return its own, else the highest address of a loopback, else of any interface, as FRR chooses."""
        said = self._processes[name].router_id
        interfaces = self._network.configs[name].interfaces
        loopback = [a.ip for i in interfaces if i.kind == "loopback" for a in i.addresses if not a.ip.is_loopback]
        return said or max(loopback or self._own[name], default=IPv4Address(0))

    def _up(self, name: str) -> Iterator[Session]:
        mine = self._processes[name]
        for peer in mine.neighbors:
            for other, theirs in self._processes.items():
                if other == name or peer.address not in self._own[other] or theirs.number != peer.remote_as:
                    continue
                back = next((n for n in theirs.neighbors if self._fits(name, n)), None)
                external = mine.number != theirs.number
                if back is None or not (peer.active and back.active):
                    continue
                if self._near(name, peer, external) and self._near(other, back, external):
                    yield Session(name, other, back.address, peer, external)

    def _fits(self, name: str, back: Neighbor) -> bool:
        return back.address in self._own[name] and back.remote_as == self._processes[name].number

    def _near(self, name: str, peer: Neighbor, external: bool) -> bool:
        """Return whether a session can come up: an external one on a link, any other wherever routes lead."""
        if external and not peer.multihop:
            linked = (a.network for i in self._network.configs[name].interfaces for a in i.addresses if i.enabled)
            return any(peer.address in n for n in linked)
        return bool(_lookup(self._tables[name], peer.address))

    def _originated(self, name: str) -> Iterator[tuple[IPv4Network, Path]]:
        process, table = self._processes[name], self._tables[name]
        for source, route_map in process.redistribute:
            for prefix in self._of(name, source):
                yield from self._announced(process, prefix, route_map, INCOMPLETE)
        for prefix, route_map in process.networks:
            if not process.import_check or prefix in table or prefix in self._connected(name):
                yield from self._announced(process, prefix, route_map, 0)

    def _announced(
        self, process: Bgp, prefix: IPv4Network, route_map: str, origin: int
    ) -> Iterator[tuple[IPv4Network, Path]]:
        path = Path(prefix=prefix, next_hop=None, origin=origin, weight=OWN_WEIGHT)
        changed = process.policies.apply(route_map, path, process.number)
        if changed is not None:
            yield prefix, changed

    def _connected(self, name: str) -> set[IPv4Network]:
        return {a.network for i in self._network.configs[name].interfaces if i.enabled for a in i.addresses}

    def _of(self, name: str, source: str) -> Iterable[IPv4Network]:
        connected = self._connected(name)
        static = {r.prefix for r in self._network.configs[name].routes}
        if source == "connected":
            return connected
        rest = self._tables[name].keys() - connected
        return rest & static if source == "static" else rest - static

    def _hear(
        self, name: str, best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    ) -> dict[IPv4Address, dict[IPv4Network, Path]]:
        """Return what every peer now tells, as far as it is let in."""
        found: dict[IPv4Address, dict[IPv4Network, Path]] = {}
        for session in self._sessions[name]:
            theirs = self._sessions[session.there]
            back = next((s for s in theirs if s.there == name and s.own == session.peer.address), None)
            if back is None:
                continue
            told = (self._told(back, paths[0]) for paths in best[session.there].values())
            kept = (self._let_in(session, path) for path in told if path is not None)
            found[session.peer.address] = {path.prefix: path for path in kept if path is not None}
        return found

    def _told(self, session: Session, path: Path) -> Path | None:
        """Return a path as a router tells it over a session; None if it keeps it to itself."""
        mine = self._processes[session.here]
        if path.sender == session.peer.address or not self._may_tell(session, path):
            return None
        if session.external and mine.requires_policy and not (session.peer.map_out or session.peer.list_out):
            return None
        reflected = not session.external and path.sender is not None and not path.external
        out = replace(path, weight=0, tag=0)
        if session.external:
            out = replace(out, local_preference=100, med=out.med if path.sender is None else 0, cluster=())
        if session.external or path.next_hop is None or (session.peer.next_hop_self and not reflected):
            out = replace(out, next_hop=session.own)
        if session.peer.next_hop_forced:
            out = replace(out, next_hop=session.own)
        if not mine.policies.listed(session.peer.list_out, out.prefix):
            return None
        changed = mine.policies.apply(session.peer.map_out, out, mine.number)
        return changed and self._signed(session, changed, reflected)

    def _signed(self, session: Session, path: Path, reflected: bool) -> Path:
        """Return a path as it leaves: its own number comes last, behind what a route-map prepended."""
        own = self._ids[session.here]
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
        if not mine.policies.listed(session.peer.list_in, path.prefix):
            return None
        changed = mine.policies.apply(session.peer.map_in, path, mine.number)
        if changed is None or changed.next_hop is None or not _lookup(self._tables[session.here], changed.next_hop):
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
        return {prefix: self._chosen(name, paths) for prefix, paths in candidates.items()}

    def _chosen(self, name: str, paths: list[Path]) -> tuple[Path, ...]:
        process = self._processes[name]
        left = _least(paths, lambda p: (-p.weight, -p.local_preference, p.sender is not None, len(p.as_path), p.origin))
        left = _by_med(left, process.compare_med)
        left = _least(left, lambda p: (not p.external,))
        best = min(left, key=lambda p: (int(p.sender_id or 0), len(p.cluster), int(p.sender or 0)))
        limit = process.several if best.external else process.several_inside
        equal = [p for p in left if process.relaxed or p.as_path == best.as_path]
        others = sorted((p for p in equal if p is not best), key=lambda p: int(p.sender or 0))
        return (best, *others[: limit - 1]) if best.sender is not None else (best,)

    def _routes(
        self, best: Mapping[str, Mapping[IPv4Network, tuple[Path, ...]]]
    ) -> dict[str, dict[IPv4Network, tuple[int, tuple[Hop, ...]]]]:
        found: dict[str, dict[IPv4Network, tuple[int, tuple[Hop, ...]]]] = {}
        for name, chosen in best.items():
            found[name] = {}
            for prefix, paths in chosen.items():
                if paths[0].sender is not None:
                    distance = EBGP_DISTANCE if paths[0].external else IBGP_DISTANCE
                    hops = {h for p in paths if p.next_hop for h in _lookup(self._tables[name], p.next_hop)}
                    found[name][prefix] = distance, tuple(sorted(hops, key=lambda h: (h.interface, int(h.next or 0))))
        return found


def _least(paths: list[Path], key: Callable[[Path], tuple[int, ...]]) -> list[Path]:
    measured = [(key(p), p) for p in paths]
    lowest = min(k for k, _p in measured)
    return [p for k, p in measured if k == lowest]


def _by_med(paths: list[Path], always: bool) -> list[Path]:
    """Return the paths that no other from the same neighbouring system beats by its MED."""
    return [p for p in paths if not any(o.med < p.med and (always or o.as_path[:1] == p.as_path[:1]) for o in paths)]


def _lookup(table: Table, address: IPv4Address) -> tuple[Hop, ...]:
    """Return the ways to an address by the longest prefix; a link's way names the address itself."""
    found = max((p for p in table if address in p), key=lambda p: p.prefixlen, default=None)
    return tuple(Hop(h.interface, h.next or address) for h in table[found]) if found is not None else ()
