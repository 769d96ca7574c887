"""What peers outside may make a router route, worked out a second time: on a board of regions by lengths of prefixes.

A field of the board is a prefix of some length that covers an address of a region (the addresses of which one named
prefix is the longest); lists and maps are boards, too, and a session lets through what all of its boards do. The rules
are those of `topology.reach.outside`: whoever is outside announces anything that is let in, with any next hop that no
map replaces; routers of ours tell each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import numpy as np
from numpy.typing import NDArray

from inventory.routeconfig import Bgp, Neighbor, PrefixRule
from topology.reach.grid.bgp import Link, Router, Speakers
from topology.reach.network import Network
from topology.reach.routes import Hop, Table

Board = NDArray[np.bool_]
_LENGTHS = np.arange(33)
_ALL = IPv4Network("0.0.0.0/0")


@dataclass
class _Source:
    """One way by which a router hears from outside."""

    board: Board
    usual: set[Hop]
    any: set[Hop]
    distance: int


class Outside:
    """What may come from outside, for all routers that speak BGP."""

    def __init__(self, network: Network, tables: Mapping[str, Table], speakers: Speakers) -> None:
        self._network, self._tables, self._speakers = network, tables, speakers
        lists = [
            rule.prefix for r in speakers.routers.values() for one in r.told.policies.prefix_lists for rule in one.rules
        ]
        named = {_ALL, *lists, *(prefix for name in speakers.routers for prefix in tables[name])}
        self._regions = sorted(named, key=lambda p: (p.prefixlen, p))
        self._nothing = np.zeros((len(self._regions), 33), dtype=np.bool_)
        self._sources = {name: [*self._strangers(router)] for name, router in speakers.routers.items()}
        self._heard = {name: self._nothing.copy() for name in speakers.routers}
        self._hops = {name: set[IPv4Address]() for name in speakers.routers}
        for name, some in self._sources.items():
            for source in some:
                self._heard[name] |= source.board
                self._hops[name] |= {hop.next for hop in source.any if hop.next}
        if any(self._sources.values()):
            self._pass_on()

    def _strangers(self, router: Router) -> Iterator[_Source]:
        for peer in router.told.neighbors:
            where = self._where(router, peer) if peer.active else None
            external = peer.remote_as != router.told.number
            if where is None or (external and router.told.requires_policy and not peer.map_in and not peer.list_in):
                continue
            board = self._inward(router.told, peer, ~self._nothing)
            put = _put(router.told, peer.map_in, peer.address)
            usual = {hop for address in put for hop in self._to(router.name, address)} if put else where
            everywhere = usual if put else usual | {*self._around(router.name)}
            yield _Source(board, usual, everywhere, router.distance(external=external))

    def _where(self, router: Router, peer: Neighbor) -> set[Hop] | None:
        """Return the way to a peer that is not ours, None if it is ours or cannot be there."""
        name, config = router.name, self._network.configs[router.name]
        owners = [
            other for other, told in self._network.configs.items()
            if any(a.ip == peer.address for i in told.interfaces for a in i.addresses)
        ]  # fmt: skip
        if any(other in self._speakers.routers for other in owners):
            return None
        here = [
            (a.network.prefixlen, i.name) for i in config.interfaces for a in i.addresses
            if peer.address in a.network and (name, i.name) in self._network.of
        ]  # fmt: skip
        if here:
            port = max(here)[1]
            return {Hop(port, peer.address)} if owners or self._network.of[name, port].places else None
        routed = any(p.prefixlen and peer.address in p for p in self._tables[name])
        inner = peer.remote_as == router.told.number
        return {*self._to(name, peer.address)} if routed and (inner or peer.multihop) else None

    def _to(self, name: str, address: IPv4Address) -> list[Hop]:
        return self._speakers.route(name, address)[1]

    def _around(self, name: str) -> Iterator[Hop]:
        for (device, port), domain in self._network.of.items():
            if device == name:
                yield Hop(port)
                yield from (Hop(port, a) for routed in domain.routed if routed.device != name for a in routed.own)

    def _list(self, rules: tuple[PrefixRule, ...]) -> Board:
        found, left = self._nothing.copy(), ~self._nothing
        for rule in rules:
            inside = np.array([region.subnet_of(rule.prefix) for region in self._regions])
            low = rule.prefix.prefixlen if rule.least is None else max(rule.least, rule.prefix.prefixlen)
            high = (rule.prefix.prefixlen if rule.least is None else 32) if rule.most is None else rule.most
            meant = left & np.outer(inside, (low <= _LENGTHS) & (high >= _LENGTHS))
            found |= meant if rule.permit else self._nothing
            left = left & ~meant
        return found

    def _map(self, told: Bgp, name: str) -> Board:
        lists = {one.name: one.rules for one in told.policies.prefix_lists}
        found, left = self._nothing.copy(), ~self._nothing
        for entry in next((one.entries for one in told.policies.maps if one.name == name), ()):
            meant, sure = left, entry.goes_on is None
            for kind, value in entry.matches:
                sure = sure and kind == "prefix-list"
                meant = meant & self._list(lists.get(value, ())) if kind == "prefix-list" else meant
            found |= meant if entry.permit else self._nothing
            left = left & ~meant if sure else left
        return found

    def _judged(self, told: Bgp, one: str, other: str, board: Board) -> Board:
        lists = {found.name: found.rules for found in told.policies.prefix_lists}
        board = board & self._list(lists[one]) if one in lists else board
        return board & self._map(told, other) if other else board

    def _inward(self, told: Bgp, peer: Neighbor, board: Board) -> Board:
        return self._judged(told, peer.list_in, peer.map_in, board)

    def _pass_on(self) -> None:
        heard: dict[Link, _Source] = {}
        before = None
        while before != (before := self._state()):
            for router in self._speakers.routers.values():
                for link in router.links:
                    source = self._over(router, link)
                    if source is not None:
                        heard[link] = source
                        self._heard[router.name] = self._heard[router.name] | source.board
                        self._hops[router.name] |= {hop.next for hop in source.any if hop.next}
        for link, source in heard.items():
            self._sources[link.here].append(source)

    def _state(self) -> dict[str, tuple[bytes, frozenset[IPv4Address]]]:
        return {name: (board.tobytes(), frozenset(self._hops[name])) for name, board in self._heard.items()}

    def _over(self, router: Router, link: Link) -> _Source | None:
        other = self._speakers.routers[link.there]
        back = next(
            (o for o in other.links if (o.there, o.theirs, o.mine) == (link.here, link.mine, link.theirs)), None
        )
        if back is None or not self._heard[link.there].any():
            return None
        mute = other.told.requires_policy and not back.peer.map_out and not back.peer.list_out
        deaf = router.told.requires_policy and not link.peer.map_in and not link.peer.list_in
        if link.external and (mute or deaf):
            return None
        sent = self._judged(other.told, back.peer.list_out, back.peer.map_out, self._heard[link.there])
        board = self._inward(router.told, link.peer, sent)
        hops = {link.theirs}
        if not (link.external or back.peer.next_hop_self or back.peer.next_hop_forced):
            hops |= self._hops[link.there]
        hops = _put(other.told, back.peer.map_out, back.mine) or hops
        hops = _put(router.told, link.peer.map_in, link.theirs) or hops
        usual = {*self._to(link.here, link.theirs)}
        every = usual | {hop for address in hops for hop in self._to(link.here, address)}
        return _Source(board, usual, every, router.distance(external=link.external))

    def tables(self, name: str) -> tuple[Table, Table]:
        """Return a router's routes with all that may be, and with what is expected."""
        table = self._tables[name]
        wide, usual = dict(table), dict(table)
        for number, region in enumerate(self._regions):
            best = max((p for p in table if region.subnet_of(p)), key=lambda p: p.prefixlen, default=None)
            coming = [s for s in self._sources[name] if s.board[number, self._least(name, best, s.distance) :].any()]
            if coming:
                hops = {*(table[best] if best is not None else ())}.union(*(s.any for s in coming))
                wide[region] = _ordered(hops)
                if best is None:
                    usual[region] = _ordered(set().union(*(s.usual for s in coming)))
        for prefix, found in [*wide.items()]:
            astray = {hop for old in found if old.next is not None for hop in self._astray(name, old.next)}
            wide[prefix] = _ordered({*found} | astray)
        return wide, usual

    def _astray(self, name: str, address: IPv4Address) -> set[Hop]:
        """Return where a narrower prefix from outside leads what goes by a next hop."""
        number = max(n for n, region in enumerate(self._regions) if address in region)
        best, _hops = self._speakers.route(name, address)
        first = 0 if best is None else best.prefixlen + 1
        return set().union(*(s.any for s in self._sources[name] if s.board[number, first:].any()))

    def _least(self, name: str, best: IPv4Network | None, distance: int) -> int:
        """Return the least length of a prefix that goes before or beside a route."""
        if best is None:
            return 0
        if any(hop.next is None for hop in self._tables[name][best]):
            return best.prefixlen + 1
        static = [r.distance for r in self._network.configs[name].routes if r.prefix == best]
        return best.prefixlen + (1 if static and min(static) < distance else 0)


def _ordered(hops: set[Hop]) -> tuple[Hop, ...]:
    return tuple(sorted(hops, key=lambda hop: (hop.interface, int(hop.next) if hop.next else 0)))


def _put(told: Bgp, name: str, peer: IPv4Address) -> set[IPv4Address]:
    """Return the next hops that a map puts in, if it does so in all that it permits."""
    entries = [e for one in told.policies.maps if one.name == name for e in one.entries if e.permit]
    values = [value for e in entries for kind, value in e.sets if kind == "next-hop"]
    if len(values) < len(entries):
        return set()
    return {peer if value == "peer-address" else IPv4Address(value) for value in values}
