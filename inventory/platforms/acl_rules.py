"""Rules of access lists as VRP and Comware write them: protocol, source, destination, ports, in any order. Pure.

What differs between the two is given by the platform: what a rule's head and what follows it look like (patterns with
the groups `action` and `protocol`, and `source`, `destination`, `from`, `to`, `echo`, `state`, `log`), and the names of
ports. A rule that says more than this holds, or one thing twice, is not understood at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from inventory.platforms import words

ANY = IPv4Network("0.0.0.0/0")
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "112": "vrrp", "89": "ospf"}
NUMBERS = {"esp": "50", "vrrp": "112"}
"""protocols that have no word in an access list"""
_HIGHEST = 65535


@dataclass(frozen=True)
class AclRule:
    """One rule; ANY is any address."""

    action: str
    protocol: str | None
    source: IPv4Network
    destination: IPv4Network
    ports: tuple[int, ...]
    source_ports: tuple[int, ...]
    echo: bool
    established: bool
    log: bool

    @property
    def plain(self) -> bool:
        """Whether it names whole packets by their networks alone."""
        return self.protocol is None and not (self.ports or self.source_ports or self.echo or self.established)


@dataclass(frozen=True)
class Grammar:
    """How a platform writes rules."""

    head: re.Pattern[str]
    parts: re.Pattern[str]
    """one of the things that may follow; each begins with a space"""
    ports: Mapping[str, int]
    """ports by name"""

    def parse(self, text: str) -> AclRule | None:
        """Return what a rule says, or None when it says more than this can hold."""
        head = self.head.match(text)
        parts = self.clauses(text[head.end() :]) if head else None
        if head is None or parts is None:
            return None
        protocol = PROTOCOLS.get(head["protocol"] or "ip", head["protocol"] or "ip")
        source, destination = _side(parts.get("source")), _side(parts.get("destination"))
        source_ports, ports = self.ports_of(parts.get("from")), self.ports_of(parts.get("to"))
        if source is None or destination is None or source_ports is None or ports is None:
            return None
        if protocol not in {*PROTOCOLS.values(), "ip"} or not _fits(protocol, parts):
            return None
        return AclRule(
            action="accept" if head["action"] == "permit" else "drop",
            protocol=None if protocol == "ip" else protocol,
            source=source,
            destination=destination,
            ports=ports,
            source_ports=source_ports,
            echo="echo" in parts,
            established="state" in parts,
            log="log" in parts,
        )

    def port(self, word: str) -> int:
        """Return a port by its number or name; 0 if it is none."""
        number = self.ports.get(word) or (int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 0)
        return number if number <= _HIGHEST else 0

    def ports_of(self, text: str | None) -> tuple[int, ...] | None:
        """Return the ports that `eq 22` or `range 1 9` names, none for no text; None if they are no ports."""
        if text is None:
            return ()
        found = [self.port(word) for word in text.split(" ")[1:]]
        first, last = found[0], found[-1]
        return tuple(range(first, last + 1)) if 1 <= first <= last else None

    def clauses(self, text: str) -> dict[str, str] | None:
        """Return what follows a rule's protocol by kind; None if a word is not known or a kind stands twice."""
        found: dict[str, str] = {}
        place = 0
        while place < len(text):
            match = self.parts.match(text, place)
            kind = match.lastgroup if match else None
            if match is None or kind is None or kind in found:
                return None
            found[kind], place = match[kind], match.end()
        return found


def run(ports: tuple[int, ...]) -> str:
    """Return a run of ports as `eq 80` or `range 80 90`."""
    return f"eq {ports[0]}" if len(ports) == 1 else f"range {ports[0]} {ports[-1]}"


def _fits(protocol: str, parts: Mapping[str, str]) -> bool:
    """Whether a rule asks only what packets of its protocol have."""
    ported = protocol in ("tcp", "udp") or not {"from", "to"} & parts.keys()
    return ported and ("echo" not in parts or protocol == "icmp") and ("state" not in parts or protocol == "tcp")


def _side(text: str | None) -> IPv4Network | None:
    if text is None or text == "any":
        return ANY
    return words.wildcard(*text.split(" "))
