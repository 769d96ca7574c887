"""How a county's configurations are joined: broadcast domains, who routes on them, what may send there.

A broadcast domain is found by walking cables and VLANs, so a shared VLAN or a wrong native VLAN shows as one domain
where two should be. A place is where packets begin and end: a unit's LAN, a zone, the operator's net; the devices
themselves are one, too. Two places in one domain reach each other without any filter: `shared`. Pure.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import Any, cast

from inventory import names
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.model import County
from topology.reach.family import V4, Family, Views, host, speaks, views
from topology.reach.instances import owner, split
from topology.reach.joints import Leap, Point, Port
from topology.reach.plugs import OPERATOR, Plugs, point
from topology.reach.tunnels import Ends, Joined, both_ends, told_alike, tunnels

__all__ = ["DEVICES", "FORGED", "OPERATOR", "Domain", "Ends", "Network", "Routed", "edited", "forger", "network"]
DEVICES = "devices"
FORGED = "forged by "
"""begins the name of a source that is one device which sends any header"""


def forger(source: str) -> str:
    """Return the device that a source is if it is one that sends any header, else empty."""
    return source.removeprefix(FORGED) if source.startswith(FORGED) else ""


@dataclass(frozen=True)
class Routed:
    """A device's interface on a domain."""

    device: str
    interface: Interface

    @cached_property
    def own(self) -> frozenset[IPv4Address]:
        """What the device answers at here; a virtual address is everybody's who may become master."""
        return frozenset({a.ip for a in self.interface.addresses} | {v.address.ip for v in self.interface.vrrp})


def own_addresses(config: DeviceConfig) -> frozenset[IPv4Address]:
    """Return every address that a device answers at."""
    found = {a.ip for item in config.interfaces for a in item.addresses}
    return frozenset(found | {v.address.ip for item in config.interfaces for v in item.vrrp})


@dataclass
class Domain:
    """A broadcast domain."""

    number: int
    routed: list[Routed] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    carriers: set[str] = field(default_factory=set)
    """the devices that switch it, or can send tagged into it: whoever holds one can send there, and a line of it can
    join domains"""
    holders: set[str] = field(default_factory=set)
    """the devices with a plug on it that is no port of a switch, whether they speak there or not"""
    tagging: set[str] = field(default_factory=set)
    """the places whose people are on it only if they tag"""
    leaps: dict[str, Leap] = field(default_factory=dict)
    """by place: the trunk by which its people send into this domain with two tags, and hear nothing of it"""

    @cached_property
    def stations(self) -> frozenset[str]:
        """The devices that stand on it by an interface which is no port of a switch; ask only when it is whole."""
        here = {r.device for r in self.routed if r.interface.switchport is None}
        return frozenset(here | {owner(node) for node in here})

    @cached_property
    def owners(self) -> Mapping[IPv4Address, tuple[Routed, ...]]:
        """By address, who answers at it here; ask only when it is whole."""
        found: dict[IPv4Address, tuple[Routed, ...]] = {}
        for routed in self.routed:
            for address in routed.own:
                found[address] = (*found.get(address, ()), routed)
        return found

    @cached_property
    def members(self) -> frozenset[object]:
        """What is on it, to tell whether it is as it was; ask only when it is whole."""
        routed = ((r.device, r.interface.name, r.own) for r in self.routed)
        return frozenset({*self.places, *routed, *self.leaps.items()})


