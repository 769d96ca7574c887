"""BGP of IOS and RGOS: what of it is read, and what is listed rather than guessed."""

from types import ModuleType

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import cisco_ios, ruijie
from inventory.routeconfig import Bgp, Neighbor

TEXT = """hostname r1
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.252
router bgp 65001
 bgp router-id 192.0.2.1
 bgp log-neighbor-changes
 no bgp default ipv4-unicast
 neighbor inner peer-group
 neighbor inner remote-as 65001
 neighbor inner update-source Loopback0
 neighbor 10.0.0.2 remote-as 65002
 neighbor 192.0.2.2 peer-group inner
 neighbor 192.0.2.3 remote-as 65001
 !
 address-family ipv4
  network 10.1.0.0 mask 255.255.0.0 route-map mark
  network 10.0.0.0
  redistribute connected route-map mark
  neighbor inner next-hop-self
  neighbor inner send-community both
  neighbor 10.0.0.2 activate
  neighbor 10.0.0.2 prefix-list ours out
  neighbor 10.0.0.2 route-map theirs in
  neighbor 192.0.2.2 activate
  maximum-paths 4
 exit-address-family
!
ip community-list 1 permit 4259840001
ip community-list standard near permit 65002:7 no-export
ip as-path access-list 5 permit ^65002_
ip prefix-list ours seq 5 permit 10.1.0.0/16 le 24
ip prefix-list ours seq 10 deny 0.0.0.0/0 le 32
access-list 101 permit ip host 10.9.0.0 host 255.255.0.0
route-map mark permit 10
 set community 65001:1 additive
route-map theirs deny 10
 match ip address 101
route-map theirs permit 20
 match community 1
 match as-path 5
 set local-preference 200
 set as-path prepend 65001 65001
route-map theirs permit 30
 match community near exact-match
 set ip next-hop 10.0.0.2
end
"""


RGOS = (
    TEXT.replace("Loopback0", "Loopback 0")
    .replace("Ethernet0/1", "Ethernet 0/1")
    .replace("maximum-paths 4", "maximum-paths ebgp 4")
)


def _read(text: str, platform: ModuleType = cisco_ios) -> tuple[DeviceConfig, list[str]]:
    found = platform.parse(text)
    return found.config, [line.text for line in found.unparsed if line.line]


def _bgp(text: str = TEXT) -> Bgp:
    config, unparsed = _read(text)
    assert unparsed == []
    assert config.bgp is not None
    return config.bgp


def test_peers_are_read_with_what_their_group_says_and_those_that_speak_nothing_are_none() -> None:
    outside, inside = _bgp().neighbors
    assert outside == Neighbor(
        address="10.0.0.2", remote_as=65002, map_in="theirs", list_out="ours", communities=False
    )  # fmt: skip
    assert inside == Neighbor(
        address="192.0.2.2", remote_as=65001, next_hop_self=True, source="192.0.2.1", communities=True
    )  # fmt: skip


def test_what_ios_takes_for_granted_is_said() -> None:
    bgp = _bgp()
    assert not bgp.requires_policy
    assert bgp.import_check
    assert (bgp.several, bgp.several_inside) == (4, 1)
    assert (bgp.external_distance, bgp.internal_distance) == (20, 200)


def test_rgos_says_the_same_in_the_same_words() -> None:
    config, unparsed = _read(RGOS, ruijie)
    assert unparsed == []
    assert config.bgp == _bgp()


def test_of_rgos_nobody_says_what_a_map_that_is_not_there_does() -> None:
    line = "neighbor 10.0.0.2 route-map gone in"
    config, unparsed = _read(RGOS.replace("route-map theirs in", "route-map gone in"), ruijie)
    assert line in unparsed
    assert config.bgp
    assert config.bgp.neighbors[0].map_in == ""


def test_a_network_without_a_mask_is_of_its_class() -> None:
    assert [(str(prefix), name) for prefix, name in _bgp().networks] == [("10.0.0.0/8", ""), ("10.1.0.0/16", "mark")]
    assert _bgp().redistribute == (("connected", "mark"),)


