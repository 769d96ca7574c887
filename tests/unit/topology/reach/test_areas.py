"""OSPF over several areas: borders tell what lies behind them, ranges stand for their parts."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from inventory.platforms.linux import frr, frr_tree
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File
from inventory.routeconfig import AreaRange
from topology.reach import routes
from topology.reach.network import Domain, Network, Routed, network
from topology.reach.routes import Hop, Table, tables


def _joined(ports: dict[str, dict[str, tuple[str, int, int]]], more: dict[str, str] | None = None) -> Network:
    """Return routers by name with their interfaces: address, area (-1: no OSPF) and cost; equal networks are cabled."""
    configs = {}
    for name, some in ports.items():
        text = "".join(
            f"interface {port}\n ip address {address}\n"
            + (f" ip ospf area {area}\n ip ospf cost {cost}\n" if area >= 0 else "")
            for port, (address, area, cost) in some.items()
        )
        text += f"router ospf\n ospf router-id 1.1.1.1\n{(more or {}).get(name, '')}"
        draft = Draft()
        frr.parse({frr_tree.INTEGRATED: File("0644", tuple(text.splitlines()))}, draft)
        assert not draft.unparsed
        configs[name] = draft.config()
    domains: dict[object, Domain] = {}
    of = {}
    for name, config in configs.items():
        for item in config.interfaces:
            of[name, item.name] = domains.setdefault(item.addresses[0].network, Domain(len(domains)))
            of[name, item.name].routed.append(Routed(name, item))
    return Network(configs=configs, platforms=dict.fromkeys(configs, "linux"), domains=tuple(domains.values()),
                   of=of, places={}, addresses={}, tunnels={})  # fmt: skip


def _said(*ranges: AreaRange) -> str:
    ends = {True: "", False: " not-advertise"}
    return "".join(f" area {one.area} range {one.prefix}{ends[one.advertise]}\n" for one in ranges)


def _next(table: Table, prefix: str) -> set[str] | None:
    hops = table.get(IPv4Network(prefix))
    return None if hops is None else {str(hop.next) for hop in hops}


CHAIN = {
    "left": {"a": ("10.0.1.1/24", 1, 10), "lan": ("10.1.0.1/24", 1, 10), "more": ("10.1.1.1/24", 1, 30)},
    "b1": {"a": ("10.0.1.2/24", 1, 10), "b": ("10.0.2.1/24", 0, 10)},
    "b2": {"b": ("10.0.2.2/24", 0, 10), "c": ("10.0.3.1/24", 2, 10)},
    "right": {"c": ("10.0.3.2/24", 2, 10), "lan": ("10.2.0.1/24", 2, 10)},
}


def test_areas_reach_each_other_over_the_backbone() -> None:
    found = tables(_joined(CHAIN))
    assert _next(found["right"], "10.1.0.0/24") == {"10.0.3.1"}
    assert _next(found["left"], "10.2.0.0/24") == {"10.0.1.2"}
    assert _next(found["b2"], "10.1.1.0/24") == {"10.0.2.1"}
    assert found["left"][IPv4Network("10.1.0.0/24")] == (Hop("lan"),)


def test_a_range_stands_for_its_parts_outside_of_its_area_and_discards_at_the_border() -> None:
    one = AreaRange(area=IPv4Address("0.0.0.1"), prefix=IPv4Network("10.1.0.0/16"))
    found = tables(_joined(CHAIN, {"b1": _said(one)}))
    for name, by in (("right", "10.0.3.1"), ("b2", "10.0.2.1")):
        assert _next(found[name], "10.1.0.0/16") == {by}
        assert _next(found[name], "10.1.0.0/24") is None
    assert found["b1"][IPv4Network("10.1.0.0/16")] == ()
    assert _next(found["b1"], "10.1.1.0/24") == {"10.0.1.1"}
    assert _next(found["right"], "10.0.1.0/24") == {"10.0.3.1"}, "no part of the range"


def test_a_range_that_is_not_advertised_hides_its_parts() -> None:
    one = AreaRange(area=IPv4Address("0.0.0.1"), prefix=IPv4Network("10.1.0.0/16"), advertise=False)
    found = tables(_joined(CHAIN, {"b1": _said(one)}))
    assert not [p for p in found["right"] if p.subnet_of(one.prefix)]


def test_a_range_without_parts_tells_and_discards_nothing() -> None:
    one = AreaRange(area=IPv4Address("0.0.0.1"), prefix=IPv4Network("10.9.0.0/16"))
    assert tables(_joined(CHAIN, {"b1": _said(one)})) == tables(_joined(CHAIN))


def test_what_is_within_an_area_goes_before_a_shorter_way_between_areas() -> None:
    ring = {
        "x": {"slow": ("10.0.1.1/24", 1, 100), "fast": ("10.0.2.1/24", 0, 1)},
        "y": {"slow": ("10.0.1.2/24", 1, 100), "fast": ("10.0.2.2/24", 0, 1), "lan": ("10.1.0.1/24", 1, 1)},
    }
    assert _next(tables(_joined(ring))["x"], "10.1.0.0/24") == {"10.0.1.2"}


def test_two_areas_without_the_backbone_between_them_do_not_reach_each_other() -> None:
    chain = {
        "left": {"a": ("10.0.1.1/24", 1, 10), "lan": ("10.1.0.1/24", 1, 10)},
        "middle": {"a": ("10.0.1.2/24", 1, 10), "b": ("10.0.2.1/24", 2, 10)},
        "right": {"b": ("10.0.2.2/24", 2, 10)},
    }
    found = tables(_joined(chain))
    assert _next(found["right"], "10.1.0.0/24") is None
    assert _next(found["middle"], "10.1.0.0/24") == {"10.0.1.1"}


def test_equal_borders_are_used_together_and_the_nearer_alone() -> None:
    def two(cost: int) -> dict[str, dict[str, tuple[str, int, int]]]:
        return {
            "in": {"p": ("10.0.1.1/24", 1, 10), "q": ("10.0.2.1/24", 1, cost)},
            "p": {"p": ("10.0.1.2/24", 1, 10), "core": ("10.0.0.1/24", 0, 10)},
            "q": {"q": ("10.0.2.2/24", 1, 10), "core": ("10.0.0.2/24", 0, 10)},
        }

    assert _next(tables(_joined(two(10)))["in"], "10.0.0.0/24") == {"10.0.1.2", "10.0.2.2"}
    assert _next(tables(_joined(two(20)))["in"], "10.0.0.0/24") == {"10.0.1.2"}


def test_what_is_outside_goes_by_its_metric_and_is_found_over_borders() -> None:
    outside = CHAIN | {"left": CHAIN["left"] | {"ext": ("198.51.100.1/24", -1, 0)}}
    found = tables(_joined(outside, {"left": " redistribute connected metric 50\n"}))
    assert _next(found["right"], "198.51.100.0/24") == {"10.0.3.1"}
    assert _next(found["b1"], "198.51.100.0/24") == {"10.0.1.1"}


def test_a_border_takes_nothing_that_lies_in_a_range_of_its_own() -> None:
    """Seen of FRR 8.4: a summary from elsewhere within a range that has parts here is not used."""
    one = AreaRange(area=IPv4Address("0.0.0.1"), prefix=IPv4Network("10.0.0.0/12"))
    found = tables(_joined(CHAIN, {"b1": _said(one)}))
    assert _next(found["b1"], "10.2.0.0/24") is None
    assert _next(found["b2"], "10.2.0.0/24") == {"10.0.3.2"}


def test_who_announces_what_is_outside_is_sought_beside_the_backbone_first() -> None:
    """RFC 2328, 16.4.1, without compatibility to RFC 1583, as FRR has it."""
    ring = {
        "x": {"slow": ("10.0.1.1/24", 1, 100), "fast": ("10.0.2.1/24", 0, 1)},
        "y": {"slow": ("10.0.1.2/24", 1, 100), "fast": ("10.0.2.2/24", 0, 1), "ext": ("198.51.100.1/24", -1, 0)},
    }
    found = tables(_joined(ring, {"y": " redistribute connected metric 50\n"}))
    assert _next(found["x"], "198.51.100.0/24") == {"10.0.1.2"}


def both(found: Network, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether areas told apart or taken as one come to the same routes."""
    as_one = tables(found)
    monkeypatch.setattr(routes, "_has_areas", lambda _network: True)
    return tables(found) == as_one