@dataclass(frozen=True)
class Network:
    """A county as the proof sees it."""

    configs: Mapping[str, DeviceConfig]
    """by node: a device, or an instance of one with routing tables of its own (`instances`)"""
    platforms: Mapping[str, str]
    domains: tuple[Domain, ...]
    of: Mapping[Port, Domain]
    """the domain of a device's routed interface"""
    places: Mapping[str, tuple[Domain, ...]]
    addresses: Mapping[str, tuple[IPv4Network, ...]]
    """the addresses that belong at a place; none is any (the Internet)"""
    tunnels: Mapping[str, tuple[Ends, ...]]
    """by device: the tunnels that end there"""
    family: Family = V4
    """whose packets it carries: configurations, addresses and routes are as these see them"""
    views: Views | None = None
    """what the configurations are views of"""
    plugs: Plugs | None = None
    """how its ports are joined"""
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """what others worked out of it, once for all of them"""

    @cached_property
    def joined(self) -> Mapping[str, tuple[Joined, ...]]:
        """By device: its ends of tunnels, each with the ends at the other device that lead here."""
        return both_ends(self.tunnels)

    def tunnel(self, device: str) -> str:
        """Return the name of a device's tunnel interface."""
        return names.tunnel(self.platforms[device])

    def answered(self, device: str) -> frozenset[IPv4Address]:
        """Return every address that a device answers at."""
        key = ("answered", device)
        if key not in self.kept:
            self.kept[key] = own_addresses(self.configs[device])
        found: frozenset[IPv4Address] = self.kept[key]
        return found

    def own(self, device: str) -> frozenset[IPv4Address]:
        """Return every address that a device answers at, in whatever instance."""
        if (known := self.kept.get(("own", device))) is None:
            known = self.kept["own", device] = frozenset().union(*map(self.answered, self.nodes.get(device, ())))
        return cast(frozenset[IPv4Address], known)

    @cached_property
    def nodes(self) -> Mapping[str, tuple[str, ...]]:
        """By device: itself and its instances."""
        found: dict[str, list[str]] = defaultdict(list)
        for node in self.configs:
            found[owner(node)].append(node)
        return {device: tuple(nodes) for device, nodes in found.items()}

    def entered(self, place: str) -> tuple[Domain, ...]:
        """Return the domains that people at a place can send into: their own, and those that two tags lead to."""
        return (*self.places.get(place, ()), *self.leapt.get(place, ()))

    @cached_property
    def leapt(self) -> Mapping[str, tuple[Domain, ...]]:
        """By place: the domains that its people send into with two tags."""
        found: dict[str, list[Domain]] = defaultdict(list)
        for domain in self.domains:
            for place in domain.leaps:
                found[place].append(domain)
        return {place: tuple(domains) for place, domains in found.items()}

    @cached_property
    def wires(self) -> tuple[tuple[str, Interface], ...]:
        """The interfaces of WireGuard that are up, with their devices."""
        every = ((name, item) for name, config in self.configs.items() for item in config.interfaces)
        return tuple((name, item) for name, item in every if item.wireguard and item.enabled)

    @cached_property
    def ports(self) -> Mapping[str, tuple[str, ...]]:
        """By device: its routed interfaces that are on a domain."""
        found: dict[str, list[str]] = defaultdict(list)
        for device, interface in self.of:
            found[device].append(interface)
        return {device: tuple(interfaces) for device, interfaces in found.items()}

    @cached_property
    def standing(self) -> Mapping[Port, Routed]:
        """The routed interfaces on domains, by device and name."""
        return {(r.device, r.interface.name): r for domain in self.domains for r in domain.routed}

    @cached_property
    def held(self) -> Mapping[str, tuple[Domain, ...]]:
        """By device: the domains that whoever holds it can send into."""
        found: dict[str, list[Domain]] = defaultdict(list)
        for domain in self.domains:
            for device in domain.holders | domain.carriers:
                found[device].append(domain)
        return {device: tuple(domains) for device, domains in found.items()}

    def around(self, device: str, interface: str) -> frozenset[object]:
        """Return what is on a routed interface's domain, to tell whether it is as it was."""
        return self.of[device, interface].members

    def shared(self, *, untagged: bool = False) -> Iterator[tuple[str, str]]:
        """Yield the pairs of places that lie in one broadcast domain; `untagged`: where nobody has to tag for it."""
        for domain in self.domains:
            found = sorted(set(domain.places) - (domain.tagging if untagged else set()))
            yield from ((a, b) for n, a in enumerate(found) for b in found[n + 1 :])


def network(
    county: County,
    configs: Mapping[str, DeviceConfig],
    family: Family = V4,
    earlier: Network | None = None,
    plugs: Plugs | None = None,
) -> Network:
    """Return what the proof of a family's packets stands on.

    `configs` may be intended, planned or parsed ones, with the platform's names; of devices that are the same objects
    as in the `earlier` network of that family, the views stand. `plugs`: those of these configurations, if known.
    """
    platforms = {device.name: device.platform for device in county.devices}
    seen = views(family, configs, platforms, earlier.views if earlier else None)
    return _network(county, seen, platforms, plugs or Plugs(county, configs, platforms), family, earlier)


