"""What WireGuard is told on an interface: who its peers are and which addresses are theirs (wg(8), cryptokey routing).

No secret is here: of its own key only the public half, which its peers know it by. Keys are written as base64, 44
characters.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, Field

from countynet.frozen import Frozen


def _in_order(found: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(sorted(found, key=str))


Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class WireGuardPeer(Frozen):
    """A peer. An address is one peer's alone: the longest prefix that has it says whose."""

    key: Key
    allowed: Annotated[tuple[IPv4Network, ...], AfterValidator(_in_order)] = ()
    """what is sent to it by destination, and what it may send by source"""
    allowed6: Annotated[tuple[IPv6Network, ...], AfterValidator(_in_order)] = ()
    endpoint: IPv4Address | None = None
    """None: wherever it was heard from last"""


def _apart(peers: tuple[WireGuardPeer, ...]) -> tuple[WireGuardPeer, ...]:
    prefixes = [str(prefix) for peer in peers for prefix in (*peer.allowed, *peer.allowed6)]
    if len(prefixes) != len({*prefixes}):
        raise ValueError("two peers have one prefix")
    return peers


class WireGuard(Frozen):
    """An interface of WireGuard; it listens on all addresses of the device, at one UDP port."""

    key: Key
    """its own public key"""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0: any that is free"""
    peers: Annotated[tuple[WireGuardPeer, ...], AfterValidator(_in_order), AfterValidator(_apart)] = ()
    """no prefix is two peers'; the kernel takes it from the one that had it"""
