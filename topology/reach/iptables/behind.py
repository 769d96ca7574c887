"""Which addresses are behind which interface of an old firewall: the file of `--behind`.

    eth0 = [10.1.0.0/16, 10.2.0.5, 192.168.0.10-192.168.0.20]
    ppp0 = all_but_those_ips [10.0.0.0/8, 172.16.0.0/12]

The format is fffuu's (its `--ipassmt`), so files written for it serve here. Without such a file only `lo` is known.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

from countynet.errors import BadInput, Problem
from countynet.i18n import _

_ENTRY = re.compile(r"([^\s=\[\]]+)\s*=\s*(all_but_those_ips\s*)?\[([^\[\]]*)\]")
EVERYWHERE = IPv4Network("0.0.0.0/0")
Behind = dict[str, tuple[IPv4Network, ...]]


def read(text: str, file: str = "") -> Behind:
    """Return the networks behind each interface. Raises BadInput with every entry that cannot be read."""
    found: Behind = {}
    problems: list[Problem] = []
    at = 0
    text = re.sub(r"#.*", "", text)
    for match in _ENTRY.finditer(text):
        problems += _strange(text, at, match.start(), file)
        at = match.end()
        try:
            some = networks(match[3])
        except ValueError:
            problems += _strange(text, match.start(), match.end(), file)
        else:
            found[match[1]] = but(some) if match[2] else some
    problems += _strange(text, at, len(text), file)
    if problems:
        raise BadInput(problems)
    return found


def _strange(text: str, start: int, end: int, file: str) -> Iterator[Problem]:
    if part := text[start:end].strip():
        line = text.count("\n", 0, text.index(part, start)) + 1
        values = {"value": part.splitlines()[0][:80]}
        yield Problem(
            _("not an interface with its addresses: {value}"), values, file, line, wanted="eth0 = [10.1.0.0/16]"
        )


def networks(text: str) -> tuple[IPv4Network, ...]:
    """Read networks, addresses (one of a network stands for it) and runs with commas. Raises ValueError."""
    found: list[IPv4Network] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        low, dash, high = part.partition("-")
        if dash:
            found += summarize_address_range(IPv4Address(low.strip()), IPv4Address(high.strip()))
        else:
            found.append(IPv4Network(part, strict=False))
    return tuple(found)


def but(excluded: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
    """Return all networks but these."""
    left = [EVERYWHERE]
    for network in excluded:
        left = [piece for one in left for piece in _without(one, network)]
    return tuple(left)


def _without(one: IPv4Network, network: IPv4Network) -> Iterator[IPv4Network]:
    if one.subnet_of(network):
        return
    if network.subnet_of(one):
        yield from one.address_exclude(network)
    else:
        yield one
