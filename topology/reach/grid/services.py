"""The service dimension: protocol, both ports and the flags, cut where a rule or the policy names one of them.

Ports belong to TCP and UDP, the flag of a segment (ACK or RST) to TCP, that of an echo request to the family's ICMP,
that of neighbour discovery to ICMPv6; a protocol that nobody names is one of the others, which are one atom.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from topology.reach.family import V4, V6, Family
from topology.reach.grid.axis import Mask, Span, classes_in, refined
from topology.reach.space import PROTOCOLS

OTHER = next(n for n in range(256) if n not in PROTOCOLS.values())
"""a number that stands for all protocols without a name here"""
_TCP, _UDP = PROTOCOLS["tcp"], PROTOCOLS["udp"]
PORTS_END = 1 << 16


@dataclass(frozen=True)
class Service:
    """What a rule asks of a packet besides its addresses; nothing named is any."""

    protocol: str | None = None
    ports: tuple[int, ...] = ()
    source_ports: tuple[int, ...] = ()
    echo: bool = False
    ack: bool = False
    discovery: bool = False


@dataclass(frozen=True)
class Element:
    """The smallest part: a protocol with an interval of either port and its flag."""

    protocol: int
    ports: Span
    source_ports: Span
    echo: bool
    ack: bool
    discovery: bool = False


def _intervals(named: Iterable[int]) -> list[Span]:
    edges = sorted({0, PORTS_END, *(edge for port in named for edge in (port, port + 1))})
    return [*pairwise(edges)]


def _elements(named: Iterable[Service], family: Family, *, turning: bool) -> list[Element]:
    named = [*named]
    to = _intervals(p for s in named for p in (*s.ports, *(s.source_ports if turning else ())))
    come = to if turning else _intervals(p for s in named for p in s.source_ports)
    every = (0, PORTS_END)
    found = [Element(_TCP, a, b, False, ack) for a, b, ack in product(to, come, (False, True))]
    found += [Element(_UDP, a, b, False, False) for a, b in product(to, come)]
    messages = PROTOCOLS[family.echo]
    found += [Element(messages, every, every, echo, False) for echo in (False, True)]
    found += [Element(messages, every, every, False, False, discovery=True)] if family is V6 else []
    rest = [n for n in (*PROTOCOLS.values(), OTHER) if n not in (_TCP, _UDP, messages)]
    return found + [Element(n, every, every, False, False) for n in rest]


class Services:
    """The services of a grid as atoms."""

    def __init__(self, named: Iterable[Service], family: Family = V4, *, turning: bool = False) -> None:
        """`turning`: cut for the answers to whatever is named, too."""
        named = [*named]
        self.elements, self._messages = _elements(named, family, turning=turning), PROTOCOLS[family.echo]
        self._protocol = np.array([e.protocol for e in self.elements])
        self._ported = (self._protocol == _TCP) | (self._protocol == _UDP)
        self._port = np.array([e.ports[0] for e in self.elements])
        self._from = np.array([e.source_ports[0] for e in self.elements])
        self._echo = np.array([e.echo for e in self.elements])
        self._ack = np.array([e.ack for e in self.elements])
        self._discovery = np.array([e.discovery for e in self.elements])
        self.classes = refined(len(self.elements), map(self._inside, named))
        if turning:  # an answer to an answer asks for what was asked, whatever its flags: one turn closes the classes
            swapped = (self._swapped(self.classes == atom) for atom in range(int(self.classes.max()) + 1))
            held = (self._inside(service) for service in named)
            self.classes = refined(len(self.elements), [*held, *swapped])
        self.atoms = int(self.classes.max()) + 1

    def _swapped(self, elements: Mask) -> Mask:
        """Return the answers to some elements: ports swapped, whatever flags."""
        asked = {
            (e.protocol, e.source_ports, e.ports) for e, inside in zip(self.elements, elements, strict=True) if inside
        }
        return np.array([(e.protocol, e.ports, e.source_ports) in asked for e in self.elements])

    def turned(self) -> NDArray[np.bool_]:
        """Return by atom which atoms its answers are made of. Raises NotCut if they are made of none."""
        return np.array([classes_in(self._swapped(self.classes == n), self.classes) for n in range(self.atoms)])

    def _inside(self, service: Service) -> Mask:
        found = np.ones(len(self.elements), dtype=np.bool_)
        if service.protocol:
            found &= self._protocol == PROTOCOLS[service.protocol]
        if service.ports:
            found &= self._ported & np.isin(self._port, service.ports)
        if service.source_ports:
            found &= self._ported & np.isin(self._from, service.source_ports)
        found &= self._echo if service.echo else True
        found &= self._ack if service.ack else True
        found &= self._discovery if service.discovery else True
        return found

    def mask(self, service: Service) -> Mask:
        """Return the atoms of a service. Raises NotCut if it is made of none."""
        return classes_in(self._inside(service), self.classes)

    def parts(self, atom: int) -> list[Element]:
        """Return what an atom is made of."""
        return [self.elements[n] for n in np.flatnonzero(self.classes == atom)]

    def atom(self, protocol: int, port: int, from_port: int, *, echo: bool, ack: bool, discovery: bool = False) -> int:
        """Return the atom of one packet's service."""
        known = protocol if protocol in PROTOCOLS.values() else OTHER
        fits: NDArray[np.bool_] = self._protocol == known
        fits &= ~self._ported | (_within(port, [e.ports for e in self.elements]))
        fits &= ~self._ported | (_within(from_port, [e.source_ports for e in self.elements]))
        fits &= (self._echo == echo) | (known != self._messages)
        fits &= (self._discovery == (discovery and bool(self._discovery.any()))) | (known != PROTOCOLS["icmpv6"])
        fits &= (self._ack == ack) | (known != _TCP)
        return int(self.classes[np.flatnonzero(fits)[0]])


def _within(value: int, spans: Iterable[Span]) -> Mask:
    return np.array([low <= value < high for low, high in spans])
