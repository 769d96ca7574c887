"""What FRR cannot hold of BGP, areas and policy routing, or would hold with another meaning.

Every name of a list or map has to be there: FRR takes a missing map for one that denies, a missing list on a peer for
one that permits, and nobody means either. A rule of policy routing needs an entry number that pbrd takes and words
that it has. Policy routing beside tunnels is refused: the kernel asks charon's rules first, so that the rules would not
be what the model says of them.
"""

import re
from collections.abc import Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, Ospf
from inventory.platforms.linux.frr_bgp import own_next_hop
from inventory.platforms.linux.frr_pbr import LAST
from inventory.platforms.uniques import twice
from inventory.platforms.unwritten import MIRRORED
from inventory.routeconfig import Bgp, MapEntry, PolicyRoute, RoutePolicies

MISSING = _("there is no list or map named {name}")
STEERED = _("policy routing and tunnels on one device are not supported: which of the two comes first differs")
PORTS = _("FRR 8.4 takes a rule of policy routing for all ports, so none can be named")
UNFIT = _("a Linux device cannot hold {value!r} here")
CLASH = _("these settings contradict each other on a Linux device")
SECRET = _("FRR's file can be read by everybody on the device, so it is no place for a session's password")

_USUAL = {"external_distance": 20, "internal_distance": 200, "local_distance": 200, "clusters_first": False}
"""how FRR comes; nothing else is written of it"""
_NUMBER = r"\d{1,9}"
_COMMUNITY = r"(\d{1,5}:\d{1,5}|no-export|no-advertise)"
_SETS = {
    "as-path prepend": rf"last-as \d{{1,2}}|{_NUMBER}( {_NUMBER})*",
    "community": rf"none|{_COMMUNITY}( {_COMMUNITY})*( additive)?",
    "next-hop": r"peer-address|\d+\.\d+\.\d+\.\d+",
    "origin": "igp|egp|incomplete",
    "metric": rf"[+-]?{_NUMBER}",
    "local-preference": _NUMBER,
    "weight": r"\d{1,5}",
    "tag": r"[1-9]\d{0,8}",
}


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield every problem of a configuration's routing."""
    if config.mirrors is not None:
        yield Problem(MIRRORED, where="mirrors")
    if config.bgp is not None:
        yield from _bgp(config.bgp)
    if config.ospf is not None:
        yield from twice("ospf.ranges", ((str(r.area), str(r.prefix)) for r in config.ospf.ranges))
        yield from _kinds(config.ospf)
    if config.policy_routes and config.tunnels:
        yield Problem(STEERED, where="policy_routes")
    names = {item.name for item in config.interfaces if item.switchport is None and item.kind != "loopback"}
    yield from twice("policy_routes", ((rule.interface, rule.order) for rule in config.policy_routes))
    for rule in config.policy_routes:
        yield from _rule(rule, names)


def _kinds(ospf: Ospf) -> Iterator[Problem]:
    """Yield areas of two kinds, a backbone that is of one, and a default route that FRR does not tell so."""
    found = [*ospf.stubs, *(one.area for one in ospf.nssas)]
    yield from twice("ospf.stubs", found)
    yield from (Problem(CLASH, where="ospf.stubs") for area in found if not int(area))
    yield from (Problem(CLASH, where="ospf.closed") for area in ospf.closed if area not in found)
    yield from twice("ospf.closed", ospf.closed)
    for one in ospf.nssas:
        if (one.default, one.metric) != ("inside", 1):
            yield Problem(UNFIT, {"value": f"{one.default} {one.metric}"}, where=f"ospf.nssas.{one.area}")


def _rule(rule: PolicyRoute, names: set[str]) -> Iterator[Problem]:
    where = f"policy_routes.{rule.interface}.{rule.order}"
    if rule.interface not in names or rule.order > LAST or rule.protocol == "icmp":
        yield Problem(UNFIT, {"value": f"{rule.interface} {rule.order} {rule.protocol or ''}".strip()}, where=where)
    if rule.port or rule.source_port:
        yield Problem(PORTS, where=where)
    empty = (rule.source, rule.destination, rule.protocol) == (None, None, None)
    if empty:  # pbrd makes no rule of an entry without a match
        yield Problem(CLASH, where=where)


