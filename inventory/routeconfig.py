"""What a router is told beyond static routes and one OSPF area: BGP and its policies, areas, policy routing.

Part of `inventory.deviceconfig`, in a file of its own for its size. The words are those of RFC 4271 (BGP), RFC 2328
(OSPF) and of FRR's manual, which every platform's words are translated to. What is a set in meaning is kept sorted;
entries of lists and maps keep their order by number, because order is their meaning. It refuses what no platform of
ours can say: a name that is no word, a number out of range.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from countynet.frozen import Frozen


def _sorted_by(key: Callable[[Any], Any]) -> AfterValidator:
    def order(items: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(sorted(items, key=key))

    return AfterValidator(order)


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
"""of a list or a map"""
MaybeName = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,39})?$")]
"""of a list or a map; empty: none"""
AsNumber = Annotated[int, Field(ge=1, le=4294967295)]
Length = Annotated[int, Field(ge=0, le=32)]
Community = Annotated[str, Field(pattern=r"^(\d{1,5}:\d{1,5}|no-export|no-advertise)$")]


class PrefixRule(Frozen):
    """An entry of a prefix list: this prefix alone, or those within it whose length is in a range."""

    order: Annotated[int, Field(ge=1, le=4294967295)]
    permit: bool
    prefix: IPv4Network
    least: Length | None = None
    most: Length | None = None


class PrefixList(Frozen):
    """The first entry that fits decides; none denies."""

    name: Name
    rules: Annotated[tuple[PrefixRule, ...], _sorted_by(lambda r: r.order)] = ()


class CommunityRule(Frozen):
    """An entry of a community list: a path that bears all of these."""

    permit: bool
    communities: Annotated[tuple[Community, ...], Field(min_length=1), _sorted_by(str)]


class CommunityList(Frozen):
    """The first entry that fits decides; none denies."""

    name: Name
    rules: tuple[CommunityRule, ...] = ()


class PathRule(Frozen):
    """An entry of a list of AS paths: a regular expression, in which `_` is any boundary."""

    permit: bool
    pattern: Annotated[str, Field(pattern=r"^[0-9^$_.*+?()|\[\] -]{1,80}$")]


class PathList(Frozen):
    """The first entry that fits decides; none denies."""

    name: Name
    rules: tuple[PathRule, ...] = ()


Matching = Literal["prefix-list", "community", "as-path", "tag", "metric", "local-preference"]
Setting = Literal["as-path prepend", "community", "next-hop", "origin", "metric", "local-preference", "weight", "tag"]


class MapEntry(Frozen):
    """An entry of a route map: if all its matches hold it decides, and if it permits, its settings are made."""

    order: Annotated[int, Field(ge=1, le=65535)]
    permit: bool
    matches: Annotated[tuple[tuple[Matching, str], ...], _sorted_by(str)] = ()
    """kind, and the name of a list (`NAME exact-match` of communities) or a number"""
    sets: Annotated[tuple[tuple[Setting, str], ...], _sorted_by(str)] = ()
    """kind and value, as FRR writes it"""
    goes_on: int | None = None
    """the least number to go on to when it permits; None: it decides"""


class RouteMap(Frozen):
    """Entries by number; what none of them permits is denied."""

    name: Name
    entries: Annotated[tuple[MapEntry, ...], _sorted_by(lambda e: e.order)] = ()


class RoutePolicies(Frozen):
    """All lists and maps of a router."""

    maps: Annotated[tuple[RouteMap, ...], _sorted_by(lambda m: m.name)] = ()
    prefix_lists: Annotated[tuple[PrefixList, ...], _sorted_by(lambda m: m.name)] = ()
    community_lists: Annotated[tuple[CommunityList, ...], _sorted_by(lambda m: m.name)] = ()
    path_lists: Annotated[tuple[PathList, ...], _sorted_by(lambda m: m.name)] = ()


class Neighbor(Frozen):
    """A BGP peer as a router's text names it."""

    address: IPv4Address
    remote_as: AsNumber
    map_in: MaybeName = ""
    map_out: MaybeName = ""
    list_in: MaybeName = ""
    list_out: MaybeName = ""
    next_hop_self: bool = False
    next_hop_forced: bool = False
    """also for what is reflected"""
    multihop: bool = False
    """an external peer that need not be on a link"""
    client: bool = False
    """a route reflector's client (RFC 4456)"""
    source: IPv4Address | None = None
    """the own address of the session; None: the one of the interface that leads there"""
    key: SecretStr | None = None
    """the password of the session (RFC 2385)"""
    communities: bool = True
    """whether it is told the communities of a path (RFC 1997); IOS, VRP and Comware do so only when they are told to"""
    active: bool = True


