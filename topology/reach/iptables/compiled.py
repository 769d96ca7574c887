"""A dump as packet sets: what may pass a chain, and what surely passes.

First packets of a connection: the state is NEW (a rule that asks for another never matches) and of the TCP flags only
SYN is set. A condition gives two sets, of packets that surely and that perhaps meet it. What may pass is then the
upper closure: an accepting rule takes what perhaps meets it, a dropping rule only what surely does; what surely passes
is the lower closure, the other way round. Every chain is worked out once for a packet that surely is in it and once
for one that perhaps is.

Interfaces are no part of a packet. Where its source says which interface it comes in by (`behind`, if no two
interfaces have an address in common and all that the rules name are there), a rule for an interface is one for those
sources; where interfaces overlap, those sources are a condition more; with none given a rule's interface is unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from topology.reach.iptables.rules import Action, Chain, Condition, Dump, Kind, Rule
from topology.reach.iptables.words import doubts
from topology.reach.space import Set, Space

SYN = 2
NEW = "NEW"
_FIELDS = {Kind.PROTOCOL: "p", Kind.TO_PORT: "q", Kind.FROM_PORT: "r", Kind.ANY_PORT: "qr"}
VIRTUAL = ("SNAT", "DNAT")
"""states that a first packet may have besides NEW"""
LOOPBACK = {"lo": (IPv4Network("127.0.0.0/8"),)}
Behind = Mapping[str, tuple[IPv4Network, ...]]
Both = tuple[Set, Set]
"""packets that surely, and that perhaps, meet a condition"""


@dataclass(frozen=True)
class Scene:
    """Under which circumstances a packet meets the rules."""

    behind: Behind = field(default_factory=lambda: LOOPBACK)
    """which sources come in by an interface"""
    came_in: str | None = None
    """the interface that packets come in by; None: any"""
    goes_out: str | None = None


@dataclass(frozen=True)
class Passing:
    """What a chain lets through of the packets asked for."""

    perhaps: Set
    surely: Set
    doubts: tuple[tuple[int, str], ...]
    """lines of the dump with what was not understood there, as far as the chain goes"""


def passing(space: Space, dump: Dump, table: str, chain: str, within: Set, scene: Scene | None = None) -> Passing:
    """Return which of the packets `within` a built-in chain lets through.

    Raises BadInput for a table or chain that is not there, has no policy, or comes back to itself.
    """
    chains = dump.tables.get(table, {})
    if chain not in chains or chains[chain].policy is None:
        known = ", ".join(f"{t} {c.name}" for t, some in dump.tables.items() for c in some.values() if c.policy)
        values = {"table": table, "chain": chain}
        raise BadInput([Problem(_("the dump has no chain {chain} in table {table}"), values, dump.file, wanted=known)])
    reached = _reached(dump, chains, chain)
    scene = scene or Scene()
    upper, lower = (_Closure(space, chains, scene, reached, within, up) for up in (True, False))
    strange = {(r.line, text) for r in _rules(chains, reached) for text in _strange(r, chains)}
    return Passing(upper.verdict(chain), lower.verdict(chain), tuple(sorted(strange)))


def _rules(chains: Mapping[str, Chain], reached: list[str]) -> Iterator[Rule]:
    return (rule for name in reached for rule in chains[name].rules)


def _strange(rule: Rule, chains: Mapping[str, Chain]) -> Iterator[str]:
    if rule.action is Action.NOTHING:
        return
    yield from doubts(rule.conditions)
    if rule.action is Action.UNKNOWN or (rule.action in (Action.JUMP, Action.GOTO) and rule.target not in chains):
        yield f"-j {rule.target}"


def _reached(dump: Dump, chains: Mapping[str, Chain], start: str) -> list[str]:
    """Return the chains that packets get to, those that others go to first. Raises BadInput for a circle."""
    done: list[str] = []
    open_: list[str] = []

    def visit(name: str, line: int) -> None:
        if name in open_:
            values = {"chain": name}
            raise BadInput([Problem(_("chain {chain} comes back to itself"), values, dump.file, line)])
        if name in done:
            return
        open_.append(name)
        for rule in chains[name].rules:
            if rule.action in (Action.JUMP, Action.GOTO) and rule.target in chains:
                visit(rule.target, rule.line)
        open_.remove(name)
        done.append(name)

    visit(start, 0)
    return done


@dataclass(frozen=True)
class _Done:
    """What a chain decides of packets that are in it."""

    accepted: Set
    dropped: Set


class _Closure:
    """One direction of approximation over all chains that are reached."""

    def __init__(
        self, space: Space, chains: Mapping[str, Chain], scene: Scene, reached: list[str], within: Set, upper: bool
    ) -> None:
        self._space, self._chains, self._scene, self._upper = space, chains, scene, upper
        self._within = within
        self._meaning = _Meaning(space, scene, list(_rules(chains, reached)))
        self._done: dict[str, tuple[_Done, _Done]] = {}
        for name in reached:
            rules = chains[name].rules
            surely = self._run(rules, (within, within))
            self._done[name] = surely, self._run(rules, (space.nothing, within))

    def verdict(self, chain: str) -> Set:
        """Return the packets that the chain and its policy accept."""
        found, policy = self._done[chain][0], self._chains[chain].policy
        rest = self._within & ~found.accepted & ~found.dropped
        accepts = policy is Action.ACCEPT or (policy is Action.UNKNOWN and self._upper)
        return found.accepted | rest if accepts else found.accepted

    def _run(self, rules: tuple[Rule, ...], inside: Both) -> _Done:
        nothing = self._space.nothing
        accepted = dropped = nothing
        surely, perhaps = inside
        for rule in rules:
            if perhaps == nothing:
                break
            if rule.action is Action.NOTHING:
                continue
            meets = self._meaning.of(rule)
            met = surely & meets[0], perhaps & meets[1]
            more = self._effect(rule, met)
            accepted, dropped = accepted | more.accepted, dropped | more.dropped
            gone = more.accepted | more.dropped
            if rule.action in (Action.RETURN, Action.GOTO):
                surely, perhaps = surely & ~met[1], perhaps & ~met[0]
            surely, perhaps = surely & ~gone, perhaps & ~gone
        return _Done(accepted, dropped)

    def _effect(self, rule: Rule, met: Both) -> _Done:
        nothing = self._space.nothing
        accepting, dropping = (met[1], met[0]) if self._upper else (met[0], met[1])
        if rule.action is Action.ACCEPT:
            return _Done(accepting, nothing)
        if rule.action is Action.DROP:
            return _Done(nothing, dropping)
        if rule.action in (Action.JUMP, Action.GOTO) and rule.target in self._done:
            sure, unsure = self._done[rule.target]
            doubtful = met[1] & ~met[0]
            accepted = (met[0] & sure.accepted) | (doubtful & unsure.accepted)
            return _Done(accepted, (met[0] & sure.dropped) | (doubtful & unsure.dropped))
        if rule.action is Action.RETURN:
            return _Done(nothing, nothing)
        return _Done(met[1], nothing) if self._upper else _Done(nothing, met[1])


class _Meaning:
    """What conditions mean in a scene."""

    def __init__(self, space: Space, scene: Scene, rules: list[Rule]) -> None:
        self._space, self._scene = space, scene
        self._unknown = space.nothing, space.everything
        self._known: dict[Condition, Both] = {}
        named = {n for r in rules for c in r.conditions if c.kind is Kind.CAME_IN for n in c.names}
        self._exact = named <= scene.behind.keys() and self._apart

    @cached_property
    def _apart(self) -> bool:
        """Whether no two interfaces have an address in common."""
        seen = self._space.nothing
        for networks in self._scene.behind.values():
            here = self._space.sources(networks)
            if seen & here != self._space.nothing:
                return False
            seen = seen | here
        return True

    def of(self, rule: Rule) -> Both:
        """Return the packets that surely and that perhaps meet all conditions of a rule."""
        surely = perhaps = self._space.everything
        for condition in rule.conditions:
            one = self._known.get(condition)
            if one is None:
                one = self._known[condition] = self._signed(condition)
            surely, perhaps = surely & one[0], perhaps & one[1]
        return surely, perhaps

    def _signed(self, condition: Condition) -> Both:
        surely, perhaps = self._plain(condition)
        return (~perhaps, ~surely) if condition.negated else (surely, perhaps)

    def _plain(self, condition: Condition) -> Both:
        space, kind = self._space, condition.kind
        if kind in (Kind.SOURCE, Kind.TARGET):
            side = "s" if kind is Kind.SOURCE else "d"
            return self._same(space.union(space.masked(side, *word) for word in condition.words))
        if kind in _FIELDS:
            return self._same(space.union(space.runs(field, condition.runs) for field in _FIELDS[kind]))
        if kind in (Kind.CAME_IN, Kind.GOES_OUT):
            return self._interface(condition)
        return self._state(condition)

    def _state(self, condition: Condition) -> Both:
        if condition.kind is Kind.STATE:
            if NEW in condition.names:
                return self._same(self._space.everything)
            unsure = any(name in VIRTUAL for name in condition.names)
            return self._unknown if unsure else self._same(self._space.nothing)
        if condition.kind is Kind.FLAGS:
            mask, wanted = condition.runs[0]
            return self._same(self._space.everything if SYN & mask == wanted else self._space.nothing)
        if condition.kind is Kind.ICMP:
            echo = condition.runs[0][0] == 8
            return self._same(self._space.echo) if echo else (self._space.nothing, ~self._space.echo)
        return self._unknown

    def _same(self, packets: Set) -> Both:
        return packets, packets

    def _interface(self, condition: Condition) -> Both:
        name = condition.names[0]
        asked = self._scene.came_in if condition.kind is Kind.CAME_IN else self._scene.goes_out
        if asked is not None:
            fits = asked.startswith(name[:-1]) if name.endswith("+") else asked == name
            return self._same(self._space.everything if fits else self._space.nothing)
        behind = self._scene.behind.get(name) if condition.kind is Kind.CAME_IN else None
        if behind is None:
            return self._unknown
        sources = self._space.sources(behind)
        return self._same(sources) if self._exact else (self._space.nothing, sources)
