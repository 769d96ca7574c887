"""The small words of Comware that all its features share: interface names, and what it shares with other platforms."""

import re

from inventory.platforms.words import address, indent, length, masked, network, numbers, ranges, wild, wildcard

__all__ = [
    "NAME",
    "address",
    "bridges",
    "indent",
    "is_port",
    "kind",
    "length",
    "masked",
    "natural",
    "network",
    "numbers",
    "ranges",
    "vlan",
    "wild",
    "wildcard",
]
_ETHERNET = (
    r"(M-|Ten-|Twenty-Five|Fifty-)?GigabitEthernet|(Forty|Hundred|FourHundred|TwoHundred)GigE|Ethernet|MGE|GE|XGE"
)
NAME = re.compile(
    rf"({_ETHERNET})\d+(/\d+){{1,3}}(:\d+)?(\.\d+)?|(Twenty-FiveGigE|FiftyGigE|M-Ethernet)\d+(/\d+){{1,3}}(:\d+)?(\.\d+)?"
    r"|Bridge-Aggregation\d+|Route-Aggregation\d+(\.\d+)?|Vlan-interface[1-9]\d{0,3}|LoopBack\d{1,4}|Tunnel\d{1,5}"
    r"|(Serial|Cellular|Atm|ATM|Dialer|Virtual-Template)\d+(/\d+){0,2}(\.\d+)?",
    re.ASCII,
)
"""interface names as Comware prints them"""
_ALONE = ("Dialer", "Virtual-Template", "Serial", "Cellular", "Atm", "ATM")


def kind(name: str) -> str:
    """Return the kind of an interface by its name: physical, loopback, vlan, tunnel or null."""
    lower = name.lower()
    starts = {"loopback": "loopback", "vlan-interface": "vlan", "tunnel": "tunnel", "null": "null"}
    return next((found for start, found in starts.items() if lower.startswith(start)), "physical")


def vlan(name: str) -> int | None:
    """Return the VLAN of a routed VLAN interface, by its name."""
    match = re.fullmatch(r"(?i)vlan-interface([1-9]\d{0,3})", name, re.ASCII)
    return int(match[1]) if match else None


def is_port(name: str) -> bool:
    """Whether a name is a plain port, which can speak LLDP: no aggregation and no subinterface."""
    return kind(name) == "physical" and "." not in name and "Aggregation" not in name and not name.startswith(_ALONE)


def bridges(name: str) -> bool:
    """Whether an interface of this name can switch."""
    plain = is_port(name) and not name.startswith(("M-", "MGE"))
    return plain or name.startswith("Bridge-Aggregation")


def natural(name: str) -> tuple[object, ...]:
    """Return the place of an interface in Comware's order: aggregations, loopbacks, VLAN interfaces, ports, tunnels."""
    starts = ("Bridge-Aggregation", "Route-Aggregation", "NULL", "LoopBack", "Vlan-interface", "", "M-", "Tunnel")
    rank = next((i for i, start in enumerate(starts) if start and name.startswith(start)), 5)
    return (rank, re.sub(r"\d.*", "", name), [int(n) for n in re.findall(r"\d+", name)], name)
