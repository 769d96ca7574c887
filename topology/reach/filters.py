"""What packet filters and address translations do to packet sets. Pure but for the space's own store.

NEW first: `established` of a filter with state matches no first packet; for answers it matches everything, more than
any session, so an answer that is lost is really lost. A filter without state takes it for a TCP segment with ACK or
RST. Hardware addresses can be forged: a rule that asks for them accepts as if they fitted and drops as if not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from ipaddress import IPv4Address
from itertools import groupby

from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule, PacketFilter
from topology.reach.space import Set, Space

Own = Callable[[str], IPv4Address | None]
"""the first address of an interface"""


def match(space: Space, rule: FilterRule, *, stateless: bool, answers: bool) -> Set:
    """Return the packets that a rule speaks of, whatever interfaces it names."""
    if rule.state == "invalid":
        return space.nothing
    if rule.state and not stateless:
        return space.everything if answers else space.nothing
    if rule.action == "drop" and (rule.source_macs or rule.not_source_macs):
        return space.nothing
    found = space.everything
    if rule.state == "established":
        found = space.protocol("tcp") & space.ack
    found = found & space.sources(rule.sources) if rule.sources else found
    found = found & ~space.sources(rule.not_sources) if rule.not_sources else found
    found = found & space.targets(rule.destinations) if rule.destinations else found
    if rule.protocol:
        found = found & space.protocol(rule.protocol) & space.to_ports(rule.ports) & space.from_ports(rule.source_ports)
    found = found & space.discovery if rule.discovery_only else found
    return found & space.echo if rule.icmp_echo_only else found


def speaks_of(rule: FilterRule, into: str, out: str) -> bool:
    """Return whether a rule is about packets between two interfaces; "" is none (to or from the device itself)."""
    return _named(rule.in_interfaces, into) and _named(rule.out_interfaces, out)


def _named(patterns: tuple[str, ...], name: str) -> bool:
    return not patterns or name in patterns or any(fnmatchcase(name, one) for one in patterns if _is_wild(one))


def _is_wild(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def permitted(
    space: Space,
    config: DeviceConfig,
    hook: str,
    into: str,
    out: str = "",
    *,
    answers: bool,
    known: "dict[int, Compiled] | None" = None,
) -> Set:
    """Return what a device's filter on a hook lets pass between two interfaces; everything if it has none.

    `known`: what was worked out of filters before, by their identity; it is added to.
    """
    compiled = compiled_of(space, config, hook, {} if known is None else known)
    return compiled.permitted(into, out, answers=answers) if compiled else space.everything


def compiled_of(space: Space, config: DeviceConfig, hook: str, known: "dict[int, Compiled]") -> "Compiled | None":
    """Return a device's filter on a hook, ready to be asked; None if it has none."""
    chain = next((item for item in config.filters if item.hook == hook), None)
    if chain is None:
        return None
    if id(chain) not in known:
        known[id(chain)] = Compiled(space, chain)
    return known[id(chain)]


