"""The routes of a network in which BGP is spoken: each protocol stands on what the others have in use. Pure.

BGP looks for next hops and peers in all routes and takes in those in use of the others; OSPF takes in the static
routes in use; of one prefix the lowest administrative distance is in use (of BGP each router's own, usually 20 and
200). So all is computed again until nothing changes. What never comes to rest, comes to rest in several ways, or hangs
on the age of a path is told as a doubt of every router that speaks BGP: whoever meets one of them is unknown, never
isolated.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network

from countynet.i18n import _
from inventory.routeconfig import Bgp
from topology.reach.bgp import Ground, Result, bgp
from topology.reach.network import Network
from topology.reach.outside import widened
from topology.reach.routes import OSPF_DISTANCE, Best, Routing, Table, flat, inside

TURNS = 20
"""how often protocols may change what others stand on before they are said never to come to rest"""
RESTLESS = _("BGP does not come to rest, or can do so in several ways")
AGED = _("which of equal paths of BGP is used hangs on their age; `bgp bestpath compare-routerid` would decide")

_Beaten = Mapping[str, frozenset[IPv4Network]]


def with_bgp(network: Network) -> Routing:
    """Return the routes of every device of a network in which some speak BGP."""
    merged, result, settled = _settled(network, {})
    if settled and any(_stands_on_others(config.bgp) for config in network.configs.values() if config.bgp):
        other, _result, again = _settled(network, _everything(network))
        settled = again and other == merged
    doubts = inside(network).doubts | _doubts(network, result, settled=settled and result.settled)
    wide, expected = widened(network, merged, result)
    return Routing(expected, wide, doubts)


def _stands_on_others(process: Bgp) -> bool:
    """Return whether what a router announces hangs on which routes of others are in use."""
    return any(source != "connected" for source, _map in process.redistribute) or process.import_check


def _everything(network: Network) -> _Beaten:
    """Return by speaker all routes that external BGP could be better than: as if it had been there first."""
    least = {name: config.bgp.external_distance for name, config in network.configs.items() if config.bgp}
    base = inside(network).routes
    return {name: frozenset(p for p, (rank, _h) in base[name].items() if rank > (n, 0)) for name, n in least.items()}


def _settled(network: Network, beaten: _Beaten) -> tuple[dict[str, Table], Result, bool]:
    """Return the routes, what BGP believes and whether all has come to rest, from routes beaten at first."""
    merged: dict[str, Table] = {}
    settled = False
    for _turn in range(TURNS):
        told = inside(network, beaten)
        base = told.routes
        tables = merged or {name: flat(best) for name, best in base.items()}
        result = bgp(network, Ground(tables, _taken(network, base, beaten), told.costs))
        now = {name: flat(_merged(network, name, best, result)) for name, best in base.items()}
        lost = {
            name: frozenset(found) for name, best in base.items()
            if (found := _lost(best, result.routes.get(name, {})))
        }  # fmt: skip
        settled = now == merged and lost == beaten
        beaten, merged = lost, now
        if settled:
            break
    return merged, result, settled


def _doubts(network: Network, result: Result, *, settled: bool) -> dict[str, str]:
    why = result.strange or (AGED if settled else RESTLESS)
    named = (
        []
        if settled and not result.tied and not result.strange
        else [name for name, config in network.configs.items() if config.bgp]
    )
    return dict.fromkeys(named, why)


def connected(network: Network, name: str) -> set[IPv4Network]:
    """Return the networks of a router's interfaces that are up."""
    items = (i for i in network.configs[name].interfaces if i.enabled)
    up = (i for i in items if i.kind == "loopback" or (name, i.name) in network.of)
    return {address.network for item in up for address in item.addresses}


def _taken(network: Network, base: Mapping[str, Best], beaten: _Beaten) -> dict[str, dict[IPv4Network, str]]:
    """Return the routes in use that are not of BGP, with where they are from."""
    found = {}
    for name, best in base.items():
        linked = connected(network, name)
        static = {(route.prefix, route.distance) for route in network.configs[name].routes}
        used = {p: rank[0] for p, (rank, _hops) in best.items() if p not in beaten.get(name, ()) and p not in linked}
        kinds = {p: "static" if (p, distance) in static else "ospf" for p, distance in used.items()}
        led = {p for p, distance in used.items() if distance not in (OSPF_DISTANCE,) and kinds[p] == "ospf"}
        found[name] = {p: kind for p, kind in kinds.items() if p not in led} | dict.fromkeys(linked, "connected")
    return found


def _merged(network: Network, name: str, best: Best, result: Result) -> Best:
    """Return a router's routes with those of BGP, as administrative distance decides."""
    found: Best = {prefix: (rank, set(hops)) for prefix, (rank, hops) in best.items()}
    linked = connected(network, name)
    for prefix, (distance, hops) in result.routes.get(name, {}).items():
        held = found.get(prefix)
        if prefix not in linked and (held is None or (distance, 0) < held[0]):
            found[prefix] = ((distance, 0), set(hops))
    return found


def _lost(best: Best, routes: Mapping[IPv4Network, tuple[int, object]]) -> list[IPv4Network]:
    """Return the prefixes of which BGP has a better route than all others have."""
    return [p for p, (distance, _h) in routes.items() if p in best and (distance, 0) < best[p][0]]
