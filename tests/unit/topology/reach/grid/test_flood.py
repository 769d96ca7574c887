"""Broadcast domains, worked out a second time: a frame is sent and flooded, switch by switch (IEEE 802.1Q)."""

from collections.abc import Iterator

import pytest

from inventory.deviceconfig import DeviceConfig
from tests.unit.topology.reach.grid.worlds import World
from topology.reach.network import OPERATOR, Domain

Ending = tuple[str, str]
"""a device and its routed interface, or a host and its port"""
Frame = tuple[str, str, int | None]
"""the node and port that it leaves by, and its tag on the wire"""


class _Flood:
    """All that hear one broadcast frame."""

    def __init__(self, world: World) -> None:
        self.configs: dict[str, DeviceConfig] = world.configs
        self.wires: dict[Ending, Ending] = {}
        for cable in world.cables:
            a, b = (cable.a.node, cable.a.port), (cable.b.node, cable.b.port)
            self.wires |= {a: b, b: a}
        self.heard, self.sent = set[Ending](), set[Frame]()

    def send(self, node: str, port: str) -> set[Ending]:
        """Return who hears a frame that a routed interface or a host sends."""
        config = self.configs.get(node)
        item = next(i for i in config.interfaces if i.name == port) if config else None
        if config and item and item.kind == "vlan" and item.vlan is not None:
            self._inside(node, config, item.vlan)
        else:
            self._out(node, port, None)
        return self.heard - {(node, port)}

    def _out(self, node: str, port: str, tag: int | None) -> None:
        if (node, port, tag) in self.sent or (node, port) not in self.wires or not self._up(node, port):
            return
        self.sent.add((node, port, tag))
        other, into = self.wires[node, port]
        if self._up(other, into):
            self._in(other, into, tag)

    def _up(self, node: str, port: str) -> bool:
        config = self.configs.get(node)
        return config is None or all(i.enabled for i in config.interfaces if i.name == port)

    def _in(self, node: str, port: str, tag: int | None) -> None:
        config = self.configs.get(node)
        mode = next((i.switchport for i in config.interfaces if i.name == port), None) if config else None
        if config is None or mode is None:
            self.heard |= {(node, port)} if tag is None else set()
        elif mode.mode == "access" and tag is None and mode.access is not None:
            self._inside(node, config, mode.access)
        elif mode.mode == "trunk" and tag in mode.trunk and tag in {vlan.id for vlan in config.vlans}:
            self._inside(node, config, tag)

    def _inside(self, node: str, config: DeviceConfig, vlan: int) -> None:
        """Flood a frame in a VLAN of a switch."""
        for item in (i for i in config.interfaces if i.enabled):
            if item.kind == "vlan" and item.vlan == vlan:
                self.heard.add((node, item.name))
            elif item.switchport and item.switchport.mode == "access" and item.switchport.access == vlan:
                self._out(node, item.name, None)
            elif item.switchport and vlan in item.switchport.trunk and vlan in {v.id for v in config.vlans}:
                self._out(node, item.name, vlan)


def _ends(world: World, domain: Domain) -> Iterator[Ending]:
    """Yield the routed interfaces of a domain."""
    yield from ((routed.device, routed.interface.name) for routed in domain.routed)


@pytest.mark.parametrize("number", range(30))
def test_who_hears_a_frame_is_who_is_in_its_domain(number: int) -> None:
    world = World(number)
    found = world.network
    operated = {r for domain in found.domains if OPERATOR in domain.places for r in _ends(world, domain)}
    zone = {host.name: f"zone:{host.zone.value}" for host in world.hosts}
    for domain in found.domains:
        ends = {*_ends(world, domain)}
        for end in ends - operated:
            heard = _Flood(world).send(*end)
            assert {e for e in heard if e in found.of} == ends - {end}
            assert {zone[name] for name, _port in heard if name in zone} == {*domain.places}
