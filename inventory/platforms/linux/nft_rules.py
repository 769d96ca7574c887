"""One nftables rule and back, in the words that `nft -s list ruleset` prints.

The kernel's listing merges neighbouring prefixes of a set (10.0.0.0/24 and 10.0.1.0/24 become 10.0.0.0/23), so a live
rule is the intended one when both match the same packets: `meaning` compares that. A rule with a word that is not in
the grammar here is not a rule of ours and stays a text. A rule that logs at most so often is two lines, because a
limit is a condition: the first logs within it, the second decides.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import (
    IPv4Network,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
    summarize_address_range,
)
from typing import Any

from inventory.deviceconfig import FilterRule, NatRule

Rule = FilterRule | NatRule
Network = IPv4Network | IPv6Network
STATES = {"established": "established,related", "invalid": "invalid"}
_NUMBERS = {
    "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "ipv6-icmp": "icmpv6", "50": "esp", "89": "ospf",
    "112": "vrrp",
}  # fmt: skip
_PROTOCOLS = {"icmpv6": "ipv6-icmp"}
"""what nft calls a protocol otherwise than we"""
DISCOVERY = "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect }"
_SET = r"(?:\{ ([^{}]*) \}|(\S+))"
_GRAMMAR = re.compile(
    r"(?:ct state (?P<state>established,related|invalid) )?"
    rf"(?:iifname (?P<iif>{_SET}) )?(?:oifname (?P<oif>{_SET}) )?"
    rf"(?:ether saddr (?!!=)(?P<mac>{_SET}) )?(?:ether saddr != (?P<nmac>{_SET}) )?"
    rf"(?:ip saddr (?!!=)(?P<saddr>{_SET}) )?(?:ip saddr != (?P<nsaddr>{_SET}) )?(?:ip daddr (?P<daddr>{_SET}) )?"
    rf"(?:ip6 saddr (?!!=)(?P<saddr6>{_SET}) )?(?:ip6 saddr != (?P<nsaddr6>{_SET}) )?"
    rf"(?:ip6 daddr (?P<daddr6>{_SET}) )?"
    r"(?:(?P<echo>icmp(?:(?P<six>v6) type (?:echo-request|128)| type (?:echo-request|8))) |"
    rf"(?P<discovery>{re.escape(DISCOVERY)}) |"
    r"meta l4proto (?P<proto>[a-z][a-z0-9-]*|\d+) |"
    rf"(?P<transport>tcp|udp) dport (?P<ports>{_SET}) |"
    rf"(?P<from>tcp|udp) sport (?P<sports>{_SET}) (?:(?P=from) dport (?P<sdports>{_SET}) )?)?"
    r'(?:log prefix "countynet (?P<log>[a-z0-9-]+): " )?'
    r"counter (?:packets \d+ bytes \d+ )?"
    r"(?P<action>accept|drop|masquerade|[ds]nat ip to (?P<to>\S+))"
    r' comment "(?P<name>[a-z0-9-]+)"'
)
_LIMITED = re.compile(
    r"(?P<match>(?:.* )?)limit rate (?P<rate>[1-9]\d{0,3})/second (?:burst 5 packets )?"
    r'log prefix "countynet (?P<action>accept|drop) (?P<name>[a-z0-9-]+): "'
)
"""nft up to 1.0 leaves the burst out where it is the usual one"""

_IPV4, _IPV6 = ("saddr", "nsaddr", "daddr"), ("saddr6", "nsaddr6", "daddr6", "six", "discovery")
"""groups of the grammar that speak of one family"""


def _one_or_set(items: Iterable[object]) -> str:
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else "{ " + ", ".join(words) + " }"


def _prefix(network: Network) -> str:
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def _names(names: Iterable[str]) -> str:
    return _one_or_set(f'"{name}"' for name in names)


def _hardware(rule: FilterRule) -> Iterator[str]:
    if rule.source_macs:
        yield f"ether saddr {_one_or_set(rule.source_macs)}"
    if rule.not_source_macs:
        yield f"ether saddr != {_one_or_set(rule.not_source_macs)}"


def _match6(rule: Rule) -> Iterator[str]:
    if not isinstance(rule, FilterRule):
        return
    if rule.sources6:
        yield f"ip6 saddr {_one_or_set(map(_prefix, rule.sources6))}"
    if rule.not_sources6:
        yield f"ip6 saddr != {_one_or_set(map(_prefix, rule.not_sources6))}"
    if rule.destinations6:
        yield f"ip6 daddr {_one_or_set(map(_prefix, rule.destinations6))}"


def _match(rule: Rule, saddr: tuple[IPv4Network, ...], daddr: tuple[IPv4Network, ...]) -> Iterator[str]:
    if saddr:
        yield f"ip saddr {_one_or_set(map(_prefix, saddr))}"
    if isinstance(rule, FilterRule) and rule.not_sources:
        yield f"ip saddr != {_one_or_set(map(_prefix, rule.not_sources))}"
    if daddr:
        yield f"ip daddr {_one_or_set(map(_prefix, daddr))}"
    yield from _match6(rule)
    source_ports = rule.source_ports if isinstance(rule, FilterRule) else ()
    if source_ports:
        yield f"{rule.protocol} sport {_one_or_set(source_ports)}"
    if rule.ports:
        yield f"{rule.protocol} dport {_one_or_set(rule.ports)}"
    elif isinstance(rule, FilterRule) and rule.icmp_echo_only:
        yield f"{rule.protocol} type echo-request"
    elif isinstance(rule, FilterRule) and rule.discovery_only:
        yield DISCOVERY
    elif rule.protocol and not source_ports:
        yield f"meta l4proto {_PROTOCOLS.get(rule.protocol, rule.protocol)}"


def filter_lines(rule: FilterRule) -> tuple[str, ...]:
    """Return a filter rule as nft prints it: one line, or two where it logs at most so often."""
    if not (rule.log and rule.log_rate):
        return (filter_line(rule),)
    said = f'limit rate {rule.log_rate}/second log prefix "countynet {rule.action} {rule.name}: "'
    return " ".join([*_words(rule), said]), filter_line(rule)


def filter_line(rule: FilterRule) -> str:
    """Return the line of a filter rule that decides."""
    words = _words(rule)
    if rule.log and not rule.log_rate:
        words.append(f'log prefix "countynet {rule.name}: "')
    return " ".join([*words, "counter", rule.action, f'comment "{rule.name}"'])


def _words(rule: FilterRule) -> list[str]:
    words = [f"ct state {STATES[rule.state]}"] if rule.state else []
    if rule.in_interfaces:
        words.append(f"iifname {_names(rule.in_interfaces)}")
    if rule.out_interfaces:
        words.append(f"oifname {_names(rule.out_interfaces)}")
    return [*words, *_hardware(rule), *_match(rule, rule.sources, rule.destinations)]


def nat_line(rule: NatRule) -> str:
    """Return an address translation as nft prints it."""
    words = []
    if rule.interface:
        words.append(f'{"oifname" if rule.kind == "source" else "iifname"} "{rule.interface}"')
    words += _match(rule, rule.sources, rule.destinations)
    verdict = f"{rule.kind[0]}nat ip to {rule.to}" if rule.to else "masquerade"
    return " ".join([*words, "counter", verdict, f'comment "{rule.name}"'])


def read_filter(line: str) -> dict[str, Any] | None:
    """Return the fields of a filter rule, or None when the line is not one of ours."""
    match = _GRAMMAR.fullmatch(line)
    if match is None or match["action"] not in ("accept", "drop"):
        return None
    if match["log"] and match["log"] != match["name"]:
        return None
    if any(match[one] for one in _IPV4) and any(match[one] for one in _IPV6):
        return None
    return _common(match) | {
        "action": match["action"],
        "state": (match["state"] or "").split(",")[0] or None,
        "in_interfaces": _strings(match["iif"]),
        "out_interfaces": _strings(match["oif"]),
        "not_sources": _prefixes(match["nsaddr"]),
        "sources6": _prefixes(match["saddr6"]),
        "destinations6": _prefixes(match["daddr6"]),
        "not_sources6": _prefixes(match["nsaddr6"]),
        "discovery_only": match["discovery"] is not None,
        "source_macs": tuple(_items(match["mac"])),
        "not_source_macs": tuple(_items(match["nmac"])),
        "source_ports": tuple(_items(match["sports"])),
        "icmp_echo_only": match["echo"] is not None,
        "log": match["log"] is not None,
    }


def read_limited(line: str) -> dict[str, Any] | None:
    """Return the fields of the rule of which a line is the first of two, or None when it is not such a line."""
    match = _LIMITED.fullmatch(line)
    fields = read_filter(f'{match["match"]}counter {match["action"]} comment "{match["name"]}"') if match else None
    return fields | {"log": True, "log_rate": int(match["rate"])} if match and fields and not fields["log"] else None


def read_nat(line: str, kind: str) -> dict[str, Any] | None:
    """Return the fields of an address translation of this kind, or None when the line is not one of ours."""
    match = _GRAMMAR.fullmatch(line)
    verdicts = ("snat", "masquerade") if kind == "source" else ("dnat",)
    if match is None or not match["action"].startswith(verdicts):
        return None
    here, there = ("oif", "iif") if kind == "source" else ("iif", "oif")
    never = (there, "state", "log", "nsaddr", "echo", "mac", "nmac", "sports", *_IPV6)
    if any(match[group] for group in never):
        return None
    names = _strings(match[here])
    if len(names) > 1:
        return None
    return _common(match) | {"kind": kind, "interface": names[0] if names else "", "to": match["to"]}


def _common(match: re.Match[str]) -> dict[str, Any]:
    echo = ("icmpv6" if match["six"] else "icmp") if match["echo"] else None
    discovery = "icmpv6" if match["discovery"] else None
    protocol = echo or discovery or match["transport"] or match["from"] or match["proto"]
    return {
        "name": match["name"],
        "sources": _prefixes(match["saddr"]),
        "destinations": _prefixes(match["daddr"]),
        "protocol": _NUMBERS.get(protocol, protocol) if protocol else None,
        "ports": tuple(_items(match["ports"] or match["sdports"])),
    }


def _items(text: str | None) -> list[str]:
    return text.strip("{} ").split(", ") if text else []


def _strings(text: str | None) -> tuple[str, ...]:
    return tuple(item.strip('"') for item in _items(text))


def _prefixes(text: str | None) -> tuple[Network | str, ...]:
    return tuple(prefix for item in _items(text) for prefix in _networks(item))


def _networks(item: str) -> Iterator[Network | str]:
    try:
        if "-" in item:
            first, last = item.split("-")
            yield from summarize_address_range(ip_address(first), ip_address(last))
        else:
            yield ip_network(item)
    except ValueError:
        yield item


def meaning(rule: Rule) -> Rule:
    """Return the rule with its prefixes merged as the kernel merges them."""
    fields = ("sources", "destinations", "not_sources", "sources6", "destinations6", "not_sources6")
    merged = {
        name: tuple(sorted(collapse_addresses(getattr(rule, name)))) for name in fields if getattr(rule, name, ())
    }
    return rule.model_copy(update=merged)