def _network(
    county: County, told: Views, platforms: Mapping[str, str], plugs: Plugs, family: Family,
    earlier: Network | None = None,
) -> Network:  # fmt: skip
    configs, domains = told.seen, dict[Point, Domain]()

    def domain(point: Point) -> Domain:
        return domains.setdefault(plugs.find(point), Domain(len(domains)))

    of: dict[Port, Domain] = {}
    nodes = split(configs, earlier.configs if earlier else None)
    for name, config in nodes.items():
        for item in config.interfaces:
            routes = speaks(family, item) and (item.switchport is None or family is not V4)
            if item.enabled and routes and item.kind != "loopback":
                of[name, item.name] = found = domain(point(owner(name), item))
                known = earlier.standing.get((name, item.name)) if earlier else None
                found.routed.append(known if known and known.interface is item else Routed(name, item))
    places: dict[str, list[Domain]] = defaultdict(list)
    for place, where in plugs.inhabited:
        found = domain(where)
        if where[2] is None:
            found.tagging.discard(place)
        elif found not in places[place]:
            found.tagging.add(place)
        if found not in places[place]:
            places[place].append(found)
            found.places.append(place)
    _carried(plugs, domains, told)
    return Network(
        configs=nodes,
        platforms={**platforms, **{name: platforms[owner(name)] for name in nodes if owner(name) in platforms}},
        domains=tuple(domains.values()),
        of=of,
        places={place: tuple(found) for place, found in places.items()},
        addresses=earlier.addresses if earlier else _addresses(county) if family is V4 else _addresses6(county),
        tunnels=earlier.tunnels if earlier and told_alike(earlier.views, configs) else tunnels(configs),
        family=family,
        views=told,
        plugs=plugs,
    )


def _carried(plugs: Plugs, domains: Mapping[Point, Domain], told: Views) -> None:
    """Note who sends into a domain besides those on it: switches, devices on a trunk, and who may use two tags."""
    for name, item in ((name, item) for name, config in told.seen.items() for item in config.interfaces):
        plugged = item.enabled and item.switchport is None and item.kind == "physical"
        if plugged and (held := domains.get(plugs.find((name, item.name, None)))) is not None:
            held.holders.add(name)
    for carrier in plugs.carried:
        if (carried := domains.get(plugs.find(carrier))) is not None:
            carried.carriers.add(carrier[0])
    senders = {at: (domain.places, domain.stations | domain.carriers) for at, domain in domains.items()}
    for native, at, leap in plugs.leaping:
        if native in senders and at in domains:
            places, devices = senders[native]
            other = domains[at]
            other.leaps |= {place: leap for place in places if place not in other.places}
            other.carriers |= devices


def edited(found: Network, county: County, configs: Mapping[str, DeviceConfig]) -> Network:
    """Return what the proof stands on after an edit; how all is joined stands if only filters and the like differ.

    It is the very same network if nothing of it differs to packets of its family.
    """
    old, fresh = found.configs, views(found.family, configs, found.platforms, found.views)
    new = split(fresh.seen, old)
    if old.keys() == new.keys() and all(old[n] is new[n] for n in old):
        return found
    if old.keys() == new.keys() and all(old[n] is new[n] or _joins(old[n]) == _joins(new[n]) for n in old):
        return replace(found, configs=new, views=fresh, kept={})
    plugs = found.plugs.edited(configs) if found.plugs else Plugs(county, configs, found.platforms)
    return _network(county, fresh, found.platforms, plugs, found.family, found)


def _joins(config: DeviceConfig) -> tuple[object, ...]:
    """Return everything on which it depends how a device is joined to others."""
    return config.interfaces, config.vlans, config.tunnels


def _addresses(county: County) -> dict[str, tuple[IPv4Network, ...]]:
    found: dict[str, tuple[IPv4Network, ...]] = {f"unit:{unit.id}": (unit.lan,) for unit in county.units}
    for zone in county.zones:
        anywhere = zone.prefix.prefixlen == 0
        found[f"zone:{zone.name.value}"] = () if anywhere else (zone.prefix,)
    found[DEVICES] = tuple(IPv4Network(device.management) for device in county.devices)
    found[OPERATOR] = (county.plan.tunnels,)
    return found


def _addresses6(county: County) -> dict[str, tuple[IPv4Network, ...]]:
    """Return the IPv6 addresses that the inventory gives to places; zones and the operator's net have none."""
    found: dict[str, tuple[IPv4Network, ...]]
    found = {f"unit:{unit.id}": (cast(IPv4Network, unit.lan6),) for unit in county.units if unit.lan6}
    found[DEVICES] = tuple(host(cast(IPv4Address, d.management6)) for d in county.devices if d.management6)
    return found
