"""Whom nothing may be said about: what does not answer, is shadowed, is unknown to us, or is under work. Pure.

A host (a server behind the firewalls) is quiet when the station cannot reach it without passing one of these.
"""

from collections.abc import Collection, Mapping

from countynet.vocabulary import LineState
from inventory.model import County
from topology.joints import neighbours


class Quiet:
    """One county's ways from the station."""

    def __init__(self, county: County) -> None:
        self._station, self._neighbours = county.station.name, neighbours(county)
        self._hosts = {host.name for host in county.hosts} & self._reached(frozenset())

    def __call__(self, states: Mapping[str, LineState], covered: Collection[str]) -> frozenset[str]:
        """Return the devices and hosts about which no alarm opens now. A device without a state is not quiet."""
        silent = frozenset(n for n, state in states.items() if state is not LineState.UP) | frozenset(covered)
        return silent | (self._hosts - self._reached(silent)) if silent else silent

    def _reached(self, without: frozenset[str]) -> frozenset[str]:
        found, ring = {self._station}, [self._station]
        while ring:
            steps = {n for node in ring for n in self._neighbours.get(node, ())} - found - without
            found |= steps
            ring = list(steps)
        return frozenset(found)
