"""One packet out of a set of the proof that can really be sent and really be seen. Pure.

A computer can put any header on its wire, but no router's kernel takes a packet that claims the router's own address,
nor one from no address at all (RFC 1812, 5.3.7), whatever its filters say: such are not picked. Of the others, one is
wished for that claims the sender's own address, is meant for somebody whose wire is watched, and comes from a port that
no earlier run has used, so that no session of a stateful filter stands for it.
"""

from collections.abc import Iterable
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from itertools import cycle
from random import Random

from topology.confirm.classes.posts import Posts
from topology.reach.engine import Engine
from topology.reach.family import host
from topology.reach.space import Packet, Set, protocols

NOBODY = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")))
"""no sender's address"""
QUIET_PORT = 33434
EPHEMERAL = (20000, 60000)


class Picker:
    """Picks packets for one run."""

    def __init__(self, engine: Engine, posts: Posts, run: int) -> None:
        self.engine, self.space, self.posts = engine, engine.space, posts
        self._random = Random(run)  # noqa: S311 - a port, not a secret
        self._turn = cycle(protocols(engine.network.family))

    @cached_property
    def _claimable(self) -> Set:
        own = {a.ip for config in self.engine.network.configs.values() for i in config.interfaces for a in i.addresses}
        own |= {v.address.ip for c in self.engine.network.configs.values() for i in c.interfaces for v in i.vrrp}
        return ~self.space.sources([*NOBODY, *map(IPv4Network, own)])

    @cached_property
    def watched(self) -> Set:
        """The packets to an address of a post."""
        return self.space.targets(IPv4Network(post.address) for all_ in self.posts.values() for post in all_)

    def port(self) -> int:
        """Return a port to send from that no earlier run is likely to have used."""
        return self._random.randrange(*EPHEMERAL)

    def pick(
        self, packets: Set, claimed: Iterable[IPv4Address] = (), *, turn: bool = False, own: bool = False
    ) -> Packet | None:
        """Return a packet of a set, None if none can be sent; from one of the addresses claimed if one of them fits.

        `own`: a device itself sends it. `turn`: of the next protocol in turn, if one of it fits, so that rules without
        a protocol are tried with all.
        """
        space = self.space
        packets = packets if own else packets & self._claimable
        if packets == space.nothing:
            return None
        wishes = [space.sources([host(a)]) for a in claimed]
        wishes += [self.watched, *([space.protocol(next(self._turn))] if turn else []), space.protocol("tcp")]
        wishes += [space.protocol("udp"), space.protocol("icmp"), ~space.ack, space.echo]
        wishes += [space.from_ports((self.port(),)), space.to_ports((QUIET_PORT,))]
        return space.one(packets, wishes)
