"""Whose packets are whose: sources that have no sender in common go on as one set, and are told apart by senders. Pure.

Behind a place's first filter its packets are of its own addresses, its home. Homes have nothing in common, and that is
known before any edit; only of what is from elsewhere (a forged source, a network's links) the senders are looked for.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import NamedTuple

from topology.reach.arrivals import Arrivals
from topology.reach.halves import Halves, halved, having
from topology.reach.network import DEVICES, forger
from topology.reach.space import Set, Space


class Homes(NamedTuple):
    """The addresses that belong at places, as senders; of these places no two have any in common."""

    of: Mapping[str, Set]
    by: Halves[str] | None
    """the same by halves; None: no place has any"""


def homes(space: Space, addresses: Mapping[str, Iterable[IPv4Network]]) -> Homes:
    """Return the homes among the addresses that belong at places; a place that shares some with another has none."""
    found, taken = dict[str, Set](), space.nothing
    for place, networks in addresses.items():
        mine = space.sources(networks)
        if place != DEVICES and mine != space.nothing and mine & taken == space.nothing:
            found[place], taken = mine, taken | mine
    return Homes(found, halved([*found.items()]) if found else None)


class Parts(NamedTuple):
    """Headers by source, of which none has a sender that is another's."""

    of: Mapping[str, Set]
    homes: Homes
    strangers: Halves[str] | None
    """the senders of the sources that do not send from their home alone"""

    def whose(self, senders: Set, nothing: Set) -> list[str]:
        """Return the sources that have any of some senders of these headers."""
        away = [*self.strangers.keys] if self.strangers else []
        at_home = having(self.homes.by, senders, nothing) if self.homes.by else []
        found = [source for source in at_home if source in self.of and source not in away]
        return found + (having(self.strangers, senders, nothing) if self.strangers else [])


def parts_of(space: Space, loose: Mapping[str, Set], olds: Mapping[str, Arrivals], known: Homes) -> Parts | None:
    """Return what of loose headers by source can go on with those of others; None if only one source has any.

    Devices have each other's addresses where they are one source, and whoever forges has everybody's.
    """
    nothing, found, strangers = space.nothing, dict[str, Set](), dict[str, Set]()
    for source, packets in loose.items():
        mine = packets & ~olds[source].rewritten
        if mine != nothing and source != DEVICES and not forger(source):
            home = known.of.get(source, nothing)
            (found if mine & ~home == nothing else strangers)[source] = mine
    taken, away = space.union(known.of[source] for source in found), list[tuple[str, Set]]()
    for source, mine in strangers.items():
        if (senders := space.senders(mine)) & taken == nothing:
            found[source], taken = mine, taken | senders
            away.append((source, senders))
    return Parts(found, known, halved(away) if away else None) if len(found) > 1 else None
