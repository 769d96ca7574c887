"""The small words that IOS and RGOS share: interface names, masks, wildcards, VLAN lists.

The model calls interfaces without a space (GigabitEthernet0/1, VLAN10); RGOS prints one (GigabitEthernet 0/1), and both
take small letters. Here names are made into the model's form and back.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network

from inventory.platforms.words import address, length, network, wildcard

__all__ = [
    "REFERENCE", "address", "can_switch", "canonical", "indent", "is_port", "kind", "length", "masked", "natural",
    "network", "numbers", "ranges", "vlan_of", "wild", "wildcard",
]  # fmt: skip

_ETHERNET = (
    "Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "TwoGigabitEthernet", "FiveGigabitEthernet",
    "TwentyFiveGigE", "TwentyFiveGigabitEthernet", "TFGigabitEthernet", "FortyGigabitEthernet", "FortyGigE",
    "HundredGigE", "HundredGigabitEthernet", "AppGigabitEthernet",
)  # fmt: skip
_OTHER = ("Serial", "Cellular", "ATM", "Dialer", "Async", "Port-channel", "AggregatePort", "Mgmt", "Loopback", "Tunnel",
          "Null")  # fmt: skip
KINDS = {word.lower(): word for word in (*_ETHERNET, *_OTHER)}
_NUMBER = r"\d+(?:/\d+){0,3}(?::\d+)?(?:\.\d+)?"
REFERENCE = rf"[A-Za-z-]+ ?{_NUMBER}"
"""pattern of an interface's name in a line"""
_ANY = re.compile(rf"([A-Za-z-]+) ?({_NUMBER})", re.ASCII)
_LIST_LENGTH = 20


def canonical(text: str, svi: str) -> str | None:
    """Return an interface's name in the model's form; None if it is none. `svi` is what VLAN interfaces are called."""
    match = _ANY.fullmatch(text)
    if match is None:
        return None
    lower = match[1].lower()
    word = svi if lower == "vlan" else KINDS.get(lower)
    return f"{word}{match[2]}" if word else None


def kind(name: str) -> str:
    """Return the kind of an interface by its name: physical, loopback, vlan, tunnel or null."""
    lower = name.lower()
    starts = {"loopback": "loopback", "vlan": "vlan", "tunnel": "tunnel", "null": "null"}
    return next((found for start, found in starts.items() if lower.startswith(start)), "physical")


def vlan_of(name: str) -> int | None:
    """Return the VLAN of a VLAN interface by its name."""
    match = re.fullmatch(r"(?i:vlan)([1-9]\d{0,3})", name, re.ASCII)
    return int(match[1]) if match else None


def is_port(name: str) -> bool:
    """Whether a name is a plain port, which can speak LLDP: no bundle and no subinterface."""
    return name.startswith(_ETHERNET) and "." not in name


def can_switch(name: str) -> bool:
    """Whether an interface of this name can switch: a port or a bundle; GigabitEthernet0 is a management port."""
    bundle = name.startswith(("Port-channel", "AggregatePort"))
    return (is_port(name) or bundle) and "." not in name and name != "GigabitEthernet0"


def natural(name: str) -> tuple[object, ...]:
    """Return the place of an interface in `show running-config`: loopbacks, bundles, ports, VLAN interfaces."""
    starts = ("Loopback", "Port-channel", "AggregatePort", "", "Vlan", "VLAN")
    rank = next((i for i, start in enumerate(starts) if start and name.startswith(start)), 3)
    return (rank, re.sub(r"\d.*", "", name), [int(n) for n in re.findall(r"\d+", name)], name)


def ranges(numbers: Iterable[int]) -> list[str]:
    """Return numbers as `10,20-30`, some to a line."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    texts = [f"{a}-{b}" if b > a + 1 else f"{a},{b}" if b > a else f"{a}" for a, b in found]
    return [",".join(texts[i : i + _LIST_LENGTH]) for i in range(0, len(texts), _LIST_LENGTH)]


def numbers(text: str, low: int = 1, high: int = 4094) -> list[int] | None:
    """Return the numbers of a list like `10,20-30`; None if it is none or leaves the limits."""
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?(, ?\d{1,5}(-\d{1,5})?)*", text, re.ASCII):
        return None
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        start, end = int(first), int(last or first)
        if not low <= start <= end <= high:
            return None
        found += range(start, end + 1)
    return found


def masked(item: IPv4Network) -> str:
    """Return a network as `10.0.0.0 255.0.0.0`."""
    return f"{item.network_address} {item.netmask}"


def wild(item: IPv4Network) -> str:
    """Return a network as `10.0.0.0 0.255.255.255`."""
    return f"{item.network_address} {item.hostmask}"


def indent(lines: Sequence[str]) -> list[str]:
    """Return the lines of a block below its head."""
    return [f" {line}" for line in lines]
