"""What the network's principles allow besides the policy, as packet sets. Pure.

Decided from the inventory, never from what a device is told; only who a device is (which addresses are its own) is read
from its configuration. The principles:
- a unit may ping its own gateway; VRRP is spoken on a zone's segment; tunnels are carried over the operator's net
  between their ends; OSPF is spoken on transits, VRRP between a pair on the segments that it is the gateway of;
- a device that stands on a segment (a CPE on its unit's LAN, a firewall or the datacenter switch in a zone) may send
  there: nothing stands between. Its address on the segment may do what the segment may do: it is one of it;
- a unit whose CPE keeps no state, because its platform has none, is guarded by the firewalls' state: what they send it
  themselves may look like answers;
- a CPE on ADSL whose platform does not filter what a device sends itself may send to the operator's net;
- who shares a segment with a device that keeps no state can pass for the servers that the device asks;
- a device that is taken wholly (`forging`) can pass for the answerers of all whose questions come by it: a unit or a
  device without state believes whatever looks like an answer.
"""

from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from countynet.vocabulary import Access, DeviceRole
from inventory.intent.platforms import KINDS
from inventory.model import County, Device, Unit, Zone
from topology.reach.family import V4
from topology.reach.network import DEVICES, OPERATOR, Network
from topology.reach.space import Set, Space

IKE = (500, 4500)
PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918, RFC 6598: nobody's on the Internet"""
ANSWERED = (53, 123)
"""the UDP ports that answers to devices come from: names and time"""


class Principles:
    """The principles for one county; `at` gives the packets whose source belongs at a place."""

    def __init__(self, county: County, network: Network, space: Space, at: Callable[[str], Set]) -> None:
        self._county, self._network, self._space, self._at = county, network, space, at
        self._zones = {f"zone:{zone.name.value}": zone for zone in county.zones}

    def between(self, source: str, target: str) -> Set:
        """Return the first packets that may go from a place to a place besides what the policy says."""
        if target == DEVICES:
            return self._among_devices() if source == DEVICES else self._to_devices(source)
        return self._from_devices(target) if source == DEVICES else self._space.nothing

    def believed(self, target: str) -> Set:
        """Return what a place, or devices, take for answers without having asked, where no state is kept."""
        space = self._space
        if target == DEVICES:  # the servers that they ask have addresses of IPv4
            return self._looks_answered if self._network.family is V4 else space.nothing
        return ~space.protocol("tcp") | space.ack if self._stateless(target) else space.nothing

    def in_zone(self, zone: str, side: str, *, legs: bool) -> Set | None:
        """Return the devices that are a part of a zone: by their management address, with `legs` by any of it."""
        place = f"zone:{zone}"
        inside = self._zones[place]
        found = set(self._managed(inside))
        if legs and inside.prefix.prefixlen:
            segment = inside.segment or inside.prefix
            found |= {a for device in self.guards(place) for a in self._own(device) if a in segment}
        return self._space.union(self._space.prefix(side, IPv4Network(a)) for a in found) if found else None

    def _managed(self, zone: Zone) -> tuple[IPv4Address, ...]:
        """Return the management addresses that lie in a zone; none in the Internet."""
        inside = zone.prefix if zone.prefix.prefixlen else None
        return tuple(d.management for d in self._county.devices if inside and d.management in inside)

    def gateways(self, selector: str) -> Set:
        """Return the packets whose source is the gateway of a unit that a selector means."""
        meant = [u for u in self._county.units if selector in ("units", f"unit:{u.id}") or _browses(u, selector)]
        return self._space.sources(IPv4Network(unit.lan.network_address + 1) for unit in meant)

    def guards(self, place: str) -> tuple[Device, ...]:
        """Return the devices that stand on a place's segment: what separates it is what they do."""
        if place.startswith("unit:"):
            return (self._county.cpe_by_unit[place.removeprefix("unit:")],)
        if place in self._zones:
            roles = (DeviceRole.FIREWALL, DeviceRole.DATACENTER)
            return tuple(device for role in roles for device in self._county.devices_in(role))
        return ()

    def _own(self, device: Device) -> frozenset[IPv4Address]:
        return self._network.own(device.name)

    def _to_devices(self, source: str) -> Set:
        space = self._space
        if source == OPERATOR:
            return self._tunnelled()
        if source.startswith("unit:"):
            unit = self._county.unit_by_id[source.removeprefix("unit:")]
            gateway = space.prefix("d", IPv4Network(unit.lan.network_address + 1))
            return self._at(source) & gateway & space.protocol("icmp") & space.echo
        zone = self._zones.get(source)
        return self._on_segment(zone) if zone else space.nothing

    def _on_segment(self, zone: Zone) -> Set:
        space = self._space
        spoken = space.prefix("s", zone.segment or zone.prefix) & space.protocol("vrrp")
        return spoken | (self._looks_answered & space.targets(map(IPv4Network, self._managed(zone))))

    @cached_property
    def _looks_answered(self) -> Set:
        """What looks like an answer of the servers that devices ask."""
        space = self._space
        asked = [h.address.ip for h in self._county.hosts if {"time", "names", "logs"} & {*h.runs}]
        udp = space.protocol("udp") & space.from_ports(ANSWERED)
        return space.sources(map(IPv4Network, asked)) & (udp | (space.protocol("tcp") & space.ack))

    def _tunnelled(self) -> Set:
        """Return what tunnels are made of, between their ends."""
        space, plan = self._space, self._county.plan
        here = [IPv4Network(plan.hub.ip), plan.tunnels]
        carried = space.protocol("esp") | (space.protocol("udp") & space.to_ports(IKE))
        return carried & space.targets(here) & space.sources(here)

    def _from_devices(self, target: str) -> Set:
        if target == OPERATOR:
            return self._tunnelled() | self._unheld
        found = self._space.sources(IPv4Network(a) for device in self.guards(target) for a in self._own(device))
        return found | (self._behind_state if self._stateless(target) else self._space.nothing)

    @cached_property
    def _unheld(self) -> Set:
        """What devices on the operator's net send whose platform does not filter what a device sends itself."""
        adsl = [self._county.cpe_by_unit[line.unit] for line in self._county.circuits if line.access is Access.ADSL]
        bare = [device for device in adsl if KINDS[device.platform].lists_only]
        return self._space.sources(IPv4Network(a) for device in bare for a in self._own(device))

    def _stateless(self, place: str) -> bool:
        """Return whether a place is a unit whose CPE cannot keep state, because its platform keeps none."""
        return place.startswith("unit:") and all(KINDS[device.platform].lists_only for device in self.guards(place))

    @cached_property
    def _behind_state(self) -> Set:
        """What looks like an answer, from the devices that keep the state of such a unit's flows: the firewalls."""
        space, firewalls = self._space, self._county.devices_in(DeviceRole.FIREWALL)
        found = space.sources(IPv4Network(a) for device in firewalls for a in self._own(device))
        return found & (~space.protocol("tcp") | space.ack)

    def _among_devices(self) -> Set:
        space, plan = self._space, self._county.plan
        pairs = [zone.segment or zone.prefix for zone in self._county.zones]
        pairs += [line.link for line in self._county.circuits] + [one.prefix for one in plan.switch_management]
        ospf = space.sources(t.prefix for t in plan.transits) & space.protocol("ospf")
        vrrp = space.sources(p for p in pairs if p.prefixlen) & space.protocol("vrrp")
        return ospf | vrrp | self._tunnelled()


def _browses(unit: Unit, selector: str) -> bool:
    return unit.may_browse and selector == "browsing-units"
