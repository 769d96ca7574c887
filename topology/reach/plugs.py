"""What is plugged in where: how cables and VLANs join a county's ports, and where people and servers sit. Pure.

It is the same for packets of both families, and most edits leave it as it was: it is worked out once for all of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from countynet.vocabulary import Access
from inventory import names
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.lan import cable_ends, lan
from inventory.model import County
from topology.reach.joints import Leap, Point, Port, frames, joined

OPERATOR = "operator"
Configs = Mapping[str, DeviceConfig]


def point(device: str, item: Interface) -> Point:
    """Return the point where an interface hears frames: a VLAN's is inside its switch."""
    return (device, "", item.vlan) if item.kind == "vlan" else (device, item.name, None)


class Plugs:
    """A county's ports, joined as configurations have it."""

    def __init__(self, county: County, configs: Configs, platforms: Mapping[str, str]) -> None:
        self._county, self._configs, self._platforms = county, configs, platforms
        self._joints = joints = joined(county, configs, platforms)
        for port in _operator_ports(county):
            joints.join((*port, None), (OPERATOR, "", None))
        self.find = joints.find
        """the point that stands for a point's broadcast domain"""
        self._next: tuple[Configs, Plugs] | None = None

    def edited(self, configs: Configs) -> "Plugs":
        """Return what it is after an edit; itself if nothing of it differs. The last is kept: both families ask."""
        if self._next is None or self._next[0] is not configs:
            alike = self._configs.keys() == configs.keys() and all(
                _joins(self._configs[name]) == _joins(config)
                for name, config in configs.items()
                if config is not self._configs[name]
            )
            self._next = configs, self if alike else Plugs(self._county, configs, self._platforms)
        return self._next[1]

    @cached_property
    def carried(self) -> frozenset[Point]:
        """The VLANs inside switches that a port carries, and those that somebody may tag for who was not told to."""
        every = ((name, frames(one, self._platforms.get(name, ""))) for name, one in self._configs.items())
        inside = ((name, "", vlan) for name, found in every for _port, _tag, vlan in found)
        return frozenset((*inside, *(point for point in self._joints.taggers if point[0] in self._configs)))

    @cached_property
    def leaping(self) -> tuple[tuple[Point, Point, Leap], ...]:
        """From which domain into which others two tags lead, each by its point, with the first trunk."""
        return tuple(self._joints.leaping())

    @cached_property
    def inhabited(self) -> tuple[tuple[str, Point], ...]:
        """Each place with the points where its people or servers are plugged in; on a trunk they can tag."""
        return tuple(self._inhabited())

    def _inhabited(self) -> Iterator[tuple[str, Point]]:
        county, tags = self._county, defaultdict[str, list[Point]](list)
        for tagged in self._joints.taggers:
            if tagged[1] == names.HOST:
                tags[tagged[0]].append(tagged)
        ends = cable_ends(county)
        for unit in county.units:
            interface = lan(county, unit, ends).interface
            cpe = county.cpe_by_unit[unit.id].name
            items = self._configs[cpe].interfaces if cpe in self._configs else ()
            if item := next((item for item in items if item.name == interface), None):
                yield f"unit:{unit.id}", point(cpe, item)
            for terminal in unit.terminals:
                yield from ((f"unit:{unit.id}", at) for at in ((terminal.name, names.HOST, None), *tags[terminal.name]))
        for server in county.hosts:
            for at in ((server.name, names.HOST, None), *tags[server.name]):
                yield f"zone:{server.zone.value}", at
        yield OPERATOR, (OPERATOR, "", None)


def _joins(config: DeviceConfig) -> tuple[object, ...]:
    """Return everything of a device on which it depends how its ports are joined, and where people are."""
    return config.vlans, [(i.name, i.kind, i.enabled, i.vlan, i.switchport) for i in config.interfaces]


def _operator_ports(county: County) -> Iterator[Port]:
    """Yield the ports in the operator's net: ADSL lines, and the VPN hub's side towards them."""
    for circuit in county.circuits:
        if circuit.access is Access.ADSL:
            cpe = county.cpe_by_unit[circuit.unit]
            yield cpe.name, names.dsl(cpe)
    for device in county.devices:
        if device.role.value == "vpn-hub":
            yield device.name, names.fiber(device)
