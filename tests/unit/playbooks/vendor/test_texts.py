"""Two texts that mean the same are the same, whatever they look like; what is shown holds no secret."""

import pytest

from inventory.platforms.patch.making import make
from playbooks.device.vendor import texts
from tests.unit.inventory.platforms.huawei_vrp.test_golden import NAMES, text_of

VRP = "huawei_vrp"
IKE = "ike peer hub\n pre-shared-key cipher {secret}\n remote-address 10.0.0.1\n"


def parts(*blocks: str) -> str:
    return "#\n" + "#\n".join(blocks) + "#\nreturn\n"


def test_salt_dates_and_the_order_of_blocks_are_no_difference() -> None:
    vlan, port = "vlan batch 10\n", "interface Vlanif10\n ip address 10.0.0.1 255.255.255.0\n"
    one = "!Last configuration was updated at 2026-01-01 10:00:00 by netadmin\n" + parts("sysname a\n", vlan, port)
    other = parts("sysname a\n", port, vlan)
    assert texts.difference(one, other, VRP) == ""
    assert texts.canonical(one, VRP) == texts.canonical(other, VRP)


def test_a_secret_that_was_salted_again_is_no_difference_and_none_is_shown() -> None:
    snmp = " snmp-agent usm-user v3 u authentication-mode sha2-256 cipher {secret}\n"
    one, other = (parts("sysname a\n", snmp.format(secret=f"%^%#{s}%^%#")) for s in ("abcdef", "ghijkl"))
    assert texts.difference(one, other, VRP) == ""
    shown = texts.difference(one, parts("sysname a\n"), VRP)
    assert "abcdef" not in shown
    assert shown.startswith("-")


def test_a_difference_shows_the_lines_with_their_heads_only() -> None:
    before = parts(
        "sysname a\n", "interface Vlanif10\n description x\n ip address 10.0.0.1 255.255.255.0\n", "vlan batch 10\n"
    )
    after = before.replace("description x", "description y")
    assert texts.difference(before, after, VRP) == " interface Vlanif10\n- description x\n+ description y\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_line_counts(name: str) -> None:
    text = text_of(name)
    assert texts.difference(text, text, VRP) == ""
    assert texts.difference(text, text.replace("sysname ", "sysname x"), VRP)


@pytest.mark.parametrize(
    "line",
    [
        "mpls lsr-id 10.0.0.9\n",
        "bgp 65000\n peer 10.0.0.9 as-number 65001\n",
        "route-policy out permit node 10\n if-match ip-prefix ours\n",
        "acl ipv6 number 3999\n rule 5 permit ipv6\n",
    ],
)
def test_lines_that_nobody_understands_or_writes_stay_and_are_no_difference_to_make(line: str) -> None:
    running = parts("sysname a\n", line, "vlan batch 10\n")
    intended = parts("sysname a\n", "vlan batch 20\n")
    expected = texts.expected(running, intended, VRP)
    assert line.split("\n")[-2] in expected
    assert "vlan batch 20" in expected
    assert texts.expected(intended, intended, VRP) == intended
    assert texts.canonical(expected, VRP) != texts.canonical(intended, VRP)


IOS_PEERS = """hostname a
!
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip access-group guard out
!
router bgp 65000
 neighbor 10.0.0.9 remote-as 65001
 neighbor 10.0.0.9 route-map in in
!
ip access-list extended guard
 permit ip any any
!
route-map in permit 10
!
end
"""


def test_a_list_that_stays_bound_stays_too() -> None:
    intended = "hostname a\n!\ninterface GigabitEthernet0/1\n ip address 10.0.0.2 255.255.255.0\n!\nend\n"
    expected = texts.expected(IOS_PEERS, intended, "cisco_ios")
    for line in (
        "ip access-group guard out",
        "ip access-list extended guard",
        "neighbor 10.0.0.9",
        "route-map in permit",
    ):
        assert line in expected
    assert "10.0.0.2" in expected
    typed = make(IOS_PEERS, intended, "cisco_ios").lines
    assert "ip address 10.0.0.2 255.255.255.0" in [line.strip() for line in typed]
    assert not [line for line in typed if "guard" in line or "bgp" in line or "neighbor" in line]


def test_a_secret_that_the_device_has_is_typed_neither_there_nor_back() -> None:
    user = "snmp-agent usm-user v3 u authentication-mode sha2-256 cipher {}\n"
    running = parts("sysname a\n", "snmp-agent\n" + user.format("%^%#abcdef%^%#"))
    intended = parts("sysname b\n", "snmp-agent\n" + user.format("plainsecret"))
    goal = texts.expected(running, intended, VRP)
    assert "%^%#abcdef%^%#" in goal
    assert "plainsecret" not in goal
    assert texts.canonical(goal, VRP) == texts.canonical(intended, VRP)
