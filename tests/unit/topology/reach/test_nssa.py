"""Not-so-stubby and totally stubby areas: what is taken in there, where packets for it go, and what is in doubt."""

from dataclasses import replace

import pytest

from inventory.routeconfig import Nssa
from tests.unit.topology.reach.test_areas import _joined, _next
from topology.reach.grid.routes import Routes
from topology.reach.network import Network
from topology.reach.nssa import DIFFERS, UNSURE
from topology.reach.routes import routing

NET = "198.51.100.0/24"
PORTS = {
    "edge": {"a": ("10.0.1.1/24", 1, 10), "ext": ("198.51.100.1/24", -1, 0)},
    "border": {"a": ("10.0.1.2/24", 1, 10), "b": ("10.0.2.1/24", 0, 10)},
    "core": {"b": ("10.0.2.2/24", 0, 10), "lan": ("10.2.0.1/24", 0, 10), "far": ("203.0.113.1/24", -1, 0)},
}
"""an area beside the backbone, with a way out at either end"""
TAKEN = " redistribute connected metric 50\n"


def _network(kind: str, border: str = "", ports: dict[str, dict[str, tuple[str, int, int]]] | None = None) -> Network:
    """Return the network; `kind`: the lines of who is in the area, `border`: of the border alone if it differs."""
    more = {"edge": kind + TAKEN, "border": border or kind, "core": TAKEN, "second": kind}
    return _joined(ports or PORTS, more)


def _told(found: Network, default: str) -> Network:
    """Return a network whose borders tell the area a default route in another way, as other makers' do."""
    configs = dict(found.configs)
    for name, config in configs.items():
        if config.ospf and config.ospf.nssas:
            nssas = (Nssa.model_validate({"area": "0.0.0.1", "default": default, "metric": 3}),)
            configs[name] = config.model_copy(update={"ospf": config.ospf.model_copy(update={"nssas": nssas})})
    return replace(found, configs=configs, platforms=dict.fromkeys(configs, "cisco_ios"))


def test_what_such_an_area_takes_in_is_told_everywhere_and_what_others_take_in_is_not_told_there() -> None:
    found = routing(_network(" area 1 nssa\n"))
    assert found.doubts == {}
    assert _next(found.tables["core"], NET) == {"10.0.2.1"}
    assert _next(found.tables["border"], NET) == {"10.0.1.1"}
    assert _next(found.tables["edge"], "203.0.113.0/24") is None
    assert _next(found.tables["edge"], "10.2.0.0/24") == {"10.0.1.2"}, "what is inside is told"
    assert _next(found.tables["edge"], "0.0.0.0/0") == {"10.0.1.2"}


def test_a_totally_closed_area_hears_of_a_default_route_alone() -> None:
    for kind in (" area 1 nssa no-summary\n", " area 1 stub no-summary\n"):
        found = routing(_network(kind))
        assert _next(found.tables["edge"], "10.2.0.0/24") is None
        assert _next(found.tables["edge"], "0.0.0.0/0") == {"10.0.1.2"}
    assert _next(found.tables["core"], NET) is None, "a stub area takes nothing in"


def test_two_that_differ_about_its_kind_do_not_speak() -> None:
    found = routing(_network(" area 1 nssa\n", border=" area 1 stub\n"))
    assert _next(found.tables["border"], NET) is None
    assert _next(found.tables["edge"], "10.2.0.0/24") is None


@pytest.mark.parametrize(("default", "hops"), [("none", None), ("outside", {"10.0.1.2"}), ("inside", {"10.0.1.2"})])
def test_a_border_tells_it_a_default_route_in_its_makers_way(default: str, hops: set[str] | None) -> None:
    found = _told(_network(" area 1 nssa\n"), default)
    assert _next(routing(found).tables["edge"], "0.0.0.0/0") == hops
    assert Routes(found).expected == routing(found).tables


def test_packets_go_to_the_address_that_is_given_and_not_to_the_border_that_tells_it() -> None:
    """The border with the higher number tells it; the other one is nearer."""
    second = {"c": ("10.0.3.2/24", 1, 10), "d": ("10.0.4.1/24", 0, 1)}
    core = PORTS["core"] | {"d": ("10.0.4.2/24", 0, 1)}
    edge = PORTS["edge"] | {"c": ("10.0.3.1/24", 1, 10)}
    found = _network(" area 1 nssa\n", ports=PORTS | {"second": second, "core": core, "edge": edge})
    told = routing(found)
    assert told.doubts == {"core": UNSURE}, "its two addresses are reached by two ways"
    less = replace(found, configs={**found.configs, "edge": found.configs["edge"].model_copy(
        update={"interfaces": tuple(i for i in found.configs["edge"].interfaces if i.name != "a")})})  # fmt: skip
    less.domains[0].routed[:] = [r for r in less.domains[0].routed if r.device != "edge"]
    assert _next(routing(less).tables["core"], NET) == {"10.0.4.1"}


@pytest.mark.parametrize("line", [" default-information originate always metric 5\n", " area 1 range 198.51.0.0/16\n"])
def test_what_makers_tell_otherwise_is_in_doubt(line: str) -> None:
    found = _network(" area 1 nssa\n" + line)
    assert {*routing(found).doubts.values()} == {DIFFERS}
    assert Routes(found).doubts == routing(found).doubts


def test_frr_loses_who_announces_what_is_outside_behind_a_stub_area_that_both_are_borders_of() -> None:
    """As FRR 8.4.4 did in namespaces; after RFC 2328, and on other makers' routers, the way is by the backbone."""
    ports = {
        "a": {"s": ("10.0.1.1/24", 1, 10), "b": ("10.0.2.1/24", 0, 1), "ext": ("198.51.100.1/24", -1, 0)},
        "b": {"s": ("10.0.1.2/24", 1, 10), "b": ("10.0.2.2/24", 0, 1), "t": ("10.0.3.1/24", 2, 1)},
        "c": {"t": ("10.0.3.2/24", 2, 1)},
    }
    found = _joined(ports, {"a": " area 1 stub\n" + TAKEN, "b": " area 1 stub\n"})
    assert _next(routing(found).tables["b"], NET) is None
    assert _next(routing(found).tables["c"], NET) is None
    other = replace(found, platforms=dict.fromkeys(ports, "cisco_ios"))
    assert _next(routing(other).tables["b"], NET) == {"10.0.2.1"}
    assert _next(routing(other).tables["c"], NET) == {"10.0.3.1"}
    assert all(Routes(one).expected == routing(one).tables for one in (found, other))


def test_a_border_of_frr_discards_nothing_of_a_range_beside_such_an_area() -> None:
    """As FRR 8.4.4 does in the twin: what no part takes goes on by other routes. Other makers' routers discard it."""
    ports = PORTS | {"edge": PORTS["edge"] | {"lan": ("10.3.0.1/24", 1, 10)}}
    found = _network(" area 1 nssa\n", border=" area 1 nssa\n area 1 range 10.3.0.0/16\n", ports=ports)
    assert "10.3.0.0/16" not in map(str, routing(found).tables["border"])
    other = replace(found, platforms=dict.fromkeys(ports, "cisco_ios"))
    assert _next(routing(other).tables["border"], "10.3.0.0/16") == set()
    assert all(Routes(one).expected == routing(one).tables for one in (found, other))
