"""Evidence of a county that is cabled as its inventory says, and ways to change what is plugged in where."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from inventory.model import Cable, County, Endpoint
from topology.discovery.evidence import CHASSIS_MAC, PORT_NAME, Device, Evidence, Heard, Port, Sighting

Announce = Callable[[Endpoint, str, str], Heard]
"""what the device at an end, with its chassis and port addresses, is heard to say"""


def chassis(county: County, name: str) -> str:
    """Return the hardware address of a device."""
    return f"02:00:00:00:{list(county.device_by_name).index(name):02x}:00"


def address(county: County, end: Endpoint) -> str:
    """Return the hardware address of a port."""
    device = county.device_by_name[end.node]
    return f"{chassis(county, end.node)[:-2]}{device.ports.index(end.port) + 1:02x}"


def by_name(end: Endpoint, mac: str, _port_mac: str) -> Heard:
    """Announce as most do: name, chassis by address, port by name."""
    return Heard("", CHASSIS_MAC, mac, PORT_NAME, end.port, f"{end.port} Interface", end.node)


def evidence(
    county: County, cables: Iterable[Cable] | None = None, announce: Announce = by_name, silent: Iterable[str] = ()
) -> Evidence:
    """Return what the devices say when these cables are plugged in, all but the silent ones."""
    heard: dict[str, list[Heard]] = {name: [] for name in county.device_by_name}
    for cable in county.cables if cables is None else cables:
        for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
            if here.node in heard and there.node in heard:
                said = announce(there, chassis(county, there.node), address(county, there))
                heard[here.node].append(replace(said, port=here.port))
    quiet = set(silent)
    return Evidence(
        {
            name: Device(
                name,
                asked=name not in quiet,
                chassis=frozenset((chassis(county, name), name)),
                ports=tuple(
                    Port(port, address(county, Endpoint(node=name, port=port)), up=None)
                    for port in county.device_by_name[name].ports
                ),
                heard=() if name in quiet else tuple(found),
            )
            for name, found in heard.items()
        }
    )


def seeing(found: Evidence, device: str, *sightings: Sighting) -> Evidence:
    """Return evidence in which a device has also seen these."""
    changed = replace(found.devices[device], seen=(*found.devices[device].seen, *sightings))
    return Evidence({**found.devices, device: changed})


def swapped(county: County, one: str, other: str) -> list[Cable]:
    """Return the county's cables with the b ends of two of them exchanged."""
    by_id = {cable.id: cable for cable in county.cables}
    first, second = by_id[one], by_id[other]
    changed = {one: first.model_copy(update={"b": second.b}), other: second.model_copy(update={"b": first.b})}
    return [changed.get(cable.id, cable) for cable in county.cables]
