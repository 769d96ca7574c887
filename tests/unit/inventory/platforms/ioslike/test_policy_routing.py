"""Policy routing on IOS and RGOS: the law, the writings of others, and what is listed."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from countynet.errors import BadInput
from inventory.deviceconfig import DeviceConfig, Interface, Ssh, Tunnel
from inventory.platforms.registry import platform
from inventory.routeconfig import PolicyRoute
from tests.unit.inventory.platforms.strategies import addresses, networks

BOTH = pytest.mark.parametrize("name", ["cisco_ios", "ruijie"])
ANY = "0.0.0.0/0"
PORTS = ("GigabitEthernet0/1", "GigabitEthernet0/2")
LAN = IPv4Network("10.0.0.0/24")


def told(*rules: PolicyRoute, **fields: Any) -> DeviceConfig:
    interfaces = tuple(
        Interface(name=port, addresses=(IPv4Interface(f"10.0.{n}.1/24"),)) for n, port in enumerate(PORTS)
    )
    return DeviceConfig(hostname="r1", forwarding=True, interfaces=interfaces, policy_routes=rules, **fields)


def rule(**fields: Any) -> PolicyRoute:
    return PolicyRoute.model_validate({"interface": PORTS[0], "order": 10, **fields})


@st.composite
def _rules(draw: st.DrawFn) -> PolicyRoute:
    narrow = networks().filter(lambda network: network != ANY)
    protocol = draw(st.sampled_from([None, "tcp", "udp", "icmp"]))
    port = st.none() | st.integers(1, 65535) if protocol in ("tcp", "udp") else st.none()
    return PolicyRoute.model_validate(
        {
            "interface": draw(st.sampled_from(PORTS)), "order": draw(st.integers(1, 65535)),
            "source": draw(st.none() | narrow), "destination": draw(st.none() | narrow), "protocol": protocol,
            "port": draw(port), "source_port": draw(port), "next_hop": draw(st.none() | addresses),
        }
    )  # fmt: skip


@BOTH
@settings(max_examples=40, deadline=None)
@given(rules=st.lists(_rules(), max_size=5, unique_by=lambda r: (r.interface, r.order)))
def test_what_is_rendered_is_read_back(name: str, rules: list[PolicyRoute]) -> None:
    its = platform(name)
    config = told(*rules, ssh=Ssh(password_login=name == "ruijie"))
    parsed = its.parse(its.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


OTHERS = """interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip policy route-map PBR
!
access-list 101 permit tcp 10.0.0.0 0.0.0.255 any eq www 443
access-list 101 deny ip any any
!
route-map PBR permit 10
 match ip address 101
 set ip next-hop 10.0.1.9
!
end
"""


def listed(text: str) -> list[str]:
    return [line.text for line in platform("cisco_ios").parse(text).unparsed if line.line]


def test_a_list_of_several_ports_is_as_many_rules_and_what_it_denies_goes_by_the_table() -> None:
    found = platform("cisco_ios").parse(OTHERS)
    assert listed(OTHERS) == []
    assert [(r.port, r.source, r.next_hop) for r in found.config.policy_routes] == [
        (80, LAN, IPv4Address("10.0.1.9")), (443, LAN, IPv4Address("10.0.1.9")), (None, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (" set ip next-hop 10.0.1.9", " set ip default next-hop 10.0.1.9"),
        (" set ip next-hop 10.0.1.9", " set interface GigabitEthernet0/2"),
        (" set ip next-hop 10.0.1.9", " set ip next-hop 10.0.1.9 10.0.1.10"),
        (" match ip address 101", " match ip address 102"),
        (" match ip address 101", " match length 3 200"),
        (" ip policy route-map PBR", " ip policy route-map NONE"),
        (" ip policy route-map PBR", " description nothing"),
        ("access-list 101 deny ip any any", "access-list 101 permit gre any any"),
        ("access-list 101 deny ip any any", "access-list 101 permit tcp any any established"),
        ("route-map PBR permit 10", "route-map PBR permit 5\nroute-map PBR deny 10\nroute-map PBR permit 10"),
    ],
)
def test_what_is_not_understood_of_it_is_listed(line: str, instead: str) -> None:
    assert f"{line}\n" in OTHERS
    assert listed(OTHERS.replace(f"{line}\n", f"{instead}\n"))


def test_what_a_list_denies_before_another_entry_is_listed() -> None:
    more = OTHERS.replace("!\nend", "route-map PBR permit 20\n set ip next-hop 10.0.1.7\n!\nend")
    assert listed(more)
    assert not listed(more.replace("access-list 101 deny ip any any\n", ""))


TUNNEL = Tunnel(
    name="t", local=IPv4Address("10.0.0.1"), remote=None, local_id="a", remote_id="b", key=SecretStr("k"),
    initiate=False, local_prefixes=(LAN,), remote_prefixes=(LAN,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ((rule(interface="GigabitEthernet0/9"),), {}),
        ((rule(port=80),), {}),
        ((rule(source=ANY),), {}),
        ((rule(), rule()), {}),
        ((rule(),), {"tunnels": (TUNNEL,)}),
    ],
)
def test_what_cannot_be_held_is_refused(rules: tuple[PolicyRoute, ...], fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        platform("cisco_ios").render(told(*rules, **fields))
