"""Sets of packets as cells of a grid: destinations by sources by services.

It answers what `topology.reach.space` answers of BDDs, from nothing but the grid, so that the policy
(`topology.reach.allowed`) and the judge can ask either. Sets of different grids do not mix.
"""

from collections.abc import Iterable
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import numpy as np

from topology.reach.family import Family, host
from topology.reach.grid.axis import Axis, Mask, NotCut, spans_of
from topology.reach.grid.planes import EVERYTHING, NOTHING, Planes, Rows
from topology.reach.grid.services import Service, Services
from topology.reach.space import Packet, addressed

if TYPE_CHECKING:
    from topology.reach.grid.named import Named


class Cells:
    """A set of packets; it does not change."""

    __slots__ = ("_planes", "rows")

    def __init__(self, planes: Planes, rows: Rows) -> None:
        self._planes, self.rows = planes, rows

    def __and__(self, other: "Cells") -> "Cells":
        return Cells(self._planes, self._planes.rows("and", self.rows, other.rows))

    def __or__(self, other: "Cells") -> "Cells":
        return Cells(self._planes, self._planes.rows("or", self.rows, other.rows))

    def __sub__(self, other: "Cells") -> "Cells":
        return Cells(self._planes, self._planes.rows("less", self.rows, other.rows))

    def __invert__(self) -> "Cells":
        every = np.full_like(self.rows, EVERYTHING)
        return Cells(self._planes, self._planes.rows("less", every, self.rows))

    def __bool__(self) -> bool:
        return bool(self.rows.any())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cells) and np.array_equal(self.rows, other.rows)

    def __hash__(self) -> int:
        return hash(self.rows.tobytes())

    def to(self, targets: Mask) -> "Cells":
        """Return the packets of it to some destination atoms."""
        return Cells(self._planes, np.where(targets, self.rows, np.int32(NOTHING)))


