"""Policy routes: what each platform does with a next hop that is there, that does not answer, that no link has."""

from ipaddress import IPv4Address, IPv4Network
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.vocabulary import ZoneName
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from tests.unit.topology.reach.grid.three import wrong
from topology.reach.engine import Engine
from topology.reach.network import Network, network
from topology.reach.space import Packet, Space
from topology.reach.steering import steered

PORTS = {"in": "10.0.0.1/24", "a": "10.0.1.1/24", "b": "10.0.2.1/24"}


def port(name: str, address: str) -> dict[str, Any]:
    return {"name": name, "addresses": [address]}


def made(platform: str, *rules: dict[str, Any], routed: bool = True) -> Network:
    """Return a router with three segments, by `a` a default route to another router, on `b` another."""
    mine = {
        "hostname": "r", "forwarding": True, "interfaces": [port(*item) for item in PORTS.items()],
        "routes": [{"prefix": "0.0.0.0/0", "next_hop": "10.0.1.2"}] if routed else [],
        "policy_routes": [{"interface": "in", "order": n, **rule} for n, rule in enumerate(rules, 1)],
    }  # fmt: skip
    others = {
        name: {"hostname": name, "forwarding": True, "interfaces": [port("e", f"10.0.{n}.2/24")]}
        for n, name in enumerate(("x", "y"), 1)
    }
    configs = {name: DeviceConfig.model_validate(fields) for name, fields in {"r": mine, **others}.items()}
    joined = [(("r", "a"), ("x", "e")), (("r", "b"), ("y", "e")), (("r", "in"), ("host", "eth0"))]
    cables = [
        SimpleNamespace(id=str(n), a=SimpleNamespace(node=a, port=p), b=SimpleNamespace(node=b, port=q))
        for n, ((a, p), (b, q)) in enumerate(joined)
    ]
    plan = SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24"))
    stub: Any = SimpleNamespace(
        devices=[], cables=cables, hosts=[SimpleNamespace(name="host", zone=ZoneName.CITY)], circuits=[], units=[],
        zones=[], cpe_by_unit={}, plan=plan,
    )  # fmt: skip
    found = network(cast(County, stub), configs)
    return Network(**{**vars(found), "platforms": {**dict.fromkeys(configs, "linux"), "r": platform}})


def outs(found: Network, target: str = "8.8.8.8", source: str = "10.0.0.7", into: str = "in") -> set[str]:
    """Return where the router may send a packet: interfaces, `table` for the routing table; all three agree."""
    assert [*wrong(found, Random(1), answers=False, most=6)] == []
    engine, packet = (
        Engine(found, Space()),
        Packet(IPv4Address(source), IPv4Address(target), 6, 80, 40000, False, False),
    )
    taken = steered(engine, "r", into)
    ways = {hop.interface for hop, packets in taken.ways if engine.space.holds(packets, packet)}
    return ways | ({"table"} if engine.space.holds(taken.as_usual, packet) else set())


EVERY = "0.0.0.0/0"
BOTH = pytest.mark.parametrize("platform", ["linux", "huawei_vrp"])


@BOTH
def test_a_rule_goes_before_the_routing_table_for_what_comes_in_by_its_interface(platform: str) -> None:
    found = made(platform, {"source": "10.0.0.0/28", "next_hop": "10.0.2.2"})
    assert outs(found) == {"b"}
    assert outs(found, source="10.0.0.77") == {"table"}
    assert outs(found, into="a") == {"table"}


@BOTH
def test_the_first_rule_that_fits_decides(platform: str) -> None:
    rules = (
        {"protocol": "udp", "next_hop": "10.0.1.2"},
        {"protocol": "tcp"},
        {"source": EVERY, "next_hop": "10.0.2.2"},
    )
    assert outs(made(platform, *rules)) == {"table"}
    assert outs(made(platform, *rules[::2])) == {"b"}


@BOTH
def test_ports_are_asked_where_a_platform_has_them(platform: str) -> None:
    rule = {"protocol": "tcp", "next_hop": "10.0.2.2"}
    assert outs(made(platform, {**rule, "port": 80})) == {"b"}
    assert outs(made(platform, {**rule, "port": 81})) == {"table"}
    assert outs(made(platform, {**rule, "source_port": 40000})) == {"b"}


def test_a_next_hop_that_does_not_answer_is_sent_to_by_linux_and_may_be_passed_by_elsewhere() -> None:
    rule = {"source": EVERY, "next_hop": "10.0.2.99"}
    assert outs(made("linux", rule)) == {"b"}
    assert outs(made("huawei_vrp", rule)) == {"b", "table"}


def test_a_next_hop_of_no_link_is_passed_by() -> None:
    """On Linux the next rule is asked, elsewhere the routing table is; no default route makes it a next hop."""
    rules = ({"source": EVERY, "next_hop": "172.31.0.1"}, {"source": EVERY, "next_hop": "10.0.2.2"})
    assert outs(made("linux", *rules)) == {"b"}
    assert outs(made("cisco_ios", *rules)) == {"table"}


def test_what_the_table_does_not_know_is_asked_by_the_next_rule_on_linux() -> None:
    rules = ({"protocol": "tcp"}, {"source": EVERY, "next_hop": "10.0.2.2"})
    assert "b" in outs(made("linux", *rules, routed=False)), "the table has nowhere to send it"
    assert outs(made("linux", *rules)) == {"table"}
    assert outs(made("h3c_comware", *rules, routed=False)) == {"table"}


@BOTH
def test_what_is_for_the_device_itself_is_not_sent_on(platform: str) -> None:
    found = made(platform, {"source": EVERY, "next_hop": "10.0.2.2"})
    engine = Engine(found, Space())
    packet = Packet(IPv4Address("10.0.0.7"), IPv4Address("10.0.1.1"), 6, 22, 40000, False, False)
    assert engine.space.holds(engine.run("zone:city").devices["r"], packet)


def test_while_nothing_fails_next_hops_answer() -> None:
    found = made("huawei_vrp", {"source": EVERY, "next_hop": "10.0.2.99"})
    tables = Engine(found, Space()).tables
    taken = steered(Engine(found, Space(), routes=tables), "r", "in")
    assert {hop.interface for hop, _packets in taken.ways} == {"b"}
    space = Space()
    assert steered(Engine(found, space, routes=tables), "r", "in").as_usual == space.nothing
