"""Answers a router's neighbour solicitations (RFC 4861) at a post, for the addresses that probes are sent to. Pure.

A router hands a packet of IPv6 to a segment only when somebody there says that the address is his. Terminals of a twin
have the addresses of the inventory and no others, and nothing is configured: so for as long as a run lasts, the post
itself speaks for the targets that the proof says arrive at its place.
"""

import struct
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address
from typing import cast

from topology.confirm.classes import marked6
from topology.reach.space import PROTOCOLS

_ICMP = PROTOCOLS["icmpv6"]
_HOPS = 255
_SOLICITED_OVERRIDE = 0x60000000
_OPTION_TARGET = struct.pack("!BB", 2, 1)


def answer(seen: bytes, hardware: bytes, mine: Collection[IPv6Address]) -> bytes | None:
    """Return the advertisement that answers a solicitation of one of these addresses; None for any other packet.

    `hardware`: the six bytes of the post's own hardware address.
    """
    if len(seen) < marked6.HEADER + 24 or seen[6] != _ICMP or seen[marked6.HEADER] != marked6.SOLICITED:
        return None
    asker, wanted = IPv6Address(seen[8:24]), IPv6Address(seen[marked6.HEADER + 8 : marked6.HEADER + 24])
    if seen[7] != _HOPS or wanted not in mine or not int(asker):
        return None
    body = struct.pack("!BBHI", marked6.ADVERTISED, 0, 0, _SOLICITED_OVERRIDE) + wanted.packed
    body += _OPTION_TARGET + hardware[:6]
    body = marked6.summed(body, 2, cast(IPv4Address, wanted), cast(IPv4Address, asker), _ICMP)
    return marked6.header(_ICMP, len(body), _HOPS) + wanted.packed + asker.packed + body
