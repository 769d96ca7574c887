"""Single points of failure: devices and lines whose loss cuts many units off from the center. Pure.

Asked of the inventory's graph: a node (an articulation point) or an edge (a bridge) is single for a unit if without it
no way is left from the unit's router to any firewall. What is one unit's own, its router and its line, is single by its
nature and is not told. The operator's net is nobody's device here and is taken for whole.
"""

from collections.abc import Iterator

import networkx as nx

from audit.checks.toolkit import COUNTY
from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import DeviceRole, Severity
from inventory.model import County
from topology.graph import OPERATOR, graph

MOST = 20
"""units that one device or line may cut off"""
_CENTER = ""
"""a node that stands for all firewalls: reaching one of them is enough"""


def cut_off(county: County) -> dict[str, frozenset[str]]:
    """Return by node, and by cable as `a - b`, the units that are cut off without it; what cuts none is absent."""
    net = _net(county)
    routers = {cpe.name: unit for unit, cpe in county.cpe_by_unit.items() if cpe.name in net}
    reached = nx.node_connected_component(net, _CENTER)
    found = {node: _lost(net, routers, reached, node=node) for node in nx.articulation_points(net) if node != _CENTER}
    for edge in nx.bridges(net):
        if _CENTER not in edge:
            found[" - ".join(edge)] = _lost(net, routers, reached, edge=(edge[0], edge[1]))
    return {name: units for name, units in found.items() if units}


def _net(county: County) -> "nx.Graph[str]":
    """Return devices and the operator's net as they are joined, all firewalls joined to one center."""
    whole = graph(county)
    kept = [n for n in whole if n in county.device_by_name or n == OPERATOR]
    net: nx.Graph[str] = nx.Graph(whole.subgraph(kept).edges)
    net.add_nodes_from([*kept, _CENTER])
    net.add_edges_from((_CENTER, firewall.name) for firewall in county.devices_in(DeviceRole.FIREWALL))
    return net


def _lost(
    net: "nx.Graph[str]",
    routers: dict[str, str],
    reached: set[str],
    node: str | None = None,
    edge: tuple[str, str] | None = None,
) -> frozenset[str]:
    """Return the units that reach the center with it and do not without it; not the one whose router it is."""
    rest = nx.restricted_view(net, [node] if node is not None else [], [edge] if edge is not None else [])
    still = nx.node_connected_component(rest, _CENTER)
    return frozenset(unit for router, unit in routers.items() if router in reached - still and router != node)


def _single(facts: Facts) -> Iterator[Point]:
    if not facts.county.devices_in(DeviceRole.FIREWALL):
        yield unknown(COUNTY, _("the inventory has no firewall to reach"))
        return
    found = cut_off(facts.county)
    found.pop(OPERATOR, None)
    told = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    for name, units in told:
        if len(units) > MOST:
            some = ", ".join(sorted(units)[:5])
            yield failed(name, _("without it {count} units are cut off: {units} ..."), count=len(units), units=some)
    if not any(len(units) > MOST for units in found.values()):
        worst = f"{told[0][0]} ({len(told[0][1])})" if told else "-"
        message = _("no device or cable cuts off more than {most} units, the worst is {worst}")
        yield passed(COUNTY, message, most=MOST, worst=worst)


CHECKS = (
    Check(
        Info(
            id="single-points",
            title=_("No single device or line cuts off more than twenty units"),
            clauses=("8.1.2.1 e",),
            severity=Severity.MAJOR,
            rationale=_("What everybody hangs on fails on the day on which everybody needs it."),
            remedy=_("Join what hangs on it by a second device or cable; the inventory takes it and the map shows it."),
        ),
        _single,
    ),
)
