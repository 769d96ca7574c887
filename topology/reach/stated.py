"""A device as the proof took it, in words of no vendor, and the sets of packets that these words name. Pure.

Neither descriptions nor accounts nor keys come here, only what decides of packets: so a statement holds no secret. Of
one family: what packets of the other meet is stated by itself. What a rule can never match (a session that is invalid,
a hardware address that drops) is stated as one that matches nothing, what a tunnel lets in as what both its ends do.
`Names` collects every set of addresses and services that is stated, from which the classes of packets are made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule
from topology.reach.boxes import (
    DISCOVERY,
    ECHO,
    FLAG,
    PORTS,
    SET,
    Box,
    Interval,
    boxed,
    intervals,
    joined,
    shared,
    whole,
    without,
    written,
)  # fmt: skip
from topology.reach.family import V4, Family, host, is_local, routers_anycast, speaks
from topology.reach.network import Domain, Ends, Network, own_addresses
from topology.reach.proxies import answers_for_others
from topology.reach.routes import Hop, Table
from topology.reach.sharing import sharing
from topology.reach.space import PROTOCOLS
from topology.reach.steady import held, masters

EVERYBODY = "*"
"""the next hop of a route to a link-local address: whoever routes on the segment, and the places on it"""
Stated = dict[str, Any]


@dataclass
class Names:
    """Every set that a certificate names of one family."""

    family: Family = V4
    addresses: set[tuple[Interval, ...]] = field(default_factory=set)
    services: set[tuple[Box, ...]] = field(default_factory=set)

    def named(self, found: Iterable[IPv4Network]) -> str:
        """Name a set of addresses and return it as text."""
        return self.run(intervals(found))

    def run(self, found: tuple[Interval, ...]) -> str:
        """Name a set of addresses that is given as intervals and return it as text."""
        self.addresses.add(found)
        return written(found, self.family)

    def boxes(self, found: tuple[Box, ...]) -> str:
        """Name a set of services and return it as text."""
        self.services.add(found)
        return boxed(found)

    def one(self, address: IPv4Address) -> str:
        """Name one address and return it."""
        self.named([host(address)])
        return str(address)


class Stating:
    """Writes the devices and domains of one network down.

    `tables`: the routes with all ways that may be; `steady`: while nothing fails; `order`: the network's domains.
    """

    def __init__(
        self,
        network: Network,
        tables: Mapping[str, Table],
        steady: Mapping[str, Table],
        order: Iterable[Domain],
        names: Names,
    ) -> None:
        self._network, self._tables, self._steady, self._names = network, tables, steady, names
        self._numbers = {domain.number: number for number, domain in enumerate(order)}
        self._masters, self._pairs = masters(network), sharing(network.configs)
        for networks in (network.family.never, network.family.never_from):
            names.named(networks)

    def domain(self, found: Domain) -> Stated:
        """Return what a certificate states of a broadcast domain."""
        owners = {a: [[r.device, r.interface.name] for r in found.routed if a in r.own] for a in _owned(found)}
        leading = {a: self._masters.get((found.number, a)) for a in owners}
        return {
            "places": sorted(found.places),
            "carriers": sorted(found.carriers),
            "switches": sorted(found.carriers - found.stations),
            "leaps": sorted(found.leaps),
            "owners": {self._names.one(a): sorted(ports) for a, ports in owners.items()},
            "speaking": {str(a): [p for p in sorted(owners[a]) if m is None or p[0] == m] for a, m in leading.items()},
            "proxies": sorted(
                [r.device, r.interface.name] for r in found.routed if answers_for_others(self._network, r)
            ),
            "linked": self._names.named(a.network for r in found.routed for a in r.interface.addresses),
        }

    def device(self, name: str) -> Stated:
        """Return what a certificate states of a device."""
        config, network, names = self._network.configs[name], self._network, self._names
        own, family = sorted(map(host, own_addresses(config))), network.family
        taken = [*own, *family.taken, *map(host, routers_anycast(config))]
        local = family.local if any(speaks(family, item) for item in config.interfaces) else ()
        ends = network.tunnels.get(name, ())
        known = [i.name for i in config.interfaces] + [network.tunnel(name)] * bool(ends)
        routes, steady = (self._routes(tables[name]) for tables in (self._tables, self._steady))
        return {
            "platform": network.platforms[name],
            "forwards": config.forwarding,
            "sessions": min(self._pairs.get(name, (name,))),
            "takes": names.named(taken),
            "holds": names.named(map(host, held(network, name, self._masters))),
            "sends": names.named([*own, *local]),
            "interfaces": self._interfaces(name),
            "routes": routes,
            "steady": None if steady == routes else steady,
            "filters": {
                f.hook: {
                    "default": f.default,
                    "rules": [self._rule(rule, known, sessions=not f.stateless) for rule in f.rules],
                }
                for f in config.filters
            },
            "nat": [one for rule in config.nat for one in self._nat(name, rule, config)],
            **self._tunnels(name, ends),
        }  # fmt: skip

    def held(self, name: str) -> list[int]:
        """Return the numbers of the domains that whoever holds a device sends into."""
        return sorted(self._numbers[domain.number] for domain in self._network.held.get(name, ()))

    def _interfaces(self, device: str) -> dict[str, int]:
        of = self._network.of
        names = [i.name for i in self._network.configs[device].interfaces if (device, i.name) in of]
        return {name: self._numbers[of[device, name].number] for name in names}

    def _tunnels(self, device: str, ends: tuple[Ends, ...]) -> Stated:
        """Return what tunnels draw from a device's routes, what both ends of each let in, and what the far one does."""
        network, items = self._network, self._network.configs[device].interfaces
        links = intervals(a.network for item in items for a in item.addresses)
        drawn = without(intervals(prefix for end in ends for prefix in end.remote), links)
        both = [(e, o) for e in ends for o in network.tunnels.get(e.peer, ()) if o.peer == device]
        every = (whole(network.family),)
        return {
            "tunnel": network.tunnel(device) if ends else "",
            "draws": self._names.run(drawn),
            "ends": [self._end(e.peer, intervals(e.local), intervals(e.remote), o) for e, o in both],
            "far": [self._end(e.peer, every, every, o) for e, o in both],
        }

    def _end(self, peer: str, local: tuple[Interval, ...], remote: tuple[Interval, ...], far: Ends) -> Stated:
        """Return what the selectors of a far end, and these, let in there."""
        names = self._names
        return {
            "to": [peer, self._network.tunnel(peer)],
            "source": names.run(shared(local, intervals(far.remote))),
            "target": names.run(shared(remote, intervals(far.local))),
        }

    def _routes(self, table: Table) -> list[Stated]:
        by: dict[tuple[Hop, ...], list[IPv4Network]] = {}
        for prefix, hops in table.items():
            by.setdefault(hops, []).append(prefix)
            self._names.named([prefix])
            for hop in hops:
                if hop.next and not is_local(hop.next):
                    self._names.one(hop.next)
        made = [
            {"to": [str(prefix) for prefix in sorted(prefixes)], "by": [[hop.interface, _next(hop)] for hop in hops]}
            for hops, prefixes in by.items()
        ]
        return sorted(made, key=lambda one: one["to"])

    def _rule(self, rule: FilterRule, known: list[str], *, sessions: bool) -> Stated:
        """Return a rule; what it does not ask for is left out.

        Where no sessions are kept, `established` is a segment with ACK or RST: a service like others.
        """
        acks = rule.state == "established" and not sessions
        forged = rule.action == "drop" and bool(rule.source_macs or rule.not_source_macs)
        never = rule.state == "invalid" or (forged and (acks or rule.state is None))
        asked: Stated = {"in": _fitting(rule.in_interfaces, known), "out": _fitting(rule.out_interfaces, ["", *known])}
        if never:
            asked |= {"target": self._names.run(())}
        elif rule.state and not acks:
            asked |= {"session": True}
        else:
            asked |= {
                "source": self._sources(rule.sources, rule.not_sources),
                "target": self._names.named(rule.destinations) if rule.destinations else None,
                "service": self._service(rule, acks),
            }
        return {"name": rule.name, "action": rule.action} | {k: v for k, v in asked.items() if v is not None}

    def _nat(self, device: str, rule: NatRule, config: DeviceConfig) -> Iterator[Stated]:
        """Yield a translation for each interface that it is of, with the address that it puts there."""
        first = {i.name: i.addresses[0].ip for i in config.interfaces if i.addresses}
        faces = [rule.interface] if rule.interface else [i.name for i in config.interfaces]
        faces += [self._network.tunnel(device)] if not rule.interface and rule.kind == "destination" else []
        for face in faces:
            if address := rule.to or first.get(face):
                asked: Stated = {
                    "source": self._sources(rule.sources, ()),
                    "target": self._names.named(rule.destinations) if rule.destinations else None,
                    "service": self._boxes(rule.protocol, rule.ports) if rule.protocol else None,
                }
                to = self._names.one(address)
                told = {"kind": rule.kind, "name": rule.name, "interface": face, "to": to}
                yield told | {k: v for k, v in asked.items() if v is not None}

    def _sources(self, sources: tuple[IPv4Network, ...], but: tuple[IPv4Network, ...]) -> str | None:
        """Return the sources of a rule, None for any."""
        if not sources and not but:
            return None
        every = (whole(self._network.family),)
        return self._names.run(without(intervals(sources) if sources else every, intervals(but)))

    def _service(self, rule: FilterRule, acks: bool) -> str | None:
        """Return the services of a rule, None for any."""
        echo, discovery = rule.icmp_echo_only, rule.discovery_only
        only = self._network.family.echo if echo else "icmpv6" if discovery else "tcp" if acks else rule.protocol
        if only is None:
            return None
        if rule.protocol not in (None, only):
            return self._names.boxes(())
        flag = DISCOVERY if discovery else ECHO if only == "icmpv6" and echo else SET if echo or acks else FLAG
        return self._boxes(only, rule.ports, rule.source_ports, flag)

    def _boxes(self, protocol: str, ports: tuple[int, ...], come: tuple[int, ...] = (), flag: Interval = FLAG) -> str:
        to, source = (joined((p, p) for p in found) or (PORTS,) for found in (ports, come))
        number = PROTOCOLS[protocol]
        return self._names.boxes(tuple((number, number, *a, *b, *flag) for a in to for b in source))


def _owned(domain: Domain) -> list[IPv4Address]:
    return sorted({address for routed in domain.routed for address in routed.own})


def _next(hop: Hop) -> str:
    if hop.next is None:
        return ""
    return EVERYBODY if is_local(hop.next) else str(hop.next)


def _fitting(patterns: tuple[str, ...], known: list[str]) -> list[str] | None:
    """Return the interfaces of a device that patterns mean; None is any."""
    if not patterns:
        return None
    return sorted({name for name in known for pattern in patterns if name == pattern or fnmatchcase(name, pattern)})
