"""Broadcast domains, worked out a second time: a frame is sent and flooded, switch by switch (IEEE 802.1Q)."""

from collections.abc import Container, Iterable, Iterator

import pytest

from inventory.deviceconfig import DeviceConfig
from tests.unit.topology.reach.grid.worlds import World
from topology.reach.network import Domain

Ending = tuple[str, str]
"""a device and its routed interface, or a host and its port"""
Frame = tuple[str, str, int | None, int | None]
"""the node and port that it leaves by, its tag on the wire, and one under it"""


class _Flood:
    """All that hear one broadcast frame."""

    def __init__(self, world: World) -> None:
        self.configs: dict[str, DeviceConfig] = world.configs
        self.platforms = {device.name: device.platform for device in world.county.devices}
        self.wires: dict[Ending, Ending] = {}
        for cable in world.cables:
            a, b = (cable.a.node, cable.a.port), (cable.b.node, cable.b.port)
            self.wires |= {a: b, b: a}
        self.heard, self.sent, self.vlans = set[Ending](), set[Frame](), set[tuple[str, str, int]]()

    def two_tags(self, node: str, port: str, second: int) -> set[Ending]:
        """Return who hears a frame with a second tag that a host or a device sends, whatever tag is over it."""
        self._out(node, port, None, second)
        for tag in range(1, 20):
            self._out(node, port, tag, second)
        return self.heard - {(node, port)}

    def send(self, node: str, port: str, tag: int | None = None) -> set[Ending]:
        """Return who hears a frame that a routed interface or a host sends; a host may tag it."""
        config = self.configs.get(node)
        item = next(i for i in config.interfaces if i.name == port) if config else None
        if config and item and item.kind == "vlan" and item.vlan is not None:
            self._inside(node, config, item.vlan)
        else:
            self._out(node, port, tag)
        return self.heard - {(node, port)}

    def _out(self, node: str, port: str, tag: int | None, under: int | None = None) -> None:
        if (node, port, tag, under) in self.sent or (node, port) not in self.wires or not self._up(node, port):
            return
        self.sent.add((node, port, tag, under))
        other, into = self.wires[node, port]
        if self._up(other, into):
            self._in(other, into, tag, under)

    def _up(self, node: str, port: str) -> bool:
        config = self.configs.get(node)
        return config is None or all(i.enabled for i in config.interfaces if i.name == port)

    def _in(self, node: str, port: str, tag: int | None, under: int | None) -> None:
        config = self.configs.get(node)
        mode = next((i.switchport for i in config.interfaces if i.name == port), None) if config else None
        if config is None:  # a host, which may listen to tags
            self.heard.add((node, port))
        elif mode is None:
            self.heard |= {(node, port)} if tag is None and under is None else set()
        elif mode.mode == "access" and mode.access is not None:
            if tag is not None and (tag != mode.access or self.platforms[node] == "linux"):
                return
            self._inside(node, config, mode.access, under)
        elif mode.mode == "trunk" and (tag or mode.native) in mode.trunk and self._knows(node, tag or mode.native):
            self._inside(node, config, tag or mode.native or 0, under)

    def _knows(self, node: str, vlan: int | None) -> bool:
        return vlan == 1 or self.platforms[node] == "linux" or vlan in {v.id for v in self.configs[node].vlans}

    def _inside(self, node: str, config: DeviceConfig, vlan: int, under: int | None = None) -> None:
        """Flood a frame in a VLAN of a switch; where it leaves without its tag, the one under it shows."""
        self.vlans.add((node, "VLAN", vlan))
        for item in (i for i in config.interfaces if i.enabled):
            port = item.switchport
            if item.kind == "vlan" and item.vlan == vlan:
                self.heard |= {(node, item.name)} if under is None else set()
            elif port and port.mode == "access" and port.access == vlan:
                self._out(node, item.name, under)
            elif port and vlan in port.trunk and self._knows(node, vlan):
                self._out(node, item.name, *((under,) if vlan == port.native else (vlan, under)))


def _ends(world: World, domain: Domain) -> Iterator[Ending]:
    """Yield the routed interfaces of a domain."""
    yield from ((routed.device, routed.interface.name) for routed in domain.routed)


@pytest.mark.parametrize("number", range(30))
def test_who_hears_a_frame_is_who_is_in_its_domain(number: int) -> None:
    """Be it one way: a trunk may tag what the one at the other end of its cable takes only untagged."""
    world = World(number)
    found = world.network
    heard: dict[tuple[str, str, int | None], set[object]] = {}
    for name, port in [*found.of, *((host.name, "eth0") for host in world.hosts)]:
        for tag in range(20) if port == "eth0" else (0,):
            flood = _Flood(world)
            everybody = flood.send(name, port, tag or None)
            routed = {end for end in {(name, port), *everybody} if end in found.of}
            heard[name, port, tag or None] = {*routed, *flood.vlans}
    groups = _groups([*heard.values(), *_inside(world, found.of)])
    assert _parts(groups, {*found.of}) == _parts([{*_ends(world, domain)} for domain in found.domains], {*found.of})
    for host in world.hosts:
        told = {end for d in found.domains if f"zone:{host.zone.value}" in d.places for end in _ends(world, d)}
        mine = [tokens for (name, _port, _tag), tokens in heard.items() if name == host.name]
        assert {end for group in groups if any(group & one for one in mine) for end in group if end in found.of} <= told


def _inside(world: World, of: Container[Ending]) -> Iterator[set[object]]:
    """Yield who hears a frame that is already in a VLAN of a device, though nobody may be there to send it."""
    for name, config in world.configs.items():
        for vlan in range(20):
            flood = _Flood(world)
            flood._inside(name, config, vlan)
            yield {*flood.vlans, *(end for end in flood.heard if end in of)}


def _groups(heard: list[set[object]]) -> list[set[object]]:
    """Return who hangs together by who hears whom."""
    found: list[set[object]] = []
    for mine in heard:
        joined = [group for group in found if mine & group]
        found = [*(group for group in found if group not in joined), mine.union(*joined)]
    return found


def _parts(groups: Iterable[set[object]], among: set[Ending]) -> set[frozenset[object]]:
    return {frozenset(group & among) for group in groups} - {frozenset()}


@pytest.mark.parametrize("number", range(40))
def test_a_second_tag_leads_where_the_proof_says_and_nowhere_else(number: int) -> None:
    """Trap: the native VLAN of a trunk. Frames with two tags, flooded from each host, reach what `leaps` says."""
    world = World(number)
    found = world.network
    zone = {host.name: f"zone:{host.zone.value}" for host in world.hosts}
    leapt: dict[str, set[Ending]] = {}
    for host in world.hosts:
        heard = {end for second in range(1, 20) for end in _Flood(world).two_tags(host.name, "eth0", second)}
        leapt.setdefault(zone[host.name], set()).update(heard)
    for place, ends in leapt.items():
        told = {end for domain in found.entered(place) for end in _ends(world, domain)}
        places = {other for domain in found.entered(place) for other in domain.places}
        assert {end for end in ends if end in found.of} <= told
        assert {zone[name] for name, _port in ends if name in zone} - {place} <= places
