"""Aggregates of BGP (RFC 4271, 9.2.2.2): a prefix that stands while a part of it is known, and discards the rest. Pure.

Without an AS set an aggregate has an empty path, as every platform of ours makes it; its parts may be kept from all
peers. Where makers differ, or nobody can know, there is a doubt of all who speak BGP: an aggregate within another, one
that is announced by another word as well, one on FRR that another router announces, too (FRR 8.4 believes an internal
peer rather than itself), one whose only parts have next hops that nobody reaches (FRR counts them), and one without a
part where a peer outside could tell one.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from countynet.i18n import _
from inventory.routeconfig import Aggregate, Bgp
from topology.reach.bgp_policy import Path
from topology.reach.network import Network
from topology.reach.outsiders import outsiders
from topology.reach.routes import Table

WEIGHT = 32768
"""of what a router announces itself"""
NESTED = _("an aggregate of BGP lies within another, or is announced by somebody else as well: makers differ there")
UNREACHED = _("an aggregate of BGP has parts of which nobody reaches the next hop: makers differ there")
PLEASED = _("whether an aggregate of BGP stands is up to a peer that is not ours")


def within(prefix: IPv4Network, one: Aggregate) -> bool:
    """Return whether a prefix is a part of an aggregate."""
    return prefix != one.prefix and prefix.subnet_of(one.prefix)


def kept(process: Bgp, prefix: IPv4Network) -> bool:
    """Return whether a router keeps a prefix to itself, as it tells an aggregate alone."""
    return any(one.only and within(prefix, one) for one in process.aggregates)


def summed(process: Bgp, known: Mapping[IPv4Network, list[Path]]) -> Iterator[Path]:
    """Yield the aggregates that stand, of all paths that a router knows."""
    for one in process.aggregates:
        origins = [path.origin for prefix, paths in known.items() if within(prefix, one) for path in paths]
        if origins:
            origin = max(origins) if one.origin == "parts" else 0
            yield Path(prefix=one.prefix, next_hop=None, origin=origin, weight=WEIGHT, aggregate=True)


def strange(
    network: Network,
    tables: Mapping[str, Table],
    best: Mapping[str, Mapping[IPv4Network, object]],
    own: Mapping[str, Mapping[IPv4Network, object]],
    unreached: Mapping[str, set[IPv4Network]],
) -> str:
    """Return why nobody knows what aggregates come to, '' where it is clear.

    `own`: what each router announces otherwise; `unreached`: what it heard and has no way to.
    """
    processes = {n: c.bgp for n, c in network.configs.items() if c.bgp and c.bgp.aggregates}
    idle = {n: [o for o in p.aggregates if not _stands(best.get(n, {}), o)] for n, p in processes.items()}
    if any(within(a.prefix, b) for p in processes.values() for a in p.aggregates for b in p.aggregates):
        return NESTED
    if any(_again(network, name, one, best, own) for name, p in processes.items() for one in p.aggregates):
        return NESTED
    if any(within(prefix, one) for name, some in idle.items() for one in some for prefix in unreached.get(name, ())):
        return UNREACHED
    speaking = (name for name, config in network.configs.items() if config.bgp) if any(idle.values()) else ()
    return PLEASED if any(True for name in speaking for _peer in outsiders(network, name, tables[name])) else ""


def _again(
    network: Network,
    name: str,
    one: Aggregate,
    best: Mapping[str, Mapping[IPv4Network, object]],
    own: Mapping[str, Mapping[IPv4Network, object]],
) -> bool:
    """Return whether a router announces its aggregate by another word, or one of FRR hears it from somebody else."""
    if one.prefix in own[name]:
        return True
    others = (c.bgp for n, c in network.configs.items() if n != name and c.bgp)
    told = any(one.prefix in {a.prefix for a in other.aggregates} for other in others)
    told = told or any(one.prefix in found for n, found in own.items() if n != name)
    return told and network.platforms.get(name) == "linux" and one.prefix in best.get(name, {})


def _stands(best: Mapping[IPv4Network, object], one: Aggregate) -> bool:
    return any(within(prefix, one) for prefix in best)
