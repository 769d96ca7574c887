"""Tell a network that an address of the device now stands at another of its interfaces.

A LAN's gateway that moves from a port to a VLAN's interface (or back) gets another hardware address; the computers
there know the old one and would be cut off for seconds, until they ask again. A gratuitous ARP (RFC 5227) puts them
right at once. The kernel sends one for each address of an interface whose hardware address is set, to the same value
too, while `arp_notify` is on: no tool beyond iproute2 is needed. It is a courtesy: where a driver refuses, the
computers find out by themselves, and the activation goes on.
"""

from collections.abc import Iterator

from inventory.platforms.linux import frr_tree
from inventory.platforms.linux.text import Files

_COMMAND = (
    "n={name}; f=/proc/sys/net/ipv4/conf/$n/arp_notify; for i in 1 2 3 4 5 6 7 8 9 10; do "
    "ip -4 -o address show dev $n | grep -q ' {address} ' && break; sleep 0.1; done; "
    'echo 1 >$f && ip link set $n address "$(cat /sys/class/net/$n/address)"; echo 0 >$f || :'
)
"""waits until FRR, which answers before the kernel has everything, has set the address"""


def commands(before: Files, after: Files) -> Iterator[str]:
    """Yield the command for each address that moved from one interface to another."""
    had, has = _places(before), _places(after)
    for address, name in sorted(has.items()):
        if had.get(address, name) != name:
            yield _COMMAND.format(name=name, address=address)


def _places(files: Files) -> dict[str, str]:
    """Return the interface of each address that FRR sets."""
    tree = frr_tree.tree(files[frr_tree.ZEBRA].lines if frr_tree.ZEBRA in files else ())
    start = "ip address "
    return {
        line.removeprefix(start): context.removeprefix("interface ")
        for context, lines in tree.items()
        for line in lines
        if line.startswith(start) and context.startswith("interface ")
    }
