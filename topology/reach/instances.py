"""Routing tables of their own (VRF, VPN instance): each is a router of its own to the proof. Pure.

A packet that comes in by an interface of an instance is looked up in that instance's table and leaves by its interfaces
alone, so an instance is a node beside its device, named `DEVICE vrf NAME`: it has the instance's interfaces, their
addresses and networks, its static routes, and the device's filters. What goes from one instance to another does so by
cables, as between two devices. What could leak inside the device (routes from one table into another, translations,
tunnels, BGP) no platform's parser understands beside an instance, so it stays unknown. Who takes a device has all its
instances; a line of it that nobody understood is one of each.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.deviceconfig import DeviceConfig
from topology.reach.space import Set, Space

BETWEEN = " vrf "
"""stands between a device's name, which has no space, and that of an instance"""


def owner(node: str) -> str:
    """Return the device that a node of a network is, or is an instance of."""
    return node.partition(BETWEEN)[0]


def by_owner(space: Space, taken: Mapping[str, Set]) -> Mapping[str, Set]:
    """Return by device what it takes for itself, of what each node takes; the very same where there is no instance."""
    if not any(BETWEEN in node for node in taken):
        return taken
    found: dict[str, Set] = {}
    for node, packets in taken.items():
        found[owner(node)] = found.get(owner(node), space.nothing) | packets
    return found


def split(
    configs: Mapping[str, DeviceConfig], earlier: Mapping[str, DeviceConfig] | None = None
) -> Mapping[str, DeviceConfig]:
    """Return every device without its instances, and each instance by itself; `configs` itself where there is none.

    Nodes that are as they were are the objects of `earlier`.
    """
    told = (config for name, config in configs.items() if not earlier or earlier.get(name) is not config)
    if not any(map(_parted, told)):  # of one that is parted, what stands in `earlier` is a part of it
        return configs
    found: dict[str, DeviceConfig] = {}
    for name, config in configs.items():
        for node, part in _parts(name, config) if _parted(config) else ((name, config),):
            old = earlier.get(node) if earlier else None
            found[node] = old if old is not None and old == part else part
    return found


def _parted(config: DeviceConfig) -> bool:
    return any(item.vrf for item in config.interfaces) or any(route.vrf for route in config.routes)


def _parts(name: str, config: DeviceConfig) -> Iterator[tuple[str, DeviceConfig]]:
    yield name, config.model_copy(update=_within(config, ""))
    alone: dict[str, Any] = {
        "vlans": (), "ospf": None, "bgp": None, "tunnels": (), "nat": (), "mirrors": None, "policy_routes": (),
        "routes6": (), "forwarding6": False,
    }  # fmt: skip
    for vrf in sorted({item.vrf for item in config.interfaces} - {""}):
        yield f"{name}{BETWEEN}{vrf}", config.model_copy(update=alone | _within(config, vrf))


def _within(config: DeviceConfig, vrf: str) -> dict[str, Any]:
    """Return an instance's interfaces and routes."""
    return {
        "interfaces": tuple(item for item in config.interfaces if item.vrf == vrf),
        "routes": tuple(route for route in config.routes if route.vrf == vrf),
    }
