"""What the county's policy and the principles of the network allow between two places, as packet sets. Pure.

Decided from `county.rules` alone, never from what a device is told. A source is the addresses that belong at the
place: a forged one is allowed nowhere. The Internet is every public address that belongs to no other place. A rule
whose last day is over allows nothing any more. What holds besides the policy is in `principles`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from ipaddress import IPv4Network
from weakref import WeakMethod

from inventory.deviceconfig import DeviceConfig
from inventory.model import County, PolicyRule
from inventory.selectors import parse_selector
from topology.reach.network import DEVICES, Network, network, own_addresses
from topology.reach.principles import PRIVATE, Principles
from topology.reach.space import Set, Space

INTERNET = "zone:internet"


class Allowed:
    """The policy of one county as packet sets; `today` is the day of its clock, without one no rule ever ends."""

    def __init__(self, county: County, network: Network, space: Space, today: date | None = None) -> None:
        self._county, self._network, self._space, self._today = county, network, space, today
        self._services = {s.name: s for s in county.services}
        self._browsing = {f"unit:{u.id}" for u in county.units if u.may_browse}
        self._standing = tuple(rule for rule in county.rules if not _over(rule, today))
        self._expired = tuple(rule for rule in county.rules if _over(rule, today))
        self._at: dict[tuple[str, str], Set] = {}
        self._sides: dict[tuple[str, str], dict[str, Set]] = {}
        self._between: dict[tuple[str, str], Set] = {}
        self.principles = Principles(county, network, space, _weakly(self.at))

    def moved(self, network: Network) -> "Allowed":
        """Return what is allowed in a network of the same county: itself if every device has the addresses it had."""
        if network.addresses == self._network.addresses and _owned_alike(self._network.configs, network.configs):
            return self
        found = type(self)(self._county, network, self._space, self._today)
        found._at, found._carried = self._at, self._carried  # these hang on the county alone
        return found

    def prepare(self, places: Iterable[str]) -> None:
        """Work out what is allowed between each place and what no unit is, once, and not with the first edits."""
        every = tuple(places)
        others = [place for place in every if not place.startswith("unit:")]
        for place in every:
            for other in others:
                self.between(place, other)
                self.between(other, place)

    def between(self, source: str, target: str) -> Set:
        """Return the first packets that may go from a place to a place."""
        found = self._between.get((source, target))
        if found is None:
            found = self._space.union(packets for _rule, packets in self.rules(source, target))
            found = self._between[source, target] = found | self.principles.between(source, target)
        return found

    @cached_property
    def owed(self) -> Set:
        """The packets that nobody may hold back where the policy allows them: not those to the network's own links."""
        own = [self._county.plan.hub.network, *(transit.prefix for transit in self._county.plan.transits)]
        own += [zone.segment for zone in self._county.zones if zone.segment and zone.segment != zone.prefix]
        return ~self._space.targets(own)

    def said_of_devices(self, source: str, target: str) -> Set:
        """Return what the policy itself says of devices' management addresses, between two places."""
        return self._space.union(packets for rule, packets in self.rules(source, target) if _of_devices(rule))

    def rules(self, source: str, target: str) -> Iterator[tuple[PolicyRule, Set]]:
        """Yield each rule of the policy that allows something between two places, with what it allows."""
        return self._rules(self._standing, source, target)

    def expired(self, source: str, target: str) -> Iterator[tuple[PolicyRule, Set]]:
        """Yield each exception that is over, with what it allowed between two places."""
        return self._rules(self._expired, source, target)

    def _rules(self, rules: tuple[PolicyRule, ...], source: str, target: str) -> Iterator[tuple[PolicyRule, Set]]:
        comes, goes = self._of(source, "s"), self._of(target, "d")
        for rule in rules if comes and goes else ():
            come, go = comes.get(rule.id), goes.get(rule.id)
            if come is not None and go is not None:
                yield rule, come & go

    def _of(self, place: str, side: str) -> dict[str, Set]:
        """Return by rule the packets of one side of it at a place; a rule that means other places is left out."""
        found = self._sides.get((place, side))
        if found is None:
            found = self._sides[place, side] = {}
            for rule in self._county.rules:
                packets = self._side(rule.source if side == "s" else rule.target, place, side)
                if packets is not None:
                    found[rule.id] = packets & self._carried[rule.id]
        return found

    @cached_property
    def _carried(self) -> dict[str, Set]:
        """The services of each rule, by its id."""
        return {rule.id: self._space.union(map(self._service, rule.services)) for rule in self._county.rules}

    def _service(self, name: str) -> Set:
        service, space = self._services[name], self._space
        found = space.protocol(service.protocol) & space.to_ports(tuple(service.ports))
        return found & space.echo if service.protocol == "icmp" else found

    def _side(self, selector: str, place: str, side: str) -> Set | None:
        """Return the packets whose source or destination a selector means, at a place; None if it means another."""
        parsed = parse_selector(selector)
        if parsed is None:
            return None
        if parsed.kind == "host":
            host = self._county.host_by_name[parsed.name]
            inside = place == f"zone:{host.zone.value}"
            return self._space.prefix(side, IPv4Network(host.address.ip)) if inside else None
        zones = {"devices": place, "zone": f"zone:{parsed.name}"}
        if DEVICES in (place, parsed.kind) and zones.get(parsed.kind, "").startswith("zone:"):
            zone = zones[parsed.kind].removeprefix("zone:")
            return self.principles.in_zone(zone, side, legs=place == DEVICES and side == "s")
        if place == DEVICES and side == "s" and parsed.kind in ("units", "browsing-units", "unit"):
            return self.principles.gateways(selector)
        fits = {
            "units": place.startswith("unit:"),
            "browsing-units": place in self._browsing,
            "devices": place == DEVICES,
        }.get(parsed.kind, place == selector)
        return self.at(place, side) if fits else None

    def at(self, place: str, side: str = "s") -> Set:
        """Return the packets whose source (or destination, `d`) belongs at a place."""
        found = self._at.get((place, side))
        if found is None:
            networks = self._network.addresses.get(place, ())
            found = self._space.union(self._space.prefix(side, network) for network in networks)
            found = ~self._others[side] if place == INTERNET and not networks else found
            self._at[place, side] = found
        return found

    @cached_property
    def _others(self) -> dict[str, Set]:
        known = [n for networks in self._network.addresses.values() for n in networks]
        plan = self._county.plan
        known += [*plan.management, plan.unit_lans, plan.tunnels, plan.staging, *PRIVATE]
        return {side: self._space.union(self._space.prefix(side, n) for n in known) for side in "sd"}


