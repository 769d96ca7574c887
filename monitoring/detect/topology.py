"""What detection has to know of the county: who hangs on whom, seen from the management station.

Promises: pure. `behind[n]` holds n and every node whose every path from the station leads through n (n dominates
them): one answer from behind a node proves that the node passes traffic, even if its own management is dead. Nobody
can ask the operator's ADSL net; it is judged by the lines behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from countynet.vocabulary import DeviceRole
from inventory.model import County
from topology.graph import OPERATOR, graph


@dataclass(frozen=True)
class Watched:
    """A device whose management address we ping."""

    device: str
    address: str
    role: DeviceRole
    unit: str = ""
    circuit: str = ""
    """the unit's line, for a CPE"""
    hold: int = 8
    """rounds to wait for its answer after what shadowed it came back"""


@dataclass(frozen=True)
class Topology:
    """The county as detection sees it."""

    station: str
    watched: Mapping[str, Watched]
    passive: frozenset[str]
    neighbours: Mapping[str, frozenset[str]]
    behind: Mapping[str, frozenset[str]]

    def hold(self, node: str) -> int:
        """Return how many rounds a node gets to answer after a shadow or our blindness went."""
        watched = self.watched.get(node)
        return watched.hold if watched else TUNNEL_HOLD


_FEW = 2
"""the operator's net and a single line: their silence cannot be told apart, so the net passes for answering"""
FIBER_HOLD = 8
TUNNEL_HOLD = 30
"""a tunnel needs its peer's retries before it stands again"""


def topology(county: County) -> Topology:
    """Return the county's devices, the station and the operator's net as detection sees them."""
    whole = graph(county)
    station = county.station.name
    nodes = [d.name for d in county.devices] + [station] + ([OPERATOR] if OPERATOR in whole else [])
    part = whole.subgraph(nodes)
    behind = {node: _behind(part, node, station) for node in part if node != station}
    if len(behind.get(OPERATOR, ())) <= _FEW:
        behind.pop(OPERATOR, None)
    return Topology(
        station=station,
        watched={d.name: _watched(county, d.name, part) for d in county.devices},
        passive=frozenset(behind) & {OPERATOR},
        neighbours={n: frozenset(part[n]) for n in part},
        behind=behind,
    )


def _behind(part: "nx.Graph[Any]", node: str, station: str) -> frozenset[str]:
    """Return the node and what cannot be reached without it, though it can with it."""
    reachable = nx.node_connected_component(part, station)
    if node not in reachable:
        return frozenset((node,))
    without = nx.node_connected_component(part.subgraph(n for n in part if n != node), station)
    return frozenset(reachable - without)


def _watched(county: County, name: str, part: "nx.Graph[Any]") -> Watched:
    device = county.device_by_name[name]
    circuit = county.circuit_by_unit.get(device.unit) if device.unit else None
    return Watched(
        device=name,
        address=str(device.management),
        role=device.role,
        unit=device.unit or "",
        circuit=circuit.id if circuit else "",
        hold=TUNNEL_HOLD if OPERATOR in part[name] else FIBER_HOLD,
    )