Source = Literal["connected", "static", "ospf"]


class Aggregate(Frozen):
    """A prefix that BGP tells of as long as it knows a part of it (RFC 4271, 9.2.2.2), with an empty AS path."""

    prefix: IPv4Network
    only: bool = False
    """whether its parts are told to nobody"""
    origin: Literal["parts", "igp"] = "parts"
    """`parts`: incomplete or EGP where a part is (FRR); `igp`: always IGP (IOS)"""


class Bgp(Frozen):
    """The BGP process (RFC 4271) with the policies that it uses."""

    number: AsNumber
    """its autonomous system"""
    router_id: IPv4Address | None = None
    neighbors: Annotated[tuple[Neighbor, ...], _sorted_by(lambda n: n.address)] = ()
    networks: Annotated[tuple[tuple[IPv4Network, MaybeName], ...], _sorted_by(lambda n: n)] = ()
    """announced prefixes, each with its route map or ''"""
    redistribute: Annotated[tuple[tuple[Source, MaybeName], ...], _sorted_by(str)] = ()
    """what it takes in of other routes, with a route map or ''"""
    aggregates: Annotated[tuple[Aggregate, ...], _sorted_by(lambda one: one.prefix)] = ()
    several: Annotated[int, Field(ge=1, le=64)] = 1
    """how many equal external paths it may use"""
    several_inside: Annotated[int, Field(ge=1, le=64)] = 1
    relaxed: bool = False
    """whether equal paths may differ in their autonomous systems"""
    compare_med: bool = False
    """whether the MED of different autonomous systems is compared"""
    compare_router_id: bool = False
    """whether of equal external paths the lower router id is better; else the older path is"""
    clusters_first: bool = False
    """whether of equal paths one through fewer reflectors is better before the router id is looked at"""
    requires_policy: bool = True
    """whether an external peer without map or list neither hears nor tells anything (RFC 8212)"""
    import_check: bool = True
    """whether a network is announced only where there is a route to it"""
    external_distance: Annotated[int, Field(ge=1, le=255)] = 20
    """the administrative distance of what an external peer told; VRP and Comware have 255 for both"""
    internal_distance: Annotated[int, Field(ge=1, le=255)] = 200
    local_distance: Annotated[int, Field(ge=1, le=255)] = 200
    """the administrative distance of aggregates, which discard what no part takes; VRP has 255, Comware 130"""
    policies: RoutePolicies = RoutePolicies()


class AreaRange(Frozen):
    """One prefix that a border tells of an OSPF area instead of its parts; not `advertise` tells nothing of them."""

    area: IPv4Address
    prefix: IPv4Network
    advertise: bool = True


class Nssa(Frozen):
    """A not-so-stubby area (RFC 3101): it hears nothing from outside, and tells what its own routers take in."""

    area: IPv4Address
    default: Literal["inside", "outside", "none"] = "inside"
    """how a border tells it a default route: as a network of other areas (type 3; FRR always does), as a route from
    outside (type 7), or not at all"""
    metric: Annotated[int, Field(ge=0, le=16777214)] = 1
    """of a default route from outside"""


class PolicyRoute(Frozen):
    """A rule of policy routing: forwarded packets that come in by an interface and fit go to a next hop, whatever the
    routing table says; what is for the device itself does not. None or an empty value means any.
    """

    interface: Annotated[str, Field(min_length=1, max_length=40)]
    """in interface"""
    order: Annotated[int, Field(ge=1, le=65535)]
    """rules of an interface are asked in this order; the first that fits decides"""
    source: IPv4Network | None = None
    destination: IPv4Network | None = None
    protocol: Literal["tcp", "udp", "icmp"] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """destination port, tcp and udp only"""
    source_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    next_hop: IPv4Address | None = None
    """None: by the routing table"""
