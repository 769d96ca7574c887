"""BGP, route policies and areas of VRP and Comware: read in the words of both, listed where the model has no form."""

from types import ModuleType

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import h3c_comware, huawei_vrp
from inventory.routeconfig import Bgp, Neighbor

VRP = """sysname r1
#
router id 192.0.2.1
#
interface LoopBack0
 ip address 192.0.2.1 255.255.255.255
#
interface GigabitEthernet0/0/1
 ip address 10.0.0.1 255.255.255.252
#
bgp 65001
 router-id 192.0.2.1
 group inner internal
 peer inner connect-interface LoopBack0
 peer 10.0.0.2 as-number 65002
 peer 192.0.2.2 group inner
 peer 192.0.2.3 as-number 65001
 #
 ipv4-family unicast
  undo synchronization
  network 10.1.0.0 255.255.0.0 route-policy mark
  import-route direct
  peer inner enable
  peer inner next-hop-local
  peer inner advertise-community
  peer 10.0.0.2 enable
  peer 10.0.0.2 route-policy theirs import
  peer 10.0.0.2 ip-prefix ours export
  peer 192.0.2.2 enable
  undo peer 192.0.2.3 enable
  maximum load-balancing 4
#
ospf 1
 area 0.0.0.1
  stub
  network 10.0.0.0 0.0.0.3
 area 0.0.0.2
  abr-summary 10.2.0.0 255.255.0.0 generate-null0-route
#
route-policy mark permit node 10
 apply community 65001:1 additive
#
route-policy theirs deny node 5
 if-match ip-prefix theirs
#
route-policy theirs permit node 10
 if-match community-filter 1
 if-match as-path-filter 5
 apply local-preference 200
 apply as-path 65001 65001 additive
#
ip ip-prefix ours index 10 permit 10.1.0.0 16 greater-equal 20 less-equal 24
ip ip-prefix theirs index 10 permit 0.0.0.0 0
ip community-filter 1 permit 65002:7
ip as-path-filter 5 permit ^65002_
#
return
"""
WORDS = {
    "ipv4-family unicast": "address-family ipv4 unicast", "  undo synchronization\n": "",
    "ip-prefix ours export": "prefix-list ours export", "if-match ip-prefix": "if-match ip address prefix-list",
    "if-match community-filter": "if-match community", "ip community-filter": "ip community-list",
    "as-path-filter": "as-path", "65001 65001 additive": "65001 65001", "ip ip-prefix": "ip prefix-list",
    "maximum load-balancing": "balance", " generate-null0-route": "",
    "interface GigabitEthernet0/0/1\n": "interface GigabitEthernet0/1\n port link-mode route\n",
}  # fmt: skip
"""what Comware says for the same"""


def _comware(text: str) -> str:
    for old, new in WORDS.items():
        text = text.replace(old, new)
    return text


TEXTS = {huawei_vrp: VRP, h3c_comware: _comware(VRP)}
BOTH = pytest.mark.parametrize("platform", [huawei_vrp, h3c_comware])


def _read(platform: ModuleType, text: str) -> tuple[DeviceConfig, list[str]]:
    found = platform.parse(text)
    return found.config, [line.text for line in found.unparsed if line.line]


def _bgp(platform: ModuleType) -> Bgp:
    config, unparsed = _read(platform, TEXTS[platform])
    assert unparsed == []
    assert config.bgp is not None
    return config.bgp


@BOTH
def test_peers_are_read_with_what_their_group_says(platform: ModuleType) -> None:
    outside, inside = _bgp(platform).neighbors
    assert outside == Neighbor(
        address="10.0.0.2", remote_as=65002, map_in="theirs", list_out="ours", communities=False
    )  # fmt: skip
    assert inside == Neighbor(
        address="192.0.2.2", remote_as=65001, next_hop_self=True, source="192.0.2.1", communities=True
    )  # fmt: skip


@pytest.mark.parametrize("port", ["LoopBack 0", "LoopBack0 192.0.2.1"])
def test_a_port_may_be_printed_with_a_space_or_with_its_address(port: str) -> None:
    text = VRP.replace("connect-interface LoopBack0", f"connect-interface {port}")
    config, unparsed = _read(huawei_vrp, text)
    assert unparsed == []
    assert config.bgp
    assert [str(peer.source) for peer in config.bgp.neighbors] == ["None", "192.0.2.1"]


@BOTH
def test_what_the_makers_take_for_granted_is_said(platform: ModuleType) -> None:
    bgp = _bgp(platform)
    assert (bgp.requires_policy, bgp.import_check, bgp.compare_router_id, bgp.clusters_first) == (
        False,
        True,
        True,
        True,
    )
    assert (bgp.external_distance, bgp.internal_distance) == (255, 255)
    assert (bgp.several, bgp.several_inside) == (4, 4)


@BOTH
def test_lists_and_policies_are_read(platform: ModuleType) -> None:
    policies = _bgp(platform).policies
    mark, theirs = policies.maps
    assert [dict(entry.sets) for entry in mark.entries] == [{"community": "65001:1 additive"}]
    assert [(entry.permit, dict(entry.matches), dict(entry.sets)) for entry in theirs.entries] == [
        (False, {"prefix-list": "theirs"}, {}),
        (True, {"community": "1", "as-path": "5"}, {"as-path prepend": "65001 65001", "local-preference": "200"}),
    ]
    assert [(str(r.prefix), r.least, r.most) for one in policies.prefix_lists for r in one.rules] == [
        ("10.1.0.0/16", 20, 24), ("0.0.0.0/0", None, None),
    ]  # fmt: skip


