"""What joins whom in a county: every cable and circuit as a pair of ends. Pure, and small.

`topology.graph` makes a networkx graph of it, with all that can be asked of one; who only walks from neighbour to
neighbour and lives long (the poller, the receiver) takes `neighbours`, because that library takes 11 MB.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from countynet.vocabulary import Access, DeviceRole
from inventory.model import County

OPERATOR = "operator"
"""the node that stands for the operator's ADSL net"""


class Joint(NamedTuple):
    """One cable, circuit or uplink between two nodes."""

    a: str
    b: str
    id: str
    kind: str
    """cable, circuit or uplink"""
    ports: Mapping[str, str]
    """a cable's port at each end"""


def joints(county: County) -> Iterator[Joint]:
    """Yield everything that joins two nodes: cables, then each line from its router on, then the hubs' uplinks.

    A line on fiber runs to the building switch that its router is cabled to, an ADSL line to `OPERATOR`.
    """
    cabled: dict[str, dict[str, None]] = {}
    for cable in county.cables:
        a, b = cable.a, cable.b
        cabled.setdefault(a.node, {})[b.node] = None
        cabled.setdefault(b.node, {})[a.node] = None
        yield Joint(a.node, b.node, cable.id, "cable", {a.node: a.port, b.node: b.port})
    switches = {device.name for device in county.devices_in(DeviceRole.BUILDING)}
    for circuit in county.circuits:
        cpe = county.cpe_by_unit[circuit.unit].name
        ends = [OPERATOR] if circuit.access is Access.ADSL else [n for n in cabled.get(cpe, ()) if n in switches]
        for end in ends:
            yield Joint(cpe, end, circuit.id, "circuit", {})
    if has_operator(county):
        for hub in county.devices_in(DeviceRole.VPN_HUB):
            yield Joint(hub.name, OPERATOR, f"uplink-{hub.name}", "uplink", {})


def has_operator(county: County) -> bool:
    """Tell whether any line of a county runs through the operator's ADSL net."""
    return any(circuit.access is Access.ADSL for circuit in county.circuits)


def neighbours(county: County) -> dict[str, set[str]]:
    """Return who is joined to whom; whatever nothing joins is left out."""
    found: dict[str, set[str]] = {}
    for joint in joints(county):
        found.setdefault(joint.a, set()).add(joint.b)
        found.setdefault(joint.b, set()).add(joint.a)
    return found