@pytest.mark.parametrize("area", [0, 7])
def test_one_area_alone_is_as_if_there_were_no_areas(area: int, monkeypatch: pytest.MonkeyPatch) -> None:
    some = {n: {p: (a, area, c) for p, (a, _area, c) in ports.items()} for n, ports in CHAIN.items()}
    assert both(_joined(some), monkeypatch)


def test_the_example_county_routes_the_same_with_its_one_area(
    county: County, configs: dict[str, DeviceConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both(network(county, configs), monkeypatch)


STUB = {
    "left": {"a": ("10.0.1.1/24", 1, 10), "lan": ("10.1.0.1/24", 1, 10)},
    "b1": {"a": ("10.0.1.2/24", 1, 10), "b": ("10.0.2.1/24", 0, 10)},
    "far": {"b": ("10.0.2.2/24", 0, 10), "ext": ("198.51.100.1/24", -1, 0)},
}
OUTSIDE = {"far": " redistribute connected metric 50\n"}


def test_a_stub_area_hears_a_default_route_and_nothing_from_outside() -> None:
    kinds = {"left": " area 1 stub\n", "b1": " area 1 stub\n"}
    found = tables(_joined(STUB, OUTSIDE | kinds))
    assert _next(found["left"], "198.51.100.0/24") is None
    assert _next(found["left"], "0.0.0.0/0") == {"10.0.1.2"}
    assert _next(found["left"], "10.0.2.0/24") == {"10.0.1.2"}, "what is inside it hears"
    assert _next(found["b1"], "198.51.100.0/24") == {"10.0.2.2"}
    assert _next(found["b1"], "0.0.0.0/0") is None
    assert _next(tables(_joined(STUB, OUTSIDE))["left"], "198.51.100.0/24") == {"10.0.1.2"}


def test_two_that_differ_about_an_area_being_a_stub_do_not_speak() -> None:
    found = tables(_joined(STUB, OUTSIDE | {"b1": " area 1 stub\n"}))
    assert _next(found["left"], "10.0.2.0/24") is None
    assert _next(found["b1"], "10.1.0.0/24") is None


def test_what_somebody_in_a_stub_area_takes_in_stays_with_it() -> None:
    kinds = {"left": " area 1 stub\n redistribute connected metric 50\n", "b1": " area 1 stub\n"}
    ports = STUB | {"left": STUB["left"] | {"ext": ("203.0.113.1/24", -1, 0)}}
    found = tables(_joined(ports, kinds))
    assert _next(found["b1"], "203.0.113.0/24") is None
    assert _next(found["far"], "203.0.113.0/24") is None
