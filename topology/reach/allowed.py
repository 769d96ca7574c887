"""What the county's policy and the principles of the network allow between two places, as packet sets. Pure.

Decided from `county.policy` alone, never from what a device is told. A source is the addresses that belong at the
place: a forged one is allowed nowhere. The Internet is every public address that belongs to no other place. Besides the
policy, three principles hold: a unit may ping its own gateway, VRRP is spoken on a zone's segment, and tunnels are
carried between the operator's net and the devices at their ends.
"""

from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Network

from inventory.model import County, PolicyRule
from inventory.selectors import parse_selector
from topology.reach.network import DEVICES, OPERATOR, Network, network
from topology.reach.space import Set, Space

IKE = (500, 4500)
INTERNET = "zone:internet"
PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918, RFC 6598: nobody's on the Internet"""


class Allowed:
    """The policy of one county as packet sets."""

    def __init__(self, county: County, network: Network, space: Space) -> None:
        self._county, self._network, self._space = county, network, space
        self._services = {s.name: s for s in county.services}
        self._browsing = {f"unit:{u.id}" for u in county.units if u.may_browse}

    def between(self, source: str, target: str) -> Set:
        """Return the first packets that may go from a place to a place."""
        found = self._space.union(packets for _rule, packets in self.rules(source, target))
        return found | self._principles(source, target)

    @cached_property
    def owed(self) -> Set:
        """The packets that nobody may hold back where the policy allows them: not those to the network's own links."""
        own = [self._county.plan.hub.network, *(transit.prefix for transit in self._county.plan.transits)]
        own += [zone.segment for zone in self._county.zones if zone.segment and zone.segment != zone.prefix]
        return ~self._space.targets(own)

    def rules(self, source: str, target: str) -> Iterator[tuple[PolicyRule, Set]]:
        """Yield each rule of the policy that allows something between two places, with what it allows."""
        for rule in self._county.policy:
            come, go = self._side(rule.source, source, "s"), self._side(rule.target, target, "d")
            if come is not None and go is not None:
                yield rule, come & go & self._space.union(map(self._service, rule.services))

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
            return self._managed_in(zones[parsed.kind].removeprefix("zone:"), side)
        fits = {
            "units": place.startswith("unit:"),
            "browsing-units": place in self._browsing,
            "devices": place == DEVICES,
        }.get(parsed.kind, place == selector)
        return self.at(place, side) if fits else None

    def _managed_in(self, zone: str, side: str) -> Set | None:
        """Return the devices whose management address lies in a zone: they are a part of it."""
        prefix = next(z.prefix for z in self._county.zones if z.name.value == zone)
        found = [d.management for d in self._county.devices if prefix.prefixlen and d.management in prefix]
        return self._space.union(self._space.prefix(side, IPv4Network(a)) for a in found) if found else None

    def at(self, place: str, side: str = "s") -> Set:
        """Return the packets whose source (or destination, `d`) belongs at a place."""
        networks = self._network.addresses.get(place, ())
        if networks:
            return self._space.union(self._space.prefix(side, network) for network in networks)
        return ~self._others[side] if place == INTERNET else self._space.nothing

    @cached_property
    def _others(self) -> dict[str, Set]:
        known = [n for networks in self._network.addresses.values() for n in networks]
        plan = self._county.plan
        known += [*plan.management, plan.unit_lans, plan.tunnels, plan.staging, *PRIVATE]
        return {side: self._space.union(self._space.prefix(side, n) for n in known) for side in "sd"}

    def _principles(self, source: str, target: str) -> Set:
        space, nothing = self._space, self._space.nothing
        if target != DEVICES:
            return nothing
        if source == OPERATOR:
            ends = space.protocol("esp") | (space.protocol("udp") & space.to_ports(IKE))
            return ends & self._tunnel_ends()
        if source.startswith("unit:"):
            unit = self._county.unit_by_id[source.removeprefix("unit:")]
            gateway = space.prefix("d", IPv4Network(unit.lan.network_address + 1))
            return self.at(source) & gateway & space.protocol("icmp") & space.echo
        zone = next((z for z in self._county.zones if f"zone:{z.name.value}" == source), None)
        return space.prefix("s", zone.segment or zone.prefix) & space.protocol("vrrp") if zone else nothing

    def _tunnel_ends(self) -> Set:
        plan = self._county.plan
        here = [IPv4Network(plan.hub.ip), plan.tunnels]
        return self._space.targets(here) & self._space.sources(here)


def rules_between(county: County, source: str, target: str) -> tuple[PolicyRule, ...]:
    """Return the policy's rules that allow anything from a place to a place, whatever devices run."""
    space = Space()
    found = Allowed(county, network(county, {}), space).rules(source, target)
    return tuple(rule for rule, packets in found if packets != space.nothing)
