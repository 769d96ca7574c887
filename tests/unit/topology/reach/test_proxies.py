"""Trap: proxy ARP. A router with too wide a mask asks on its link for what is elsewhere, and another one answers."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countynet.vocabulary import ZoneName
from inventory.deviceconfig import DeviceConfig, Interface, StaticRoute
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms.linux import sysctl
from inventory.platforms.linux.text import file
from inventory.platforms.registry import platform
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.grid.three import wrong
from tests.unit.topology.reach.test_wires import answered
from topology.reach.engine import Engine
from topology.reach.network import Network, network
from topology.reach.proxies import answers_for_others
from topology.reach.space import Packet, Space
from topology.reach.walk import walk

PLATFORMS = ("linux", "huawei_vrp", "h3c_comware", "ruijie", "cisco_ios")
PACKET = Packet(IPv4Address("10.9.0.5"), IPv4Address("10.0.7.5"), 6, port=80, from_port=1024, echo=False, ack=False)
TOLD = {
    "linux": ("eth0", "net.ipv4.conf.eth0.proxy_arp = 1", True),
    "huawei_vrp": ("GigabitEthernet0/0/1", "arp-proxy enable", True),
    "h3c_comware": ("GigabitEthernet1/0/1", "proxy-arp enable", True),
    "cisco_ios": ("GigabitEthernet0/1", "no ip proxy-arp", False),
    "ruijie": ("GigabitEthernet0/1", "no ip proxy-arp", False),
}


def made(which: str, told: bool | None, mask: int = 16) -> Network:
    """Return the city's router with a mask on the link to another one, and the servers behind that."""
    ports: dict[str, list[tuple[str, str, bool | None]]] = {
        "r": [("in", "10.9.0.1/24", None), ("a", f"10.0.1.1/{mask}", None)],
        "x": [("e", "10.0.1.2/24", told), ("far", "10.0.7.1/24", None)],
    }
    configs = {
        name: DeviceConfig.model_validate({
            "hostname": name, "forwarding": True,
            "interfaces": [{"name": n, "addresses": [a], "proxy_arp": p} for n, a, p in found],
        })
        for name, found in ports.items()
    }  # fmt: skip
    joined = [(("r", "a"), ("x", "e")), (("r", "in"), ("c", "eth0")), (("x", "far"), ("s", "eth0"))]
    cables = [
        SimpleNamespace(id=str(n), a=SimpleNamespace(node=a, port=p), b=SimpleNamespace(node=b, port=q))
        for n, ((a, p), (b, q)) in enumerate(joined)
    ]
    hosts = [SimpleNamespace(name="c", zone=ZoneName.CITY), SimpleNamespace(name="s", zone=ZoneName.SERVER)]
    devices = [SimpleNamespace(name=n, platform=which, role=SimpleNamespace(value=""), management=IPv4Address(k),
                               management6=None) for k, n in enumerate(configs)]  # fmt: skip
    stub: Any = SimpleNamespace(devices=devices, cables=cables, hosts=hosts, circuits=[], units=[], zones=[],
                                cpe_by_unit={}, plan=SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24")))  # fmt: skip
    return network(cast(County, stub), configs)


def arrives(found: Network) -> bool:
    space = Space()
    return space.holds(Engine(found, space).run("zone:city").at.get("zone:server", space.nothing), PACKET)


@pytest.mark.parametrize("which", PLATFORMS)
def test_proxy_arp_lets_through_what_no_route_leads_to(which: str) -> None:
    assert arrives(made(which, None)) is (which in ("cisco_ios", "ruijie")), "these do so by themselves"
    assert arrives(made(which, True))
    assert not arrives(made(which, False))
    assert not arrives(made(which, True, mask=24)), "nobody asks on the link"
    assert [*wrong(made(which, True), Random(1), answers=False, most=20)] == []


def test_an_answer_comes_back_where_the_other_router_has_a_way() -> None:
    found = made("linux", True)
    assert not answered(found, "zone:city", "zone:server", PACKET)
    back = StaticRoute(prefix=IPv4Network("10.9.0.0/24"), next_hop=IPv4Address("10.0.1.1"))
    other = found.configs["x"].model_copy(update={"routes": (back,)})
    assert answered(replace(found, configs={**found.configs, "x": other}), "zone:city", "zone:server", PACKET)


def test_the_way_of_such_a_packet_is_told() -> None:
    found = made("linux", True)
    assert [s.device for s in walk(Engine(found, Space()), "zone:city", "zone:server", PACKET)] == ["r", "x"]


@pytest.mark.parametrize("which", TOLD)
def test_every_platform_reads_who_answers_for_others(which: str) -> None:
    name, line, told = TOLD[which]
    item = Interface.model_validate({"name": name, "addresses": ["10.0.0.1/24"], "proxy_arp": told})
    its = platform(which)
    ssh = {"password_login": which == "ruijie"}
    config = DeviceConfig.model_validate({"hostname": "r", "interfaces": [item], "ssh": ssh})
    assert line in its.render(config)
    assert its.parse(its.render(config)).config.interfaces == (item,)


def test_a_vendors_router_that_answers_by_itself_is_told_not_to() -> None:
    county = mixed_county()
    found = network(county, adapted(county, secrets))
    assert [r for domain in found.domains for r in domain.routed if answers_for_others(found, r)] == []


def test_linux_says_what_its_kernel_does_not_what_a_file_says() -> None:
    on = "net.ipv4.conf.lan0.proxy_arp = 1"
    assert on in sysctl.live(file(["net.ipv4.ip_forward = 1"]), (on,)).lines
    assert on not in sysctl.live(file([on]), ()).lines
    assert [*sysctl.without([on])] == ["sysctl -q -w net/ipv4/conf/lan0/proxy_arp=0"]