class Grid:
    """All sets of one proof."""

    def __init__(self, named: "Named") -> None:
        """Cut the fields for what is named."""
        self.family: Family = named.family
        self.target = Axis(1 << self.family.bits, map(spans_of, named.destinations))
        sources = self.target if named.turning else Axis(1 << self.family.bits, map(spans_of, named.sources))
        self.source: Axis = sources
        self.service = Services(named.services, self.family, turning=named.turning)
        self.planes = Planes(self.source.atoms, self.service.atoms)
        self.nothing = self._same(NOTHING)
        self.everything = self._same(EVERYTHING)
        self.to = cache(self._to)
        self.come = cache(self._come)
        self.served = cache(self._served)

    def _same(self, plane: int) -> Cells:
        return Cells(self.planes, np.full(self.target.atoms, plane, dtype=np.int32))

    def _to(self, networks: tuple[IPv4Network, ...]) -> Mask:
        """Return the destination atoms of networks."""
        return self.target.mask(spans_of(networks))

    def _come(self, networks: tuple[IPv4Network, ...]) -> Mask:
        """Return the source atoms of networks."""
        return self.source.mask(spans_of(networks))

    def _served(self, service: Service) -> Mask:
        return self.service.mask(service)

    def plane(self, sources: Mask, services: Mask) -> int:
        """Return the plane of all packets from some source atoms of some services."""
        return self.planes.plane(np.outer(sources, services))

    def targets(self, networks: Iterable[IPv4Network]) -> Cells:
        """Return the packets to any of these networks."""
        return self.everything.to(self.to(tuple(networks)))

    def sources(self, networks: Iterable[IPv4Network]) -> Cells:
        """Return the packets from any of these networks."""
        every = np.ones(self.service.atoms, dtype=np.bool_)
        return self._same(self.plane(self.come(tuple(networks)), every))

    def prefix(self, side: str, network: IPv4Network) -> Cells:
        """Return the packets to (`d`) or from (`s`) a network."""
        return self.targets([network]) if side == "d" else self.sources([network])

    def union(self, sets: Iterable[Cells]) -> Cells:
        """Return what is in any of the sets."""
        found = self.nothing
        for one in sets:
            found = found | one
        return found

    def of(self, service: Service) -> Cells:
        """Return the packets of a service."""
        every = np.ones(self.source.atoms, dtype=np.bool_)
        return self._same(self.plane(every, self.served(service)))

    def protocol(self, name: str) -> Cells:
        """Return the packets of a protocol by its name."""
        return self.of(Service(name))

    def to_ports(self, ports: tuple[int, ...]) -> Cells:
        """Return the packets to any of these ports; every packet if there are none."""
        return self.of(Service(ports=ports))

    def from_ports(self, ports: tuple[int, ...]) -> Cells:
        """Return the packets from any of these ports; every packet if there are none."""
        return self.of(Service(source_ports=ports))

    @property
    def echo(self) -> Cells:
        """The ICMP echo requests."""
        return self.of(Service(echo=True))

    @property
    def ack(self) -> Cells:
        """The segments with ACK or RST."""
        return self.of(Service(ack=True))

    @property
    def discovery(self) -> Cells:
        """The messages of neighbour discovery."""
        return self.of(Service(discovery=True))

    def senders(self, packets: Cells) -> Cells:
        """Return packets from where some packets are: here, themselves."""
        return packets

    @cached_property
    def _answered(self) -> Mask:
        return self.service.turned()

    def turned(self, packets: Cells) -> Cells:
        """Return the answers to packets: addresses and ports swapped. Raises NotCut if the grid is not cut for it."""
        if self.source is not self.target:
            raise NotCut
        planes, which = np.unique(packets.rows, return_inverse=True)
        asked = np.stack([self.planes.cells(int(plane)) @ self._answered for plane in planes])
        whose, alike = np.unique(asked.swapaxes(0, 1).reshape(self.source.atoms, -1), axis=0, return_inverse=True)
        shape = (len(planes), self.service.atoms)
        given = [self.planes.plane(one.reshape(shape)[which]) for one in whose]
        return Cells(self.planes, np.array(given, dtype=np.int32)[alike.reshape(-1)])

    def published(self, packets: Cells, address: IPv4Address) -> Cells:
        """Return packets with their destination replaced by an address."""
        rows = np.zeros_like(packets.rows)
        rows[self.to((host(address),))] = self.planes.joined(packets.rows)
        return Cells(self.planes, rows)

    def hidden(self, packets: Cells, address: IPv4Address) -> Cells:
        """Return packets with their source replaced by an address."""
        (source,) = np.flatnonzero(self.come((host(address),)))
        planes, which = np.unique(packets.rows, return_inverse=True)
        given = np.array([self.planes.hidden(int(p), int(source)) for p in planes], dtype=np.int32)
        return Cells(self.planes, given[which])

    def holds(self, packets: Cells, packet: Packet) -> bool:
        """Return whether a packet is in a set."""
        service = self.service.atom(
            packet.protocol, packet.port, packet.from_port, echo=packet.echo, ack=packet.ack, discovery=packet.discovery
        )
        plane = int(packets.rows[self.target.atom(int(packet.target))])
        return bool(self.planes.cells(plane)[self.source.atom(int(packet.source)), service])

    def one(self, packets: Cells, wishes: Iterable[Cells] = ()) -> Packet | None:
        """Return a packet of a set, None if it is empty; one that also fulfils the wishes, as far as they go."""
        for wish in wishes:
            packets = narrower if (narrower := packets & wish) else packets
        if not packets:
            return None
        target = int(np.flatnonzero(packets.rows)[0])
        source, service = np.argwhere(self.planes.cells(int(packets.rows[target])))[0]
        part = self.service.parts(int(service))[0]
        return Packet(
            source=addressed(self.family, self.source.spans(int(source))[0][0]),
            target=addressed(self.family, self.target.spans(target)[0][0]),
            protocol=part.protocol,
            port=part.ports[0],
            from_port=part.source_ports[0],
            echo=part.echo,
            ack=part.ack,
            discovery=part.discovery,
        )
