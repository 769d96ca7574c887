"""The small words of VRP that all its features share: interface names, and what it shares with other platforms."""

import re

from inventory.platforms.words import address, indent, length, masked, network, numbers, ranges, wild, wildcard

__all__ = [
    "NAME",
    "address",
    "indent",
    "is_port",
    "kind",
    "length",
    "masked",
    "natural",
    "network",
    "numbers",
    "ranges",
    "wild",
    "wildcard",
]

NAME = re.compile(
    r"(X?GigabitEthernet|GE|XGE|Ethernet|MultiGE|MEth|(10|25|40|50|100|200|400)GE|Atm|Serial|Cellular)"
    r"\d+(/\d+){0,3}(:\d+)?(\.\d+)?|Eth-Trunk\d+(\.\d+)?|(Vlanif|LoopBack)\d+|(Tunnel|Dialer)\d+(/\d+){0,2}"
)
"""interface names as VRP prints them"""


def kind(name: str) -> str:
    """Return the kind of an interface by its name: physical, loopback, vlan, tunnel or null."""
    lower = name.lower()
    starts = {"loopback": "loopback", "vlanif": "vlan", "tunnel": "tunnel", "null": "null"}
    return next((found for start, found in starts.items() if lower.startswith(start)), "physical")


def is_port(name: str) -> bool:
    """Whether a name is a plain port, which can speak LLDP: no bundle and no subinterface."""
    return kind(name) == "physical" and "." not in name and not name.startswith(("Eth-Trunk", "Dialer"))


def natural(name: str) -> tuple[object, ...]:
    """Return the place of an interface in VRP's order: VLAN interfaces, management, bundles, ports, loopbacks."""
    starts = ("Vlanif", "MEth", "Eth-Trunk", "", "LoopBack", "Tunnel", "NULL")
    rank = next((i for i, start in enumerate(starts) if start and name.startswith(start)), 3)
    return (rank, re.sub(r"\d.*", "", name), [int(n) for n in re.findall(r"\d+", name)], name)
