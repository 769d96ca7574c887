"""Policy routing of VRP and Comware: clauses of access lists and next hops at the port that packets come in by. Pure.

Each clause takes what one of its lists permits, or every packet where it names none; it sends that to a next hop or
leaves it to the routing table, and what it does not take goes to the next clause. Understood is no list with a `deny`:
the makers' guides differ in what becomes of such packets (Comware: the action "is ignored"; switches of VRP drop them,
AR routers pass over it). Neither is a policy that takes packets for an address of the device itself: these makers steer
them, too ("If a packet destined for the local device matches a PBR policy, PBR will execute the apply clauses", H3C, IP
routing guide, "PBR"), and the model delivers them. Neither is any beside tunnels, as on IOS: which of the two comes
first is not the same everywhere. Such a policy is listed with all its lines. It is read, not written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import product
from typing import Any

from inventory.deviceconfig import Interface
from inventory.platforms.acl_rules import ANY, AclRule
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Line
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import PolicyRoute

MOST = 256
"""rules of one policy; lists of more ports than that are not unrolled"""
Lists = Callable[[str], Sequence[AclRule] | None]
"""the rules of an access list by its name; None if it is not there or not all of it is understood"""


@dataclass(frozen=True)
class Clause:
    """What a policy does with some packets."""

    lists: tuple[str, ...]
    """names of access lists; none: every packet"""
    hop: str | None
    """None: by the routing table"""


@dataclass(frozen=True)
class Policy:
    """A policy as its lines have it; `parts`: what it is made of, with the lines of each."""

    clauses: tuple[Clause, ...]
    parts: tuple[dict[str, Any], ...]


def finish(
    reading: Gathering, said: Iterable[tuple[Line, Policy | None]], lists: Lists, use: Callable[[str], None]
) -> set[int]:
    """Put the rules together, after the interfaces and tunnels; list what is not understood.

    `said`: the lines that bind a policy to a port, each with the policy, None where that is not understood; `use` notes
    that an access list is in the model. Returns the identities of the parts that are in the model.
    """
    used, ports = set[int](), set[str]()
    for line, policy in said:
        rules = None if policy is None or line.scope in ports else _rules(policy, line.scope, lists)
        item = reading.done.get(line.scope)
        if policy is None or rules is None or item is None or not fits(reading, item, rules):
            reading.refuse(line)
            continue
        ports.add(line.scope)
        reading.fields["policy_routes"] = (*reading.fields.get("policy_routes", ()), *rules)
        for name in (name for clause in policy.clauses for name in clause.lists):
            use(name)
        used |= {id(part) for part in policy.parts}
    return used


def fits(reading: Gathering, item: Interface, rules: Sequence[PolicyRoute]) -> bool:
    """Whether a port may have such rules: it routes, nothing is tunnelled, and nothing of the device's own is taken."""
    if item.switchport is not None or item.kind == "loopback" or reading.fields.get("tunnels"):
        return False
    items = reading.done.values()
    own = {a.ip for one in items for a in one.addresses} | {v.address.ip for one in items for v in one.vrrp}
    return not any(_taken(address, rules) for address in own)


def _taken(own: IPv4Address, rules: Sequence[PolicyRoute]) -> bool:
    """Whether a rule sends on what is for an address of the device, and no earlier rule surely leaves it."""
    left: list[PolicyRoute] = []
    for rule in rules:
        if rule.destination is not None and own not in rule.destination:
            continue
        if rule.next_hop is None:
            left.append(rule)
        elif not any(_within(rule, other) for other in left):
            return True
    return False


def _within(rule: PolicyRoute, other: PolicyRoute) -> bool:
    """Whether all that a rule takes, but for destinations, is taken by another."""
    from_there = other.source is None or (rule.source is not None and rule.source.subnet_of(other.source))
    asked = ("protocol", "port", "source_port")
    return from_there and all(getattr(other, field) in (None, getattr(rule, field)) for field in asked)


def _rules(policy: Policy, port: str, lists: Lists) -> list[PolicyRoute] | None:
    """Return the rules of a policy at a port; None where not all of it is understood."""
    told: list[dict[str, Any]] = []
    for clause in policy.clauses:
        given = [lists(name) for name in clause.lists] if clause.lists else [[_EVERY]]
        entries = [entry for some in given if some is not None for entry in some]
        if any(not some for some in given) or not all(map(_plain, entries)):
            return None
        told += [fields | {"next_hop": clause.hop} for entry in entries for fields in _each(entry)]
    if len(told) > MOST:
        return None
    found = [attempt(PolicyRoute, interface=port, order=n, **fields) for n, fields in enumerate(told, 1)]
    return [rule for rule in found if rule] if all(found) else None


_EVERY = AclRule("accept", None, ANY, ANY, (), (), echo=False, established=False, log=False)


def _plain(entry: AclRule) -> bool:
    asked = entry.echo or entry.established or entry.protocol not in (None, "tcp", "udp", "icmp")
    return entry.action == "accept" and not asked


def _each(entry: AclRule) -> Iterator[dict[str, Any]]:
    """Yield the fields of the rules that an entry is: one for each pair of ports."""
    sides: list[Sequence[int | None]] = [entry.source_ports or [None], entry.ports or [None]]
    many = len(sides[0]) * len(sides[1]) > MOST
    for source_port, port in [(0, 0)] if many else product(*sides):
        yield {
            "source": None if entry.source == ANY else entry.source,
            "destination": None if entry.destination == ANY else entry.destination,
            "protocol": entry.protocol, "port": port, "source_port": source_port,
        }  # fmt: skip
