"""The small words that platforms of the Comware and VRP families share: masks, wildcards, lists of numbers. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network

_LIST_LENGTH = 10
_KEPT = 8192
"""addresses that are remembered: a county's filters name the same ones in every device"""


def ranges(numbers: Iterable[int], in_a_line: int = _LIST_LENGTH) -> list[str]:
    """Return numbers as these devices list them, `10` or `20 to 30`, so many to a line."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    texts = [f"{a} to {b}" if a != b else f"{a}" for a, b in found]
    return [" ".join(texts[i : i + in_a_line]) for i in range(0, len(texts), in_a_line)]


def numbers(text: str, low: int, high: int) -> list[int] | None:
    """Return the numbers of a list like `10 20 to 30`; None if it is none or leaves the limits."""
    if not re.fullmatch(r"\d{1,5}( to \d{1,5})?( \d{1,5}( to \d{1,5})?)*", text, re.ASCII):
        return None
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?: to (\d+))?", text):
        start, end = int(first), int(last or first)
        if not low <= start <= end <= high:
            return None
        found += range(start, end + 1)
    return found


@lru_cache(maxsize=_KEPT)
def address(text: str) -> IPv4Address | None:
    """Return an address, or None."""
    try:
        return IPv4Address(text)
    except ValueError:
        return None


def length(mask: str) -> int | None:
    """Return the length of a mask, `255.255.255.0` or `24`; None if it is none."""
    if mask.isascii() and mask.isdigit():
        return int(mask) if len(mask) < 3 and int(mask) <= 32 else None
    bits = address(mask)
    inverse = int(bits) ^ 0xFFFFFFFF if bits is not None else 2
    return 32 - inverse.bit_length() if not inverse & (inverse + 1) else None


@lru_cache(maxsize=_KEPT)
def network(base: str, mask: str) -> IPv4Network | None:
    """Return a network given by its mask or length; None if it is none, or has bits beyond its mask."""
    start, size = address(base), length(mask)
    if start is None or size is None:
        return None
    found = IPv4Network((int(start), size), strict=False)
    return found if found.network_address == start else None


@lru_cache(maxsize=_KEPT)
def wildcard(base: str, wild: str) -> IPv4Network | None:
    """Return a network given by a wildcard (`0` is one address); None if its bits do not stand together."""
    start, bits = address(base), IPv4Address(0) if wild == "0" else address(wild)
    if start is None or bits is None or int(bits) & (int(bits) + 1):
        return None
    length = 32 - int(bits).bit_length()
    return IPv4Network((int(start), length), strict=False)


def masked(item: IPv4Network) -> str:
    """Return a network as `10.0.0.0 255.0.0.0`."""
    return f"{item.network_address} {item.netmask}"


def wild(item: IPv4Network) -> str:
    """Return a network as `10.0.0.0 0.255.255.255`; one address as `10.0.0.1 0`."""
    return f"{item.network_address} {item.hostmask if item.prefixlen < 32 else 0}"


def indent(lines: Sequence[str]) -> list[str]:
    """Return the lines of a block below its head."""
    return [f" {line}" for line in lines]
