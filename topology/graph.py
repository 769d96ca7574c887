"""The county as a graph: who is joined to whom, and which devices a unit hangs on.

Promises: pure (a `County` in, a graph out); every device, host and terminal of the inventory is a node, the operator's
ADSL net is one node (`OPERATOR`), and an edge lists all cables and circuits between its two ends. Monitoring takes
`upstreams` for shadowing ("all of a unit's paths are cut further up"), the dashboard draws `graph`. It refuses nothing:
a unit without a path has no upstreams, which reads as "unknown topology, assume reachable".
"""

from collections.abc import Iterator
from typing import Any

import networkx as nx

from countynet.vocabulary import Access, DeviceRole
from inventory.model import County
from topology.joints import OPERATOR, Joint, has_operator, joints

__all__ = ["OPERATOR", "graph", "line_nodes", "upstreams"]

_RANK = {
    DeviceRole.CPE: 0,
    DeviceRole.BUILDING: 1,
    DeviceRole.AGGREGATION: 2,
    DeviceRole.VPN_HUB: 2,
    DeviceRole.CORE: 3,
    DeviceRole.FIREWALL: 4,
}
"""how near a role is to the center; a datacenter switch lies beyond the firewalls and carries no unit's way"""

_ON_A_FIBER_LINE = (DeviceRole.CPE, DeviceRole.BUILDING, DeviceRole.AGGREGATION, DeviceRole.CORE)


def graph(county: County) -> "nx.Graph[str]":
    """Return the county's graph.

    Node data: `kind` (device, host, terminal, operator), `role` (device role, host kind or kind), `unit`, `building`.
    Edge data: `links`, a tuple of (id, kind, port by node) with kind `cable`, `circuit` or `uplink`.
    """
    result: nx.Graph[str] = nx.Graph(county=county.plan.name_en)
    result.add_nodes_from(_nodes(county))
    for joint in joints(county):
        _join(result, joint)
    return result


def upstreams(county: County) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return, by unit id, every device path from the unit's CPE (first) up to a firewall (last), shortest first.

    A unit whose paths each hold a dead device or line is shadowed, not down. Tunnels count as the edge CPE to hub.
    """
    ways = _up_graph(county)
    found = {unit: _climb(ways, cpe.name, ()) for unit, cpe in county.cpe_by_unit.items() if cpe.name in ways}
    return {
        unit.id: tuple(sorted((p for p in found.get(unit.id, ()) if _is_firewall(county, p[-1])), key=_short_first))
        for unit in county.units
    }


def line_nodes(county: County, circuit_id: str) -> tuple[str, ...]:
    """Return the nodes that a circuit runs through, from its CPE inwards; raises KeyError for an unknown circuit.

    Fiber: CPE, building switch, aggregation switch, both cores (its VLAN's members). ADSL: CPE, operator, VPN hub.
    """
    circuit = {c.id: c for c in county.circuits}[circuit_id]
    cpe = county.cpe_by_unit[circuit.unit].name
    if circuit.access is Access.ADSL:
        return (cpe, OPERATOR, *(hub.name for hub in county.devices_in(DeviceRole.VPN_HUB)))
    lower: dict[str, None] = {}
    for path in upstreams(county)[circuit.unit]:
        lower |= dict.fromkeys(n for n in path if _role(county, n) in _ON_A_FIBER_LINE)
    return tuple(sorted(lower, key=lambda n: (_rank(county, n), n)))


def _nodes(county: County) -> Iterator[tuple[str, dict[str, Any]]]:
    for device in county.devices:
        yield device.name, {"kind": "device", "role": device.role, "unit": device.unit, "building": device.building}
    for host in county.hosts:
        yield host.name, {"kind": "host", "role": host.kind, "unit": None, "building": None}
    for unit in county.units:
        for terminal in unit.terminals:
            yield terminal.name, {"kind": "terminal", "role": "terminal", "unit": unit.id, "building": unit.building}
    if has_operator(county):
        yield OPERATOR, {"kind": "operator", "role": "operator", "unit": None, "building": None}


def _join(result: "nx.Graph[str]", joint: Joint) -> None:
    a, b = joint.a, joint.b
    before = result[a][b]["links"] if result.has_edge(a, b) else ()
    result.add_edge(a, b, links=(*before, (joint.id, joint.kind, dict(joint.ports))))


def _up_graph(county: County) -> "nx.DiGraph[str]":
    """Edges towards the center: to a higher rank, and both ways between the cores."""
    ways: nx.DiGraph[str] = nx.DiGraph()
    pairs = [(c.a.node, c.b.node) for c in county.cables]
    hubs = [hub.name for hub in county.devices_in(DeviceRole.VPN_HUB)]
    pairs += [
        (county.cpe_by_unit[c.unit].name, hub) for c in county.circuits if c.access is Access.ADSL for hub in hubs
    ]
    for a, b in pairs:
        for low, high in ((a, b), (b, a)):
            if _leads_up(county, low, high):
                ways.add_edge(low, high)
    return ways


def _leads_up(county: County, low: str, high: str) -> bool:
    below, above = _role(county, low), _role(county, high)
    if below is None or above is None or below not in _RANK or above not in _RANK:
        return False
    return _RANK[below] < _RANK[above] or (below is above is DeviceRole.CORE)


def _short_first(path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(path), path


def _climb(ways: "nx.DiGraph[str]", name: str, passed: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    path = (*passed, name)
    onward = [n for n in ways.successors(name) if n not in path]
    if not ways.out_degree(name):
        return (path,)
    return tuple(found for n in onward for found in _climb(ways, n, path))


def _role(county: County, name: str) -> DeviceRole | None:
    device = county.device_by_name.get(name)
    return device.role if device else None


def _rank(county: County, name: str) -> int:
    return _RANK[county.device_by_name[name].role]


def _is_firewall(county: County, name: str) -> bool:
    return _role(county, name) is DeviceRole.FIREWALL
