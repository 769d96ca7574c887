"""Routing tables of their own (VRF, VPN instance): what is read of them, and what is listed because it may leak."""

import pytest

from inventory.deviceconfig import DeviceConfig, Interface, StaticRoute
from inventory.platforms.registry import platform

IOS = """hostname x
ip routing
vrf definition red
 rd 65000:1
 !
 address-family ipv4
  route-target export 65000:1
  route-target import 65000:1
 exit-address-family
!
interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
!
interface GigabitEthernet0/1
 vrf forwarding red
 ip address 10.0.1.1 255.255.255.0
!
ip route 0.0.0.0 0.0.0.0 10.0.0.254
ip route vrf red 10.9.0.0 255.255.0.0 10.0.1.254
end
"""
VRP = """#
sysname x
#
ip vpn-instance red
 ipv4-family
  route-distinguisher 100:1
  vpn-target 100:1 export-extcommunity
  vpn-target 100:1 200:1 import-extcommunity
#
interface GigabitEthernet0/0/0
 ip address 10.0.0.1 255.255.255.0
#
interface GigabitEthernet0/0/1
 ip binding vpn-instance red
 ip address 10.0.1.1 255.255.255.0
#
ip route-static 0.0.0.0 0.0.0.0 10.0.0.254 preference 1
ip route-static vpn-instance red 10.9.0.0 255.255.0.0 10.0.1.254 preference 1
#
return
"""
OLD = ("vrf definition red", "ip vrf red"), ("vrf forwarding", "ip vrf forwarding")
TEXTS = {
    "cisco_ios": IOS,
    "ruijie": IOS.replace(*OLD[0]).replace(*OLD[1]).replace("GigabitEthernet0/", "GigabitEthernet 0/"),
    "huawei_vrp": VRP,
    "h3c_comware": VRP.replace(" ipv4-family\n", " address-family ipv4\n"),
}
LISTED = {"line vty 0 4", "enable service ssh-server", "stelnet server enable", "ssh server enable"}
"""what these short texts lack and every device of ours is told"""


def read(name: str, text: str) -> tuple[DeviceConfig, set[str]]:
    parsed = platform(name).parse(text)
    return parsed.config, {one.text for one in parsed.unparsed} - {f"lacking: {line}" for line in LISTED}


@pytest.mark.parametrize("name", TEXTS)
def test_an_instance_has_its_interfaces_and_its_routes(name: str) -> None:
    config, listed = read(name, TEXTS[name])
    assert not listed
    assert [(str(i.addresses[0]), i.vrf) for i in config.interfaces] == [("10.0.0.1/24", ""), ("10.0.1.1/24", "red")]
    assert [(str(r.prefix), str(r.next_hop), r.vrf) for r in config.routes] == [
        ("0.0.0.0/0", "10.0.0.254", ""), ("10.9.0.0/16", "10.0.1.254", "red"),
    ]  # fmt: skip


_ROUTE = "ip route vrf red 10.9.0.0 255.255.0.0 10.0.1.254"
LEAKS = [
    ("cisco_ios", _ROUTE, "ip route vrf red 10.8.0.0 255.255.0.0 10.0.0.9 global"),
    ("cisco_ios", _ROUTE, "ip route vrf red 10.8.0.0 255.255.0.0 GigabitEthernet0/0"),
    ("cisco_ios", " rd 65000:1", " import ipv4 unicast map leak"),
    ("cisco_ios", "ip routing", "router ospf 1 vrf red"),
    ("huawei_vrp", "ip route-static 0.0.0.0 0.0.0.0 10.0.0.254 preference 1",
     "ip route-static 10.8.0.0 255.255.0.0 vpn-instance red 10.0.1.254"),
    ("huawei_vrp", "ip route-static 0.0.0.0 0.0.0.0 10.0.0.254 preference 1",
     "ip route-static vpn-instance red 10.8.0.0 255.255.0.0 public 10.0.0.9"),
    ("h3c_comware", "  route-distinguisher 100:1", "  route-replicate from public protocol static"),
    ("huawei_vrp", " ip binding vpn-instance red", " ospf enable 2 area 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "after", "line"), LEAKS)
def test_what_may_lead_from_one_table_into_another_is_listed(name: str, after: str, line: str) -> None:
    assert after in TEXTS[name]
    _config, listed = read(name, TEXTS[name].replace(after, f"{after}\n{line}", 1))
    assert listed


@pytest.mark.parametrize("name", ["cisco_ios", "huawei_vrp"])
def test_an_instance_that_is_named_and_not_made_is_listed_with_its_port_and_its_route(name: str) -> None:
    config, listed = read(
        name,
        TEXTS[name]
        .replace("definition red", "definition blue")
        .replace("-instance red\n ipv4", "-instance blue\n ipv4"),
    )
    assert len(listed) == 2
    assert not any(item.vrf for item in config.interfaces)
    assert not any(route.vrf for route in config.routes)


def test_a_device_that_translates_besides_has_instances_that_are_not_understood() -> None:
    inside = " ip address 10.0.0.1 255.255.255.0"
    lists = "ip access-list standard own\n permit 10.0.1.0 0.0.0.255\n"
    nat = "ip nat inside source list own interface GigabitEthernet0/0 overload\nend\n"
    text = IOS.replace(inside, f"{inside}\n ip nat outside").replace("end\n", f"{lists}{nat}")
    config, listed = read("cisco_ios", text)
    assert (len(config.nat), {line for line in listed if "vrf" in line}) == (1, {"vrf forwarding red", _ROUTE})


@pytest.mark.parametrize("name", [*TEXTS, "linux"])
def test_no_platform_is_told_an_instance_without_a_word(name: str) -> None:
    from countynet.errors import BadInput

    bound = Interface(name="GigabitEthernet0/1", addresses=("10.0.0.1/24",), vrf="red")
    route = StaticRoute(prefix="10.9.0.0/16", next_hop="10.0.0.9", vrf="red")
    with pytest.raises(BadInput) as refused:
        platform(name).render(DeviceConfig(hostname="x", interfaces=(bound,), routes=(route,)))
    assert {"interfaces.GigabitEthernet0/1.vrf", "routes.vrf"} <= {
        one.where.rpartition(": ")[2] for one in refused.value.problems
    }