def test_lists_and_maps_are_read_old_community_numbers_as_two_halves() -> None:
    policies = _bgp().policies
    assert [(one.name, one.rules[0].communities) for one in policies.community_lists] == [
        ("1", ("65000:1",)), ("near", ("65002:7", "no-export")),
    ]  # fmt: skip
    assert [one.rules[0].pattern for one in policies.path_lists] == ["^65002_"]
    theirs = next(one for one in policies.maps if one.name == "theirs")
    assert [(entry.order, entry.permit, dict(entry.matches), dict(entry.sets)) for entry in theirs.entries] == [
        (10, False, {"prefix-list": "acl-101"}, {}),
        (20, True, {"community": "1", "as-path": "5"}, {"as-path prepend": "65001 65001", "local-preference": "200"}),
        (30, True, {"community": "near exact-match"}, {"next-hop": "10.0.0.2"}),
    ]
    rules = {one.name: [(str(r.prefix), r.least, r.most) for r in one.rules] for one in policies.prefix_lists}
    assert rules == {
        "acl-101": [("10.9.0.0/16", None, None)],
        "ours": [("10.1.0.0/16", None, 24), ("0.0.0.0/0", None, 32)],
    }


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("  maximum-paths 4", "  aggregate-address 10.0.0.0 255.0.0.0 as-set"),
        ("  neighbor 10.0.0.2 prefix-list ours out", "  neighbor 10.0.0.2 prefix-list gone out"),
        ("  neighbor 10.0.0.2 prefix-list ours out", "  neighbor 10.0.0.2 distribute-list 1 out"),
        ("  neighbor 10.0.0.2 prefix-list ours out", "  neighbor 10.0.0.2 allowas-in"),
        (" neighbor inner update-source Loopback0", " neighbor inner update-source Loopback9"),
        ("  redistribute connected route-map mark", "  redistribute ospf 1"),
        ("  redistribute connected route-map mark", "  redistribute static\nip route 0.0.0.0 0.0.0.0 10.0.0.2"),
        (" bgp log-neighbor-changes", " bgp confederation identifier 65100"),
        ("route-map theirs permit 30", "route-map theirs permit 30\n continue 40"),
        ("route-map theirs permit 30", "route-map theirs permit 30\n match interface GigabitEthernet0/1"),
        ("ip community-list 1 permit 4259840001", "ip community-list expanded 1 permit _65001:"),
        (
            "access-list 101 permit ip host 10.9.0.0 host 255.255.0.0",
            "access-list 101 permit ip 10.9.0.0 0.0.255.255 any",
        ),
        (" address-family ipv4\n", " address-family ipv4 vrf red\n"),
    ],
)
def test_what_is_not_understood_is_listed(line: str, other: str) -> None:
    assert line in TEXT
    _config, unparsed = _read(TEXT.replace(line, other))
    assert other.strip().splitlines()[-1].strip() in unparsed or other.strip().splitlines()[0].strip() in unparsed


def test_a_map_of_which_not_all_is_understood_is_none_and_is_listed_where_it_is_asked_for() -> None:
    config, unparsed = _read(TEXT.replace(" set local-preference 200", " set dampening 1 2 3 4"))
    assert {"neighbor 10.0.0.2 route-map theirs in", "set dampening 1 2 3 4", "match community 1"} <= {*unparsed}
    assert config.bgp
    assert config.bgp.neighbors[0].map_in == ""


def test_a_map_that_is_not_there_denies_all_as_ios_does() -> None:
    bgp = _bgp(TEXT.replace("route-map theirs in", "route-map gone in"))
    assert bgp.neighbors[0].map_in == "gone"


def test_lists_and_maps_without_a_process_say_nothing_and_are_listed() -> None:
    text = TEXT[: TEXT.index("router bgp")] + TEXT[TEXT.index("ip community-list 1") :]
    config, unparsed = _read(text)
    assert config.bgp is None
    assert {"ip prefix-list ours seq 5 permit 10.1.0.0/16 le 24", "route-map mark permit 10"} <= {*unparsed}


def test_stub_areas_and_ranges_are_read_and_a_router_id_is_the_highest_of_a_loopback() -> None:
    text = (
        "hostname r1\ninterface Loopback0\n ip address 192.0.2.1 255.255.255.255\ninterface GigabitEthernet0/1\n"
        " ip address 198.51.100.1 255.255.255.0\nrouter ospf 1\n area 1 stub\n"
        " area 0.0.0.2 range 10.2.0.0 255.255.0.0\n"
        " area 3 range 10.3.0.0 255.255.0.0 not-advertise\n network 198.51.100.0 0.0.0.255 area 1\n"
    )
    config, unparsed = _read(text)
    assert unparsed == []
    assert config.ospf
    assert str(config.ospf.router_id) == "192.0.2.1"
    assert [str(area) for area in config.ospf.stubs] == ["0.0.0.1"]
    assert [(str(r.area), str(r.prefix), r.advertise) for r in config.ospf.ranges] == [
        ("0.0.0.2", "10.2.0.0/16", True), ("0.0.0.3", "10.3.0.0/16", False),
    ]  # fmt: skip
    for other in ("area 1 nssa no-redistribution", "area 2 range 10.2.0.0 255.255.0.0 cost 5"):
        assert other in _read(text.replace("area 1 stub", other))[1]


@pytest.mark.parametrize("platform", [cisco_ios, ruijie])
def test_kinds_of_areas_are_read_with_what_a_border_tells_them(platform: ModuleType) -> None:
    text = (
        "hostname r1\ninterface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\nrouter ospf 1\n"
        " router-id 192.0.2.1\n area 1 stub no-summary\n area 2 nssa\n area 3 nssa no-summary\n"
        " area 4 nssa default-information-originate metric 7\n network 10.0.0.0 0.0.0.255 area 0\n"
    )
    config, unparsed = _read(text, platform)
    assert unparsed == []
    assert config.ospf
    assert [(int(one.area), one.default, one.metric) for one in config.ospf.nssas] == [
        (2, "none", 1), (3, "inside", 1), (4, "outside", 7),
    ]  # fmt: skip
    assert ([*map(int, config.ospf.stubs)], [*map(int, config.ospf.closed)]) == ([1], [1, 3])
    inside = text.replace("0.0.0.255 area 0", "0.0.0.255 area 4")
    assert _read(inside, platform)[1] == ["area 4 nssa default-information-originate metric 7"], "no border"


@pytest.mark.parametrize("platform", [cisco_ios, ruijie])
def test_aggregates_are_read(platform: ModuleType) -> None:
    line = "  aggregate-address 10.0.0.0 255.0.0.0 summary-only"
    config, unparsed = _read(TEXT.replace("  network 10.0.0.0\n", f"{line}\n"), platform)
    assert unparsed == []
    assert config.bgp
    assert [(str(o.prefix), o.only, o.origin) for o in config.bgp.aggregates] == [("10.0.0.0/8", True, "igp")]
