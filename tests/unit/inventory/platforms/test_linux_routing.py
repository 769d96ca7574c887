"""BGP, areas and policy routing on Linux: the law, what FRR prints of them, and what is refused."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, Interface, Ospf, Tunnel
from inventory.platforms import linux
from inventory.platforms.linux import frr_tree
from inventory.platforms.linux.text import File, join, split
from inventory.platforms.registry import platform
from inventory.routeconfig import (
    Aggregate,
    AreaRange,
    Bgp,
    MapEntry,
    Neighbor,
    Nssa,
    PolicyRoute,
    PrefixList,
    RouteMap,
    RoutePolicies,
)
from tests.unit.inventory.platforms.routing_strategies import area_kinds, area_ranges, bgps, policy_routes

PORTS = (
    Interface(name="eth0", addresses=(IPv4Interface("10.0.0.1/24"),)),
    Interface(name="eth1", addresses=(IPv4Interface("10.0.1.1/24"),)),
)


def told(**fields: Any) -> DeviceConfig:
    return DeviceConfig(hostname="r1", forwarding=True, interfaces=PORTS, **fields)


configs = st.builds(
    lambda bgp, rules, ranges, kinds: told(
        bgp=bgp, policy_routes=rules, ospf=Ospf(router_id=IPv4Address(1), ranges=ranges, **kinds)
    ),
    st.none() | bgps(), policy_routes(["eth0", "eth1"]), area_ranges, area_kinds(),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configs)
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    text = linux.render(config)
    parsed = linux.parse(text)
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configs, st.data())
def test_a_lost_line_never_goes_unnoticed(config: DeviceConfig, data: st.DataObject) -> None:
    lines = linux.render(config).splitlines()
    words = (" neighbor", " network", " match", " set", " pbr-policy", "ip prefix", "bgp ", " area", " redistribute")
    meaning = [n for n, line in enumerate(lines) if line.startswith(words)]
    if meaning:
        gone = data.draw(st.sampled_from(meaning))
        parsed = linux.parse("\n".join([*lines[:gone], *lines[gone + 1 :]]) + "\n")
        assert parsed.config != config or parsed.unparsed, lines[gone]


PRINTED = """frr version 8.4.4
frr defaults traditional
hostname r1
log syslog informational
no ipv6 forwarding
!
interface eth0
 ip address 10.0.0.1/24
 pbr-policy in-eth0
exit
!
router bgp 65001
 bgp router-id 10.0.0.1
 neighbor 10.0.0.2 remote-as 65002
 neighbor 10.0.0.2 description the city
 neighbor 10.0.0.2 timers 4 12
 !
 address-family ipv4 unicast
  network 10.0.1.0/24
  neighbor 10.0.0.2 prefix-list IN in
  neighbor 10.0.0.2 route-map OUT out
 exit-address-family
exit
!
ip prefix-list IN seq 5 permit 0.0.0.0/0
!
route-map OUT permit 10
exit
!
pbr-map in-eth0 seq 10
 match src-ip 10.0.0.0/24
 set nexthop 10.0.0.9
