"""Reads dnsmasq's lease file. Pure; a line that is none is counted and shown, and hides no other.

A line of IPv4 is `END MAC ADDRESS NAME CLIENT-ID`; END is seconds since 1970, 0 for a lease without end; NAME and
CLIENT-ID are `*` where there is none. A hardware address that is not Ethernet's has its kind before it (`06-...`). What
follows a line `duid ...` is IPv6, which is not given out and passed over. NAME is what a computer says of itself: it is
cut short, and what cannot be printed is replaced. Source: dnsmasq's `lease.c`, `lease_update_file`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

NAME = 63
"""characters of a name that are kept: a label of DNS is no longer"""
SHOWN = 120
"""characters of a line that was not understood"""
FIELDS = 5
_HARDWARE = re.compile(r"(?:[0-9a-f]{2}-)?(?:[0-9a-f]{2}(?::[0-9a-f]{2}){0,15})?")
"""at most 16 bytes (RFC 2131, `chaddr`)"""
_END = re.compile(r"\d{1,11}", re.ASCII)
"""until the year 5138; datetime knows it, and nobody lives to see it"""


@dataclass(frozen=True)
class Lease:
    """An address that somebody has."""

    address: IPv4Address
    mac: str
    """as dnsmasq writes it, in small letters; empty where the computer has none"""
    name: str
    """what the computer calls itself, untrusted; empty for nothing"""
    ends: datetime | None
    """None: never"""


@dataclass(frozen=True)
class Leases:
    """What a lease file says."""

    leases: tuple[Lease, ...]
    """each address once, in order"""
    wrong: int = 0
    """lines that were not understood"""
    sample: str = ""
    """the first of them, cut short"""


@dataclass(frozen=True)
class Said:
    """What the server said."""

    read: Leases
    """with ends by our clock"""
    ahead: timedelta = timedelta()
    """how far the server's clock is before ours; negative when it is behind, zero when they go alike"""


def parse(text: str) -> Leases:
    """Return what a lease file says; of an address that stands twice the later line."""
    found, wrong = dict[IPv4Address, Lease](), list[str]()
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if _sixth(line.split()):
            continue
        lease = _lease(line.split())
        if lease is None:
            wrong.append(line)
        else:
            found[lease.address] = lease
    leases = tuple(found[address] for address in sorted(found))
    return Leases(leases, len(wrong), printable(wrong[0], SHOWN) if wrong else "")


def printable(text: str, most: int) -> str:
    """Return a foreign text without what steers a terminal or turns the writing round, and no longer than that."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text[: most + 1])
    return f"{shown[:most]}…" if len(shown) > most else shown


def _sixth(words: list[str]) -> bool:
    """Whether a line is about IPv6."""
    return (words[0] == "duid" and len(words) == 2) or (
        len(words) == FIELDS and isinstance(_address(words), IPv6Address)
    )


def _address(words: list[str]) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(words[2])
    except ValueError:
        return None


def _lease(words: list[str]) -> Lease | None:
    if len(words) != FIELDS or not _END.fullmatch(words[0]):
        return None
    address, mac = _address(words), words[1].lower()
    if not isinstance(address, IPv4Address) or not _HARDWARE.fullmatch(mac):
        return None
    seconds, name = int(words[0]), "" if words[3] == "*" else printable(words[3], NAME)
    return Lease(address, mac, name, datetime.fromtimestamp(seconds, UTC) if seconds else None)
