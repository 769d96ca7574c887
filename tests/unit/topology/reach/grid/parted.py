"""Random networks whose routers have routing tables of their own (VRF), and the same with a router for each table."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from tests.unit.topology.reach.grid.worlds import World


class Parted(World):
    """A world some of whose routers' interfaces and static routes are in instances."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        for box in self.routers:
            ports = [name for name, said in box.interfaces.items() if said.get("addresses")]
            bound = {name: self.random.choice(["red", "blue"]) for name in self._some(ports, len(ports))}
            for name, vrf in bound.items():
                box.interfaces[name] |= {"vrf": vrf, "ospf": None}
            if bound:
                routes = box.fields["routes"]
                more = [
                    one.model_copy(update={"vrf": vrf}) for vrf in {*bound.values()} for one in self._some(routes, 4)
                ]
                box.fields |= {"routes": (*routes, *more), "nat": (), "tunnels": ()}
        self.configs = {box.name: box.config() for box in (*self.routers, *self.switches)}

    @property
    def plain(self) -> bool:
        """Whether no routed VLAN interface is in an instance: that cannot stand on a device of its own."""
        return not any(i.vrf and i.kind == "vlan" for config in self.configs.values() for i in config.interfaces)

    def apart(self) -> tuple[County, dict[str, DeviceConfig]]:
        """Return the same network with a device of its own for each instance, and the cables that go there."""
        found, moved = dict[str, DeviceConfig](), dict[tuple[str, str], str]()
        for name, config in self.configs.items():
            held = defaultdict[str, list[Any]](list)
            for item in config.interfaces:
                held[item.vrf].append(item.model_copy(update={"vrf": ""}))
                moved |= {(name, item.name): f"{name}-{item.vrf}"} if item.vrf else {}
            for vrf in {"", *held}:
                routes = [r.model_copy(update={"vrf": ""}) for r in config.routes if r.vrf == vrf]
                parts: dict[str, Any] = {"interfaces": tuple(held[vrf]), "routes": tuple(routes)}
                alone: dict[str, Any] = {"vlans": (), "ospf": None} if vrf else {}
                found[f"{name}-{vrf}" if vrf else name] = config.model_copy(update=parts | alone)
        return self._wired_to(moved), found

    def _wired_to(self, moved: dict[tuple[str, str], str]) -> County:
        county: Any = self.county
        kinds = {device.name: device for device in county.devices}
        names = {node: device for (device, _port), node in moved.items()}
        devices = (*county.devices, *(_renamed(kinds[device], node) for node, device in names.items()))
        cables = [SimpleNamespace(id=c.id, a=_end(moved, c.a), b=_end(moved, c.b)) for c in county.cables]
        return cast(County, SimpleNamespace(**{**vars(county), "devices": devices, "cables": cables}))


def _end(moved: dict[tuple[str, str], str], end: Any) -> Any:
    return SimpleNamespace(node=moved.get((end.node, end.port), end.node), port=end.port)


def _renamed(device: Any, name: str) -> Any:
    return SimpleNamespace(**{**vars(device), "name": name})
