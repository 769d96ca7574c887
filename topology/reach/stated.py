"""A device as the proof took it, in words of no vendor, and the sets of packets that these words name. Pure.

Neither descriptions nor accounts nor keys come here, only what decides of packets: so a statement holds no secret.
`Names` collects every set of addresses and services that is stated, from which the classes of packets are made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import IPv4Network
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, NatRule
from topology.reach.boxes import FLAG, PORTS, WHOLE_ADDRESS, Box, Interval, boxed, intervals, joined, without, written
from topology.reach.engine import LINK_LOCAL_MULTICAST, NEVER_FORWARDED
from topology.reach.network import Network, own_addresses
from topology.reach.routes import Hop, Table
from topology.reach.space import PROTOCOLS
from topology.reach.steady import lent, masters


@dataclass
class Names:
    """Every set that a certificate names, by the field it is of."""

    sources: set[tuple[Interval, ...]] = field(default_factory=set)
    targets: set[tuple[Interval, ...]] = field(default_factory=set)
    services: set[tuple[Box, ...]] = field(default_factory=set)

    def source(self, found: Iterable[IPv4Network]) -> str:
        """Name a set of sources and return it as text."""
        return self._named(self.sources, found)

    def target(self, found: Iterable[IPv4Network]) -> str:
        """Name a set of destinations and return it as text."""
        return self._named(self.targets, found)

    def _named(self, held: set[tuple[Interval, ...]], found: Iterable[IPv4Network]) -> str:
        made = intervals(found)
        held.add(made)
        return written(made)


class Stating:
    """Writes the devices of one network down."""

    def __init__(self, network: Network, tables: Mapping[str, Table], domains: Mapping[int, int], names: Names) -> None:
        """`domains`: the number of a domain in the certificate by its number in the network."""
        self._network, self._tables, self._domains, self._names = network, tables, domains, names
        self._masters = masters(network)
        names.target([LINK_LOCAL_MULTICAST])
        names.target(NEVER_FORWARDED)

    def device(self, name: str) -> dict[str, Any]:
        """Return what a certificate states of a device."""
        config = self._network.configs[name]
        self._names.source(IPv4Network(address) for address in own_addresses(config))
        ends = self._network.tunnels.get(name, ())
        known = [i.name for i in config.interfaces] + [self._network.tunnel(name)] * bool(ends)
        return {
            "platform": self._network.platforms[name],
            "forwards": config.forwarding,
            "interfaces": {i.name: self._interface(name, i) for i in config.interfaces if i.addresses or i.vrrp},
            "lent": self._names.target(map(IPv4Network, sorted(lent(self._network, name, self._masters)))),
            "routes": self._routes(self._tables[name]),
            "filters": {
                f.hook: {
                    "default": f.default,
                    "sessions": not f.stateless,
                    "rules": [self._rule(rule, known, sessions=not f.stateless) for rule in f.rules],
                }
                for f in config.filters
            },
            "nat": [self._nat(rule, config) for rule in config.nat],
            "tunnels": None if not ends else {
                "interface": self._network.tunnel(name),
                "ends": [
                    {"peer": e.peer, "local": self._both(e.local), "remote": self._both(e.remote)} for e in ends
                ],
            },
        }  # fmt: skip

    def _both(self, networks: Iterable[IPv4Network]) -> str:
        found = tuple(networks)
        self._names.source(found)
        return self._names.target(found)

    def _interface(self, device: str, item: Interface) -> dict[str, Any]:
        domain = self._network.of.get((device, item.name))
        for address in (*item.addresses, *(v.address for v in item.vrrp)):
            self._names.target([IPv4Network(address.ip)])
        for address in item.addresses:
            self._names.target([address.network])
        return {
            "domain": None if domain is None else self._domains[domain.number],
            "addresses": [str(address) for address in item.addresses],
            "virtual": sorted(str(v.address.ip) for v in item.vrrp),
        }

    def _routes(self, table: Table) -> list[dict[str, Any]]:
        by: dict[tuple[Hop, ...], list[IPv4Network]] = {}
        for prefix, hops in table.items():
            by.setdefault(hops, []).append(prefix)
            self._names.target([prefix])
        made = [
            {
                "to": [str(prefix) for prefix in sorted(prefixes)],
                "by": [[hop.interface, str(hop.next) if hop.next else None] for hop in hops],
            }
            for hops, prefixes in by.items()
        ]
        return sorted(made, key=lambda one: one["to"])

    def _rule(self, rule: FilterRule, known: list[str], *, sessions: bool) -> dict[str, Any]:
        """Return a rule; what it does not ask for is left out.

        Where no sessions are kept, `established` is a segment with ACK or RST: a service like others.
        """
        acks = rule.state == "established" and not sessions
        asked: dict[str, Any] = {
            "state": None if acks else rule.state,
            "in": _fitting(rule.in_interfaces, known),
            "out": _fitting(rule.out_interfaces, ["", *known]),
            "hardware": True if rule.source_macs or rule.not_source_macs else None,
            "source": self._sources(rule.sources, rule.not_sources),
            "target": self._names.target(rule.destinations) if rule.destinations else None,
            "service": self._service(rule.protocol, rule.ports, rule.source_ports, rule.icmp_echo_only, acks),
        }
        return {"name": rule.name, "action": rule.action} | {k: v for k, v in asked.items() if v is not None}

    def _nat(self, rule: NatRule, config: DeviceConfig) -> dict[str, Any]:
        """Return a translation; what hides behind an interface's address is told of its first address there."""
        faces = [i for i in config.interfaces if not rule.interface or i.name == rule.interface]
        for address in [rule.to] if rule.to else [i.addresses[0].ip for i in faces if i.addresses]:
            (self._names.target if rule.kind == "destination" else self._names.source)([IPv4Network(address)])
        asked: dict[str, Any] = {
            "interface": rule.interface or None,
            "to": str(rule.to) if rule.to else None,
            "source": self._sources(rule.sources, ()),
            "target": self._names.target(rule.destinations) if rule.destinations else None,
            "service": self._service(rule.protocol, rule.ports) if rule.protocol else None,
        }
        return {"kind": rule.kind, "name": rule.name} | {k: v for k, v in asked.items() if v is not None}

    def _sources(self, sources: tuple[IPv4Network, ...], but: tuple[IPv4Network, ...]) -> str | None:
        """Return the sources of a rule, None for any."""
        if not sources and not but:
            return None
        found = without(intervals(sources) if sources else (WHOLE_ADDRESS,), intervals(but))
        self._names.sources.add(found)
        return written(found)

    def _service(
        self,
        protocol: str | None,
        ports: tuple[int, ...],
        come: tuple[int, ...] = (),
        echo: bool = False,
        acks: bool = False,
    ) -> str | None:
        """Return the boxes of a rule's services, None for any; `echo` is of ICMP, `acks` of TCP alone."""
        only = "icmp" if echo else "tcp" if acks else protocol
        if only is None:
            return None
        which = (PROTOCOLS[only], PROTOCOLS[only])
        to, source = (joined((p, p) for p in found) or (PORTS,) for found in (ports, come))
        flag = (1, 1) if echo or acks else FLAG
        boxes = tuple((*which, *a, *b, *flag) for a in to for b in source) if protocol in (None, only) else ()
        self._names.services.add(boxes)
        return boxed(boxes)


def _fitting(patterns: tuple[str, ...], known: list[str]) -> list[str] | None:
    """Return the interfaces of a device that patterns mean; None is any."""
    if not patterns:
        return None
    return sorted({name for name in known for pattern in patterns if name == pattern or fnmatchcase(name, pattern)})
