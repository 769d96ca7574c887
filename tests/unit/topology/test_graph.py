"""The county's graph: parallel links, alternative paths, lines."""

import networkx as nx
import pytest

from tests.unit.topology.small_county import small_county
from topology.graph import OPERATOR, graph, line_nodes, upstreams

COUNTY = small_county()


def test_every_node_of_the_inventory_is_in_one_connected_graph() -> None:
    drawn = graph(COUNTY)
    terminals = {t.name for u in COUNTY.units for t in u.terminals}
    assert set(drawn) == {d.name for d in COUNTY.devices} | {h.name for h in COUNTY.hosts} | terminals | {OPERATOR}
    assert nx.is_connected(drawn)


def test_parallel_cables_share_an_edge_and_none_is_lost() -> None:
    drawn = graph(COUNTY)
    assert len(drawn["sw-dc"]["fw-1"]["links"]) == 5
    cables = {id_ for a, b in drawn.edges for id_, kind, _ in drawn[a][b]["links"] if kind == "cable"}
    assert cables == {c.id for c in COUNTY.cables}


def test_a_circuit_is_on_the_edge_where_it_can_be_cut() -> None:
    drawn = graph(COUNTY)
    assert [k for _, k, _ in drawn["cpe-001"]["sw-admin"]["links"]] == ["cable", "circuit"]
    assert [i for i, _, _ in drawn["cpe-025"][OPERATOR]["links"]] == ["line-025"]


def test_upstreams_hold_the_detour_over_the_other_core() -> None:
    paths = upstreams(COUNTY)["u001"]
    start = ("cpe-001", "sw-admin", "agg-1")
    assert paths == (
        (*start, "core-1", "fw-1"), (*start, "core-2", "fw-2"),
        (*start, "core-1", "core-2", "fw-2"), (*start, "core-2", "core-1", "fw-1"),
    )  # fmt: skip
    assert ("cpe-025", "vpn-hub", "core-2", "fw-2") in upstreams(COUNTY)["u025"]
    assert all(path[-1].startswith("fw-") for paths in upstreams(COUNTY).values() for path in paths)


def test_a_unit_whose_cable_is_missing_from_the_inventory_has_no_upstreams() -> None:
    cables = tuple(c for c in COUNTY.cables if c.b.node != "cpe-001" or c.b.port != "wan0")
    assert upstreams(COUNTY.model_copy(update={"cables": cables}))["u001"] == ()


def test_the_nodes_of_a_line() -> None:
    assert line_nodes(COUNTY, "line-002") == ("cpe-002", "sw-admin", "agg-1", "core-1", "core-2")
    assert line_nodes(COUNTY, "line-025") == ("cpe-025", OPERATOR, "vpn-hub")
    with pytest.raises(KeyError):
        line_nodes(COUNTY, "line-999")