exit
!
end
"""
INTEGRATED = frr_tree.INTEGRATED


def printed(text: str) -> linux.Parsed:
    return linux.parse(
        join({"/etc/hostname": File("0644", ("r1",)), INTEGRATED: File("0644", tuple(text.splitlines()))})
    )


def strange(text: str) -> set[str]:
    return {
        line.text for line in printed(text).unparsed if "frr" in line.section and not line.text.startswith("lacking")
    }


def test_what_a_running_router_prints_is_read() -> None:
    found = printed(PRINTED).config
    assert strange(PRINTED) == set()
    assert found.bgp is not None
    assert found.bgp.neighbors == (
        Neighbor(address=IPv4Address("10.0.0.2"), remote_as=65002, list_in="IN", map_out="OUT"),
    )
    assert found.bgp.networks == ((IPv4Network("10.0.1.0/24"), ""),)
    assert found.policy_routes == (
        PolicyRoute(interface="eth0", order=10, source=IPv4Network("10.0.0.0/24"), next_hop=IPv4Address("10.0.0.9")),
    )


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (" bgp router-id 10.0.0.1", " bgp confederation identifier 7"),
        (" bgp router-id 10.0.0.1", " neighbor eth0 interface remote-as external"),
        (" bgp router-id 10.0.0.1", " no neighbor 10.0.0.2 send-community"),
        (" neighbor 10.0.0.2 timers 4 12", " neighbor 10.0.0.2 local-as 7"),
        (" neighbor 10.0.0.2 timers 4 12", " neighbor 10.0.0.2 ttl-security hops 1"),
        ("  network 10.0.1.0/24", "  aggregate-address 10.0.0.0/8 as-set"),
        ("  network 10.0.1.0/24", "  neighbor 10.0.0.2 allowas-in"),
        ("  network 10.0.1.0/24", "  neighbor 10.0.0.2 default-originate"),
        (" address-family ipv4 unicast", " address-family ipv4 vpn"),
        ("router bgp 65001", "router bgp 65001 vrf red"),
        ("ip prefix-list IN seq 5 permit 0.0.0.0/0", "ip prefix-list IN seq 5 permit 0.0.0.0/0 ge 33"),
        (" match src-ip 10.0.0.0/24", " match mark 7"),
        (" match src-ip 10.0.0.0/24", " match dst-port 80"),
        (" set nexthop 10.0.0.9", " set nexthop-group ALL"),
        ("pbr-map in-eth0 seq 10", "pbr-map other seq 10"),
        ("route-map OUT permit 10", "route-map OUT permit 10\n match ip next-hop address 10.0.0.9"),
        ("route-map OUT permit 10", "route-map OUT permit 10\n call OTHER"),
    ],
)
def test_what_is_not_understood_of_routing_is_listed(line: str, instead: str) -> None:
    assert f"{line}\n" in PRINTED
    assert strange(PRINTED.replace(f"{line}\n", f"{instead}\n"))


def test_a_second_setting_that_contradicts_the_first_is_listed() -> None:
    line = " neighbor 10.0.0.2 remote-as 65002\n"
    assert strange(PRINTED.replace(line, line + line.replace("65002", "65003")))


def test_policies_that_nothing_uses_are_listed() -> None:
    bare = PRINTED[: PRINTED.index("router bgp")] + PRINTED[PRINTED.index("ip prefix-list") :]
    assert any("prefix-list" in line for line in strange(bare))


def test_a_password_of_a_session_is_masked() -> None:
    text = join({INTEGRATED: File("0644", ("router bgp 1", " neighbor 10.0.0.2 password s3cr3t word"))})
    assert "s3cr3t" not in linux.mask(text)
    assert "word" not in linux.mask(text).split("password")[-1]


PEER = Neighbor(address=IPv4Address("10.0.0.2"), remote_as=65002)
EVERY = IPv4Network("0.0.0.0/0")


def rule(**fields: Any) -> PolicyRoute:
    return PolicyRoute(**{"interface": "eth0", "order": 1, "source": EVERY, **fields})


TUNNEL = Tunnel(
    name="t", local=IPv4Address("10.0.0.1"), remote=None, local_id="a", remote_id="b", key=SecretStr("k"),
    initiate=False, local_prefixes=(EVERY,), remote_prefixes=(EVERY,),
)  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"bgp": Bgp(number=1, neighbors=(PEER.model_copy(update={"map_in": "NONE"}),))},
        {"bgp": Bgp(number=1, neighbors=(PEER.model_copy(update={"list_out": "NONE"}),))},
        {"bgp": Bgp(number=1, neighbors=(PEER.model_copy(update={"key": SecretStr("secret")}),))},
        {"bgp": Bgp(number=1, neighbors=(PEER, PEER))},
        {"bgp": Bgp(number=1, neighbors=(PEER.model_copy(update={"client": True}),))},
        {"bgp": Bgp(number=1, policies=RoutePolicies(prefix_lists=(PrefixList(name="EMPTY"),)))},
        {
            "bgp": Bgp(
                number=1,
                policies=RoutePolicies(
                    maps=(
                        RouteMap(name="A", entries=(MapEntry(order=1, permit=True, matches=(("as-path", "NONE"),)),)),
                    )
                ),
            )
        },
        {"ospf": Ospf(router_id=IPv4Address(1), stubs=(IPv4Address(0),))},
        {"ospf": Ospf(router_id=IPv4Address(1), closed=(IPv4Address(1),))},
        {"ospf": Ospf(router_id=IPv4Address(1), nssas=(Nssa(area=IPv4Address(1), default="none"),))},
        {"bgp": Bgp(number=1, aggregates=(Aggregate(prefix=EVERY, origin="igp"),))},
        {"policy_routes": (rule(interface="eth9"),)},
        {"policy_routes": (rule(order=701),)},
        {"policy_routes": (rule(port=80, protocol="tcp"),)},
        {"policy_routes": (rule(source_port=80, protocol="udp"),)},
        {"policy_routes": (rule(protocol="icmp"),)},
        {"policy_routes": (rule(source=None),)},
        {"policy_routes": (rule(), rule())},
        {"policy_routes": (rule(),), "tunnels": (TUNNEL,)},
    ],
)
def test_what_frr_cannot_hold_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        linux.render(told(**fields))


@pytest.mark.parametrize("name", ["huawei_vrp", "h3c_comware", "cisco_ios", "ruijie"])
@pytest.mark.parametrize(
    "fields",
    [
        {"bgp": Bgp(number=1)},
        {"ospf": Ospf(router_id=IPv4Address(1), stubs=(IPv4Address(1),))},
        {"ospf": Ospf(router_id=IPv4Address(1), nssas=(Nssa(area=IPv4Address(1)),))},
        {"ospf": Ospf(router_id=IPv4Address(1), ranges=(AreaRange(area=IPv4Address(1), prefix=EVERY),))},
    ],
)
def test_a_platform_that_is_not_written_such_routing_says_so(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as raised:
        platform(name).render(told(**fields))
    assert any("only a Linux device is" in problem.message for problem in raised.value.problems)


@pytest.mark.parametrize("name", ["huawei_vrp", "h3c_comware"])
def test_policy_routes_are_refused_where_they_are_not_written(name: str) -> None:
    with pytest.raises(BadInput) as raised:
        platform(name).render(told(policy_routes=(rule(),)))
    assert any("only a Linux device is" in problem.message for problem in raised.value.problems)


def test_a_router_without_such_routing_has_neither_file_nor_daemon_more() -> None:
    files = split(linux.render(told()))
    assert not {frr_tree.BGPD, frr_tree.PBRD} & files.keys()
    assert not any("bgpd" in line or "pbrd" in line for line in files["/etc/frr/daemons"].lines)


def test_a_changed_peer_is_told_in_place_and_a_gone_one_is_removed() -> None:
    before = Bgp(number=1, neighbors=(PEER, Neighbor(address=IPv4Address("10.0.0.3"), remote_as=3, next_hop_self=True)))
    after = Bgp(number=1, neighbors=(PEER.model_copy(update={"remote_as": 9}),))
    commands = linux.activation(linux.render(told(bgp=before)), linux.render(told(bgp=after))).commands
    (removal,) = (line for line in commands if "vtysh -f" in line)
    (addition,) = (line for line in commands if line.startswith("vtysh -c"))
    assert "no neighbor 10.0.0.3 remote-as 3" in removal
    assert "10.0.0.2" not in removal
    assert "neighbor 10.0.0.2 remote-as 9" in addition
