"""A line about routes that one device has and nobody understands makes unsure whoever may hear of it."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from inventory.deviceconfig import DeviceConfig, Ospf
from topology.reach.change import State
from topology.reach.hearsay import spread

SPEAKS = DeviceConfig(hostname="a", ospf=Ospf(router_id=IPv4Address(1)))
CONFIGS = {"a": SPEAKS, "b": SPEAKS, "c": DeviceConfig(hostname="c")}


@pytest.mark.parametrize(
    "line",
    [
        "router ospf 1 12: area 1 virtual-link 1.1.1.1",
        "router bgp 65001 9: neighbor 10.0.0.1 allowas-in",
        "route-map x permit 10 4: match interface Vlan1",
        " 7: ip prefix-list x seq 5 permit 10.0.0.0/8",
        "interface Vlan10 3: ip ospf authentication message-digest",
        "interface Vlanif10 3: ospf authentication-mode md5 1 cipher x",
        "ospf 1 router-id 1.1.1.1 8: vlink-peer 1.1.1.2",
        "bgp 65001 4: peer 10.0.0.1 allow-as-loop",
        " 5: route-policy x permit node 10",
        "/etc/frr/ospfd.conf 4: area 1 virtual-link 1.1.1.1",
        "interface Vlan10 3: ip vrf forwarding red",
        "interface Vlan10 3: vrf forwarding red",
        "/etc/frr/zebra.conf 3: interface e0 vrf red: ip address 10.0.0.1/24",
        " 7: ip vpn-instance red",
        "interface Vlanif10 3: ip binding vpn-instance red",
    ],
)
def test_a_line_about_routes_makes_every_speaker_unsure(line: str) -> None:
    found = spread(CONFIGS, {"a": [line]})
    assert found["a"] == (line,)
    assert len(found["b"]) == 1
    assert line in found["b"][0]
    assert "c" not in found


@pytest.mark.parametrize(
    "line", ["interface Vlan10 3: ip policy route-map x", "line vty 0 4 5: transport input telnet", " 9: acl 3000"]
)
def test_any_other_line_stays_with_its_device(line: str) -> None:
    assert spread(CONFIGS, {"a": [line], "c": []}) == {"a": (line,)}


def test_what_was_heard_is_forgotten_with_the_line_that_said_it() -> None:
    before = State(CONFIGS, {"a": ["router ospf 1 12: area 1 virtual-link 1.1.1.1"]})
    assert before.unparsed["b"]
    assert replace(before, unparsed={**before.unparsed, "a": ()}).unparsed == {}