def _bgp(bgp: Bgp) -> Iterator[Problem]:
    policies = bgp.policies
    for name, usual in _USUAL.items():
        if getattr(bgp, name) != usual:
            yield Problem(UNFIT, {"value": str(getattr(bgp, name))}, where=f"bgp.{name}")
    yield from twice("bgp.neighbors", (peer.address for peer in bgp.neighbors))
    yield from twice("bgp.networks", (prefix for prefix, _name in bgp.networks))
    yield from _aggregates(bgp)
    yield from twice("bgp.redistribute", (source for source, _name in bgp.redistribute))
    for kind in ("maps", "prefix_lists", "community_lists", "path_lists"):
        yield from twice(f"bgp.policies.{kind}", (item.name for item in getattr(policies, kind)))
        yield from _empty(kind, policies)
    if own_next_hop(bgp):
        yield Problem(CLASH, where=f"bgp.policies.{own_next_hop(bgp)}")
    maps, lists = {m.name for m in policies.maps}, {one.name for one in policies.prefix_lists}
    named = [(f"bgp.networks.{prefix}", name, maps) for prefix, name in bgp.networks]
    named += [(f"bgp.redistribute.{source}", name, maps) for source, name in bgp.redistribute]
    for peer in bgp.neighbors:
        where = f"bgp.neighbors.{peer.address}"
        named += [(where, name, maps) for name in (peer.map_in, peer.map_out)]
        named += [(where, name, lists) for name in (peer.list_in, peer.list_out)]
        if peer.key is not None:
            yield Problem(SECRET, where=where)
        if (peer.client and peer.remote_as != bgp.number) or not peer.communities:
            yield Problem(CLASH, where=where)
    yield from (
        Problem(MISSING, {"name": name}, where=where) for where, name, known in named if name and name not in known
    )
    for one in policies.maps:
        yield from twice(f"bgp.policies.{one.name}", (entry.order for entry in one.entries))
        for entry in one.entries:
            yield from _entry(entry, policies, f"bgp.policies.{one.name}.{entry.order}")


def _aggregates(bgp: Bgp) -> Iterator[Problem]:
    yield from twice("bgp.aggregates", (one.prefix for one in bgp.aggregates))
    for one in bgp.aggregates:
        if one.origin != "parts":
            yield Problem(UNFIT, {"value": one.origin}, where=f"bgp.aggregates.{one.prefix}")


def _empty(kind: str, policies: RoutePolicies) -> Iterator[Problem]:
    """Yield lists and maps without entries: FRR has none such."""
    for item in getattr(policies, kind):
        if not (item.entries if kind == "maps" else item.rules):
            yield Problem(UNFIT, {"value": item.name}, where=f"bgp.policies.{kind}")
        if kind == "prefix_lists":
            yield from twice(f"bgp.policies.{item.name}", (rule.order for rule in item.rules))
            for rule in item.rules:
                low, high = rule.least or rule.prefix.prefixlen, 32 if rule.most is None else rule.most
                if not rule.prefix.prefixlen <= low <= high:
                    yield Problem(CLASH, where=f"bgp.policies.{item.name}.{rule.order}")


def _entry(entry: MapEntry, policies: RoutePolicies, where: str) -> Iterator[Problem]:
    known = {
        "prefix-list": {one.name for one in policies.prefix_lists},
        "community": {one.name for one in policies.community_lists},
        "as-path": {one.name for one in policies.path_lists},
    }
    for clauses in (entry.matches, entry.sets):
        yield from twice(where, (kind for kind, _value in clauses))
    for kind, value in entry.matches:
        name = value.removesuffix(" exact-match") if kind == "community" else value
        if kind in known and name not in known[kind]:
            yield Problem(MISSING, {"name": name}, where=where)
        if kind not in known and not re.fullmatch(_NUMBER, value):
            yield Problem(UNFIT, {"value": value}, where=where)
    for setting, value in entry.sets:
        if not re.fullmatch(_SETS[setting], value):
            yield Problem(UNFIT, {"value": value}, where=where)
    if entry.goes_on is not None and (entry.goes_on <= entry.order or not entry.permit):
        yield Problem(CLASH, where=where)
