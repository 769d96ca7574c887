"""WireGuard as the proof sees it: cryptokey routing between interfaces that know each other's keys. Pure.

What leaves by such an interface goes to the peer whose allowed addresses have its destination, by the longest prefix;
what comes from a peer is taken if the same table says that its source is that peer's. The outer packets (UDP) are taken
to find their way. Nobody else is on such a link: no broadcast, no VRRP. A peer with a key that no device of ours has
may be anybody and send whatever it is allowed to: a device that has one is unknown, and so is one that speaks OSPF
there.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from countynet.i18n import _
from inventory.wireguard import WireGuard
from topology.reach.network import Network
from topology.reach.space import Set, Space

if TYPE_CHECKING:
    from topology.reach.engine import Engine

STRANGER = _("a peer of WireGuard has a key that is no device's of ours")
SPOKEN = _("OSPF over WireGuard is not computed")
Far = tuple[str, str, WireGuard, WireGuard]
"""the device and interface at the far end, what is told here, what is told there"""


def far_ends(network: Network, device: str, interface: str) -> Iterator[Far]:
    """Yield who is at the far end of an interface: both know the other's key."""
    here = _told(network, device, interface)
    for name, item in network.wires if here else ():
        there = item.wireguard
        if there and here and there.key in {p.key for p in here.peers} and here.key in {p.key for p in there.peers}:
            yield name, item.name, here, there


def _told(network: Network, device: str, interface: str) -> WireGuard | None:
    return next((i.wireguard for name, i in network.wires if (name, i.name) == (device, interface)), None)


def belonging(space: Space, told: WireGuard, key: str, side: str) -> Set:
    """Return the packets whose source (`s`) or destination (`d`) is a peer's by the longest prefix."""
    found, rest = space.nothing, space.everything
    entries = [(prefix, peer.key) for peer in told.peers for prefix in peer.allowed]
    for prefix, owner in sorted(entries, key=lambda entry: -entry[0].prefixlen):
        packets = space.prefix(side, prefix) & rest
        rest = rest & ~packets
        found = found | packets if owner == key else found
    return found


def whose(told: WireGuard, address: IPv4Address) -> str:
    """Return the key of the peer that an address is, empty if it is nobody's."""
    best: tuple[IPv4Network, str] | None = None
    for peer in told.peers:
        for prefix in peer.allowed:
            if address in prefix and (best is None or prefix.prefixlen > best[0].prefixlen):
                best = prefix, peer.key
    return best[1] if best else ""


def carried(engine: "Engine", device: str, interface: str, packets: Set) -> Iterator[tuple[str, str, Set]]:
    """Yield who takes what of packets that a device sends by an interface of WireGuard, by which interface of his."""
    for name, into, here, there in far_ends(engine.network, device, interface):
        yield name, into, packets & belonging(engine.space, here, there.key, "d") & taken(engine.space, here, there)


def taken(space: Space, here: WireGuard, there: WireGuard) -> Set:
    """Return what the far end takes from this one."""
    return belonging(space, there, here.key, "s")


def doubts(network: Network) -> dict[str, str]:
    """Return by device why nobody knows where its packets over WireGuard go."""
    known = {item.wireguard.key for _name, item in network.wires if item.wireguard}
    found = {name: SPOKEN for name, item in network.wires if item.ospf}
    for name, item in network.wires:
        if item.wireguard and any(peer.key not in known for peer in item.wireguard.peers):
            found[name] = STRANGER
    return found
