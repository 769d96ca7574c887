"""What the policy and the principles allow of IPv6 between two places, as packet sets. Pure.

The county's policy speaks of places; in IPv6 a place is what the inventory gives addresses to: units with `lan6` and
devices with `management6`. Zones, hosts and the Internet have IPv4 addresses only, so a rule about them allows no
IPv6. Nothing is owed: what `inventory.intent` tells devices is IPv4. Besides the policy:
- neighbour discovery to a device (RFC 4861: one from beyond its segment is thrown away by its hop limit);
- what a device sends from a link-local address, as it reaches the segments that it stands on and no more: nothing
  stands between. To the operator's net discovery alone;
- from its other addresses, a device that guards a place may send there, as in IPv4.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from ipaddress import IPv4Address

from inventory.model import County
from inventory.selectors import parse_selector
from topology.reach.allowed import Allowed
from topology.reach.family import V4, host
from topology.reach.network import DEVICES, OPERATOR, Network, own_addresses
from topology.reach.space import Set, Space


def allowed(county: County, network: Network, space: Space, today: date | None = None) -> Allowed:
    """Return the policy for a network's family."""
    return (Allowed if network.family is V4 else Allowed6)(county, network, space, today)


class Allowed6(Allowed):
    """The policy of one county as sets of IPv6 packets."""

    def between(self, source: str, target: str) -> Set:
        """Return the first packets that may go from a place to a place."""
        found = self._between.get((source, target))
        if found is None:
            found = self._space.union(packets for _rule, packets in self.rules(source, target))
            found = self._between[source, target] = found | self._by_principle(source, target)
        return found

    @cached_property
    def owed(self) -> Set:
        """Nothing: no device is told yet to carry what the policy allows."""
        return self._space.nothing

    def said_of_devices(self, source: str, target: str) -> Set:
        """Return nothing, as nothing is owed."""
        return self._space.nothing

    def at(self, place: str, side: str = "s") -> Set:
        """Return the packets whose source (or destination, `d`) the inventory gives to a place."""
        found = self._at.get((place, side))
        if found is None:
            networks = self._network.addresses.get(place, ())
            found = self._at[place, side] = self._space.union(self._space.prefix(side, n) for n in networks)
        return found

    def _side(self, selector: str, place: str, side: str) -> Set | None:
        parsed = parse_selector(selector)
        fits = parsed is not None and {
            "units": place.startswith("unit:"),
            "browsing-units": place in self._browsing,
            "devices": place == DEVICES,
        }.get(parsed.kind, parsed.kind == "unit" and place == selector)
        return self.at(place, side) if fits else None

    def _by_principle(self, source: str, target: str) -> Set:
        space = self._space
        discovery = space.protocol("icmpv6") & space.discovery
        if target == DEVICES:
            return discovery
        if source != DEVICES:
            return space.nothing
        local = space.sources(self._network.family.local)
        if target == OPERATOR:
            return local & discovery
        return local | space.sources(map(host, self._guarding(target)))

    def _guarding(self, place: str) -> Iterator[IPv4Address]:
        for device in self.principles.guards(place):
            if device.name in self._network.configs:
                yield from own_addresses(self._network.configs[device.name])