class Compiled:
    """A filter with what was worked out of it: lists of switches have a thousand rules, few of them of an interface."""

    def __init__(self, space: Space, chain: PacketFilter) -> None:
        self._space, self._chain = space, chain  # the chain is held, so that its id stays its own
        self._by_port: dict[str, list[int]] = defaultdict(list)
        self._any: list[int] = []
        self._matched: dict[tuple[int, bool], Set] = {}
        self._passed: dict[tuple[bool, tuple[int, ...]], Set] = {}
        self._asked: dict[tuple[str, str, bool], Set] = {}
        self._signatures: dict[str, tuple[int, ...]] = {}
        self._outs: list[tuple[frozenset[str], tuple[str, ...]]] = []
        self._narrow = [number for number, rule in enumerate(chain.rules) if rule.out_interfaces]
        for number, rule in enumerate(chain.rules):
            wild = tuple(filter(_is_wild, rule.out_interfaces))
            self._outs.append((frozenset(rule.out_interfaces) - {*wild}, wild))
            plain = rule.in_interfaces and not any(map(_is_wild, rule.in_interfaces))
            for port in rule.in_interfaces if plain else ():
                self._by_port[port].append(number)
            self._any += [] if plain else [number]
        bare = (number for number, rule in enumerate(chain.rules) if not (rule.in_interfaces or rule.out_interfaces))
        self._runs = {number: number - place for place, number in enumerate(bare)}
        """by rule that names no interface: which run of such rules it is in; all of a run are always asked together"""
        self._folds: dict[tuple[bool, int], tuple[Set, Set]] = {}

    def permitted(self, into: str, out: str, *, answers: bool) -> Set:
        """Return what passes between two interfaces."""
        asked = into, out, answers
        if asked not in self._asked:
            self._asked[asked] = self._between(into, out, answers=answers)
        return self._asked[asked]

    def _between(self, into: str, out: str, *, answers: bool) -> Set:
        rules = self._chain.rules
        near = {*self._by_port.get(into, ()), *(n for n in self._any if _named(rules[n].in_interfaces, into))}
        spoken = tuple(number for number in sorted(near) if self._leaves(number, out))
        found = self._passed.get((answers, spoken))
        if found is None:
            found = self._passed[answers, spoken] = self._judged(spoken, answers)
        return found

    def signature(self, out: str) -> tuple[int, ...]:
        """Return what tells the ways out apart: the rules that name a way out, and this one among them."""
        if out not in self._signatures:
            self._signatures[out] = tuple(number for number in self._narrow if self._leaves(number, out))
        return self._signatures[out]

    def _leaves(self, number: int, out: str) -> bool:
        """Return whether a rule speaks of what leaves by an interface."""
        exact, wild = self._outs[number]
        return not (exact or wild) or out in exact or any(fnmatchcase(out, pattern) for pattern in wild)

    def _judged(self, spoken: tuple[int, ...], answers: bool) -> Set:
        passed, rest = self._space.nothing, self._space.everything
        for alike, numbers in groupby(spoken, self._runs.get):
            if alike is None:
                accepted, left = self._folded(tuple(numbers), answers)
            elif (answers, alike) in self._folds:
                accepted, left = self._folds[answers, alike]
            else:
                accepted, left = self._folds[answers, alike] = self._folded(tuple(numbers), answers)
            passed, rest = passed | (rest & accepted), rest & left
        return passed | rest if self._chain.default == "accept" else passed

    def _folded(self, numbers: tuple[int, ...], answers: bool) -> tuple[Set, Set]:
        """Return what some rules in order accept, and what none of them speaks of."""
        passed, rest = self._space.nothing, self._space.everything
        for number in numbers:
            taken = self._match(number, answers) & rest
            passed = passed | taken if self._chain.rules[number].action == "accept" else passed
            rest = rest & ~taken
        return passed, rest

    def _match(self, number: int, answers: bool) -> Set:
        found = self._matched.get((number, answers))
        if found is None:
            rule, stateless = self._chain.rules[number], self._chain.stateless
            found = self._matched[number, answers] = match(self._space, rule, stateless=stateless, answers=answers)
        return found


def translated(space: Space, config: DeviceConfig, kind: str, interface: str, packets: Set, own: Own) -> Set:
    """Return packets as a device's translations of a kind leave them, at the interface they came in or go out by."""
    parts = list(translations(space, config, kind, interface, packets, own))
    before, after = (space.union(part[n] for part in parts) for n in (0, 1))
    return after | (packets & ~before)


def translations(
    space: Space, config: DeviceConfig, kind: str, interface: str, packets: Set, own: Own
) -> Iterator[tuple[Set, Set, IPv4Address]]:
    """Yield what each translation takes of packets, what it makes of that, and the address that it puts there."""
    for rule in naming(config, kind, interface):
        taken = packets & spoken_of(space, rule)
        address = rule.to or own(interface)
        if address is not None and taken != space.nothing:
            yield taken, space.rewritten(taken, "d" if kind == "destination" else "s", address), address
            packets = packets & ~taken


def naming(config: DeviceConfig, kind: str, interface: str) -> list[NatRule]:
    """Return a device's translations of a kind that are asked at an interface, in their order."""
    return [rule for rule in config.nat if rule.kind == kind and (not rule.interface or rule.interface == interface)]


def spoken_of(space: Space, rule: NatRule) -> Set:
    """Return the packets that a translation speaks of, whatever interface it names."""
    found = space.sources(rule.sources) if rule.sources else space.everything
    found = found & space.targets(rule.destinations) if rule.destinations else found
    return found & space.protocol(rule.protocol) & space.to_ports(rule.ports) if rule.protocol else found