@BOTH
def test_stub_areas_and_what_a_border_tells_as_one_are_read(platform: ModuleType) -> None:
    ospf = _read(platform, TEXTS[platform])[0].ospf
    assert ospf
    assert [str(area) for area in ospf.stubs] == ["0.0.0.1"]
    assert [(str(r.area), str(r.prefix)) for r in ospf.ranges] == [("0.0.0.2", "10.2.0.0/16")]


@BOTH
@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("  import-route direct", "  import-route ospf 1"),
        ("  import-route direct", "  import-route static\n#\nip route-static 0.0.0.0 0.0.0.0 10.0.0.2"),
        ("  import-route direct", "  aggregate 10.0.0.0 255.0.0.0 as-set"),
        ("  peer inner enable", "  peer 10.0.0.2 filter-policy 2000 import"),
        ("  peer inner enable", "  peer 10.0.0.2 route-policy gone export"),
        ("  peer inner enable", "  peer 10.0.0.2 allow-as-loop"),
        (" peer inner connect-interface LoopBack0", " peer inner connect-interface LoopBack9"),
        ("  stub", "  nssa no-import-route"),
        ("  stub", "  nssa default-route-advertise"),
        (" router-id 192.0.2.1\n group", " confederation id 65100\n group"),
        (" apply local-preference 200", " apply local-preference 200\n continue"),
        ("route-policy mark permit node 10", "route-policy mark permit node 10\n if-match acl 2000"),
    ],
)
def test_what_is_not_understood_is_listed(platform: ModuleType, line: str, other: str) -> None:
    text = TEXTS[platform]
    assert line in text
    _config, unparsed = _read(platform, text.replace(line, other, 1))
    said = [part.strip() for part in other.splitlines()]
    assert {*said} & {*unparsed}, unparsed


@BOTH
@pytest.mark.parametrize(
    ("line", "default", "closed"),
    [("nssa", "", []), ("nssa no-summary", "inside", [1]), ("nssa default-route-advertise cost 7", "outside", [])],
)
def test_a_border_tells_a_not_so_stubby_area_a_default_route_as_its_maker_has_it(
    platform: ModuleType, line: str, default: str, closed: list[int]
) -> None:
    backbone = "  network 10.0.0.0 0.0.0.3\n area 0.0.0.0\n  network 192.0.2.1 0.0.0.0"
    text = TEXTS[platform].replace("  stub\n  network 10.0.0.0 0.0.0.3", f"  {line}\n{backbone}")
    config, unparsed = _read(platform, text)
    assert unparsed == []
    assert config.ospf
    (one,) = config.ospf.nssas
    assert one.default == (default or {huawei_vrp: "outside", h3c_comware: "none"}[platform])
    assert (one.metric, [*map(int, config.ospf.closed)]) == (7 if "7" in line else 1, closed)


@BOTH
def test_aggregates_are_read_with_the_preference_of_their_maker(platform: ModuleType) -> None:
    text = TEXTS[platform].replace("  import-route direct", "  aggregate 10.0.0.0 255.0.0.0 detail-suppressed")
    config, unparsed = _read(platform, text)
    assert unparsed == []
    assert config.bgp
    assert [(str(o.prefix), o.only, o.origin) for o in config.bgp.aggregates] == [("10.0.0.0/8", True, "parts")]
    assert config.bgp.local_distance == {huawei_vrp: 255, h3c_comware: 130}[platform]


@BOTH
def test_a_default_route_is_taken_in_only_where_that_is_said(platform: ModuleType) -> None:
    text = TEXTS[platform].replace("  import-route direct", "  import-route ospf 1\n  default-route imported")
    config, unparsed = _read(platform, text)
    assert unparsed == []
    assert config.bgp
    assert config.bgp.redistribute == (("ospf", ""),)


def test_a_range_that_vrp_does_not_discard_is_not_the_models() -> None:
    _config, unparsed = _read(huawei_vrp, VRP.replace(" generate-null0-route", ""))
    assert unparsed == ["abr-summary 10.2.0.0 255.255.0.0"]


def test_comware_speaks_ipv4_with_a_peer_only_where_that_is_said() -> None:
    text = TEXTS[h3c_comware].replace("  peer 10.0.0.2 enable\n", "").replace("  peer inner enable\n", "")
    config, _unparsed = _read(h3c_comware, text)
    assert config.bgp
    assert [str(peer.address) for peer in config.bgp.neighbors] == ["192.0.2.2"]


@BOTH
def test_lists_and_policies_without_a_process_say_nothing_and_are_listed(platform: ModuleType) -> None:
    text = TEXTS[platform]
    head, tail = text.split("bgp 65001", 1)
    config, unparsed = _read(platform, head + tail[tail.index("ospf 1") :])
    assert config.bgp is None
    assert {"route-policy mark permit node 10", "apply local-preference 200"} <= {*unparsed}
