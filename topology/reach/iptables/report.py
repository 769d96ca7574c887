"""The service matrices of a dump, as a report: the classes of addresses, and who may open a service to whom."""

from dataclasses import dataclass
from ipaddress import IPv4Address, summarize_address_range

from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from topology.reach.iptables import listed, saved, words
from topology.reach.iptables.compiled import Scene, passing
from topology.reach.iptables.rules import Dump, Kind, Run
from topology.reach.rights import Rights, Span, rights
from topology.reach.space import Set, Space


@dataclass(frozen=True)
class Service:
    """What is asked for: a protocol with its destination and source ports; none are all."""

    protocol: int
    ports: tuple[Run, ...] = ()
    from_ports: tuple[Run, ...] = ()
    title: str = ""

    def packets(self, space: Space) -> Set:
        """Return its packets; of ICMP its echo requests."""
        found = space.runs("p", [(self.protocol, self.protocol)])
        if self.ports:
            found = found & space.runs("q", self.ports)
        if self.from_ports:
            found = found & space.runs("r", self.from_ports)
        return found & space.echo if self.protocol == words.PROTOCOLS["icmp"] else found


@dataclass(frozen=True)
class Matrix:
    """What a chain says of one service."""

    service: Service
    perhaps: Rights
    surely: Rights
    doubts: tuple[tuple[int, str], ...]
    """lines that nobody understood wholly, whether they matter to this service or not"""
    certain: bool
    """whether what may pass is what surely passes"""


def service(text: str, from_port: str = "") -> Service:
    """Read tcp/22, udp/53,123, tcp/1024:65535, icmp. Raises BadInput."""
    name, slash, ports = text.partition("/")
    number = words.number(name, words.PROTOCOLS, 255)
    to = words.ports(Kind.TO_PORT, ports).runs if slash else ()
    come = words.ports(Kind.FROM_PORT, from_port).runs if from_port else ()
    if not number or (slash and not to) or (from_port and not come):
        found = f"{text} {from_port}".strip()
        raise BadInput([Problem(_("no service: {value}"), {"value": found}, where="--service", wanted="tcp/22")])
    return Service(number, to, come, text)


def read(text: str, table: str = "filter", file: str = "") -> Dump:
    """Read a dump of either kind; a listing is taken for one of the table. Raises BadInput."""
    lines = text.splitlines()
    return (
        listed.read(text, table, file) if any(line.startswith("Chain ") for line in lines) else saved.read(text, file)
    )


def matrix(dump: Dump, table: str, chain: str, asked: Service, scene: Scene) -> Matrix:
    """Return the matrix of one service. Raises BadInput as `passing` does."""
    space = Space()
    found = passing(space, dump, table, chain, asked.packets(space), scene)
    return Matrix(
        asked, rights(space, found.perhaps), rights(space, found.surely), found.doubts, found.perhaps == found.surely
    )


def spans(some: tuple[Span, ...]) -> list[str]:
    """Return spans of addresses as people write them: networks where they are, else first-last."""
    found = []
    for low, high in some:
        networks = list(summarize_address_range(IPv4Address(low), IPv4Address(high)))
        whole = len(networks) == 1
        found.append(str(networks[0]).removesuffix("/32") if whole else f"{IPv4Address(low)}-{IPv4Address(high)}")
    return found


def document(found: Matrix) -> dict[str, JSON]:
    """Return a matrix as JSON's values."""
    return {
        "service": found.service.title,
        "certain": found.certain,
        "perhaps": _rights(found.perhaps),
        "surely": _rights(found.surely),
    }


def _rights(found: Rights) -> dict[str, JSON]:
    return {
        "classes": [list[JSON](spans(some)) for some in found.classes],
        "allowed": [list[JSON](edge) for edge in sorted(found.edges)],
    }
