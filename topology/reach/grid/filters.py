"""What a packet filter lets pass, compiled for the grid by columns: destinations that the same rules name are one.

For each column the rules that name it are asked in order, each takes what nobody before took, until nothing is left.
First packets before sessions: `established` of a filter with state matches none, for answers it matches all; without
state it is a TCP segment with ACK or RST. Hardware addresses can be forged, so a rule with one accepts as if it fitted
and drops as if not.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

import numpy as np

from inventory.deviceconfig import FilterRule, NatRule, PacketFilter
from inventory.routeconfig import PolicyRoute
from topology.reach.grid.axis import Mask
from topology.reach.grid.planes import EVERYTHING, NOTHING
from topology.reach.grid.services import Service
from topology.reach.grid.space import Cells, Grid


def service_of(rule: FilterRule) -> Service:
    """Return what a rule asks of a packet besides its addresses."""
    ack = rule.state == "established"
    protocol = "tcp" if ack else rule.protocol
    return Service(protocol, rule.ports, rule.source_ports, rule.icmp_echo_only, ack, rule.discovery_only)


def service_translated(rule: NatRule) -> Service:
    """Return what a translation asks of a packet besides its addresses."""
    return Service(rule.protocol, rule.ports)


def service_steered(rule: PolicyRoute) -> Service:
    """Return what a rule asks of a packet besides its addresses."""
    ports, come = ((port,) if port is not None else () for port in (rule.port, rule.source_port))
    return Service(rule.protocol, ports, come)


class Compiled:
    """A filter with its rules laid out on the grid, for any two interfaces."""

    def __init__(self, grid: Grid, chain: PacketFilter, *, answers: bool) -> None:
        self._grid, self._answers, self._chain = grid, answers, chain
        self._rules = [rule for rule in chain.rules if self._can_match(rule)]
        every = np.ones(grid.target.atoms, dtype=np.bool_)
        self._to = [grid.to(r.destinations) if self._asks(r) and r.destinations else every for r in self._rules]
        self._planes = [self._plane(rule) for rule in self._rules]
        self._speak, self._between, self._columned = cache(self._speaking), cache(self._pass), cache(self._columns)

    def _asks(self, rule: FilterRule) -> bool:
        """Whether a rule looks at the packet; one of sessions knows it by its session."""
        return self._chain.stateless or rule.state is None

    def _can_match(self, rule: FilterRule) -> bool:
        if rule.state == "invalid":
            return False
        if not self._asks(rule):
            return self._answers
        return not (rule.action == "drop" and (rule.source_macs or rule.not_source_macs))

    def _plane(self, rule: FilterRule) -> int:
        if not self._asks(rule):
            return EVERYTHING
        grid = self._grid
        sources = np.ones(grid.source.atoms, dtype=np.bool_)
        sources &= grid.come(rule.sources) if rule.sources else True
        sources &= ~grid.come(rule.not_sources)
        services = grid.served(service_of(rule))
        return grid.plane(sources, services)

    def passed(self, into: str, out: str) -> Cells:
        """Return what passes from an interface to another; "" is the device itself."""
        return self._between(into, out)

    def _pass(self, into: str, out: str) -> Cells:
        speaks = self._speak("in_interfaces", into) & self._speak("out_interfaces", out)
        return self._columned(tuple(np.flatnonzero(speaks).tolist()))

    def _speaking(self, side: str, name: str) -> Mask:
        """Return which rules speak of an interface on one side."""
        return np.array([_fits(getattr(rule, side), name) for rule in self._rules], dtype=np.bool_)

    def _columns(self, speaking: tuple[int, ...]) -> Cells:
        default = EVERYTHING if self._chain.default == "accept" else NOTHING
        grid = self._grid
        if not speaking:
            return grid.everything if default else grid.nothing
        numbers = np.array(speaking)
        named = np.packbits(np.stack([self._to[n] for n in speaking]), axis=0)
        columns, which = np.unique(named, axis=1, return_inverse=True)
        covered = np.unpackbits(columns, axis=0, count=len(speaking)).astype(np.bool_)
        given = [self._first_match(numbers[covered[:, n]].tolist(), default) for n in range(columns.shape[1])]
        return Cells(grid.planes, np.array(given, dtype=np.int32)[which.reshape(-1)])

    def _first_match(self, rules: Iterable[int], default: int) -> int:
        planes, passed, rest = self._grid.planes, NOTHING, EVERYTHING
        for number in rules:
            taken = planes.two("and", self._planes[number], rest)
            if self._rules[number].action == "accept":
                passed = planes.two("or", passed, taken)
            rest = planes.two("less", rest, taken)
            if rest == NOTHING:
                return passed
        return planes.two("or", passed, rest) if default else passed


def _fits(patterns: tuple[str, ...], name: str) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
