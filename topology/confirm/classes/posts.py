"""Where packets of a place can be sent from and seen at, and the routers they can be handed to. Pure.

A unit's post is its first terminal, a zone's are its hosts; the operator's are the near ends of the ADSL lines and of
the VPN hub's line, which the twin keeps in the operator's namespace. A gate is a post with the address of a router on
its segment: packets handed to a virtual address may enter at whoever is master, those handed to a router's own address
enter there. A device itself sends through its own kernel, which routes and filters what it sends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from inventory.model import County
from topology.confirm.places import NETNS, computers, netns
from topology.confirm.sockets import Computer
from topology.reach.network import DEVICES, OPERATOR, Network
from topology.twin.wiring import OPERATOR as OPERATOR_NETNS
from topology.twin.wiring import wire

HUB_PORT = "hub0"
"""the operator's port towards the VPN hub, as the twin names it"""


@dataclass(frozen=True)
class Post:
    """A node with a port where packets are sent and seen."""

    node: str
    place: str
    computer: Computer

    @property
    def address(self) -> IPv4Address:
        """Its own address."""
        return self.computer.address.ip


@dataclass(frozen=True)
class Gate:
    """A post, and the address of a router that its packets are handed to."""

    post: Post
    via: IPv4Address
    devices: frozenset[str]
    """who may answer at that address: one, or all members of a VRRP group"""


Posts = Mapping[str, tuple[Post, ...]]
"""by place"""


def posts(county: County) -> Posts:
    """Return the posts of each place; a place where nobody stands has none."""
    found: dict[str, list[Post]] = {}
    for post in _all(county):
        found.setdefault(post.place, []).append(post)
    return {place: tuple(all_) for place, all_ in found.items()}


def _all(county: County) -> Iterator[Post]:
    known = computers(county)
    for unit in county.units:
        yield from (Post(t.name, f"unit:{unit.id}", known[t.name]) for t in unit.terminals[:1])
    for host in county.hosts:
        yield Post(host.name, f"zone:{host.zone.value}", known[host.name])
    wiring = wire(county)
    ends = [(HUB_PORT, wiring.hub_gateway)] if wiring.hub else []
    for port, address in [*ends, *((line.tap, line.address) for line in wiring.adsl)]:
        own = IPv4Interface(address)
        gateway = next(a for a in own.network.hosts() if a != own.ip)
        yield Post(f"{OPERATOR}:{port}", OPERATOR, Computer(NETNS / OPERATOR_NETNS, port, own, gateway))


def device_gates(county: County, network: Network) -> tuple[Gate, ...]:
    """Return the gates through which devices themselves send: by their own kernel, from their management address."""
    found = []
    for device in county.devices:
        if device.name in network.configs:
            own = IPv4Interface(device.management)
            post = Post(device.name, DEVICES, Computer(netns(device.name), "", own, own.ip))
            found.append(Gate(post, own.ip, frozenset({device.name})))
    return tuple(found)


def gates(network: Network, place: str, here: tuple[Post, ...]) -> tuple[Gate, ...]:
    """Return the gates of a place, the one that each post itself would use first."""
    found: dict[tuple[Post, IPv4Address], set[str]] = {}
    for domain in network.places.get(place, ()):
        for routed in domain.routed:
            for via in routed.own:
                for post in here:
                    if via in post.computer.address.network:
                        found.setdefault((post, via), set()).add(routed.device)
    listed = [Gate(post, via, frozenset(devices)) for (post, via), devices in found.items()]
    order = {post: number for number, post in enumerate(here)}
    return tuple(sorted(listed, key=lambda g: (g.via != g.post.computer.gateway, order[g.post], int(g.via))))