def _weakly(ask: Callable[[str], Set]) -> Callable[[str], Set]:
    """Return a method without holding its object: a circle would outlive the space's manager, which CUDD minds."""
    held = WeakMethod(ask)

    def asked(place: str) -> Set:
        method = held()
        return method(place) if method else None

    return asked


def _owned_alike(one: Mapping[str, DeviceConfig], other: Mapping[str, DeviceConfig]) -> bool:
    """Return whether the same devices have the same addresses."""
    if one is other or one.keys() != other.keys():
        return one is other
    pairs = ((one[name], other[name]) for name in one)
    return all(
        old is new or old.interfaces is new.interfaces or own_addresses(old) == own_addresses(new) for old, new in pairs
    )


def _of_devices(rule: PolicyRule) -> bool:
    return DEVICES in (rule.source, rule.target)


def _over(rule: PolicyRule, today: date | None) -> bool:
    return today is not None and rule.expires_on is not None and rule.expires_on < today


def rules_between(county: County, source: str, target: str, today: date | None = None) -> tuple[PolicyRule, ...]:
    """Return the policy's rules that allow anything from a place to a place, whatever devices run."""
    space = Space()
    found = Allowed(county, network(county, {}), space, today).rules(source, target)
    return tuple(rule for rule, packets in found if packets != space.nothing)
