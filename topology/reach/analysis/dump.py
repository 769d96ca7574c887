"""Rules of an old firewall's dump that never decide: an iptables chain, each rule against those before it. Pure.

Addresses, protocol and ports are exact. An interface, a state or a flag is a fact that may hold or not, the same for
every rule that asks for it; what nobody here knows (it may be a limit, which answers otherwise each time) is a fact of
its own in each rule. What is named is dead whatever those facts are. A chain is judged by itself; a rule that jumps
takes nothing, since packets may come back. That a rule is idle is not said: behind a chain others go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from topology.reach.analysis.overlap import Taker, Tree
from topology.reach.iptables.rules import Action, Chain, Condition, Dump, Kind, Rule
from topology.reach.space import Set, Space

TAKING = (Action.ACCEPT, Action.DROP, Action.RETURN, Action.GOTO)
"""what ends a packet's way through a chain"""
_FIELDS = {Kind.PROTOCOL: "p", Kind.TO_PORT: "q", Kind.FROM_PORT: "r", Kind.ANY_PORT: "qr"}


@dataclass(frozen=True)
class Dead:
    """A rule that never decides."""

    chain: str
    rule: Rule
    takers: tuple[Rule, ...]
    """every rule that takes some of its packets; none: it speaks of no packet"""

    @property
    def shadowed(self) -> bool:
        """Whether one of the takers does something else."""
        return any((taker.action, taker.target) != (self.rule.action, self.rule.target) for taker in self.takers)


def dead(dump: Dump, table: str = "filter") -> Iterator[Dead]:
    """Yield the rules of a table's chains that never decide."""
    facts = _Facts(Space())
    for chain in dump.tables.get(table, {}).values():
        yield from _of_chain(facts, chain)


def _of_chain(facts: "_Facts", chain: Chain) -> Iterator[Dead]:
    nothing, rest = facts.space.nothing, facts.space.everything
    spoken = [facts.spoken(rule) for rule in chain.rules]
    decides, found = list[Set](), list[int]()
    for place, (rule, packets) in enumerate(zip(chain.rules, spoken, strict=True)):
        takes = rule.action in TAKING
        decides.append(packets & rest if takes else nothing)
        if rule.action is not Action.NOTHING and packets & rest == nothing:
            found.append(place)
        rest = rest & ~packets if takes else rest
    tree = Tree(decides, nothing)
    for place in found:
        takers: list[Taker] = list(tree.takers(0, place, spoken[place]))
        yield Dead(chain.name, chain.rules[place], tuple(chain.rules[taker.place] for taker in takers))


class _Facts:
    """Conditions as sets; what is no field of a packet is a variable."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._facts: dict[tuple[object, ...], Set] = {}

    def spoken(self, rule: Rule) -> Set:
        """Return the packets, and facts, that meet all conditions of a rule."""
        found = self.space.everything
        for condition in rule.conditions:
            one = self._plain(condition)
            found = found & (~one if condition.negated else one)
        return found

    def _plain(self, condition: Condition) -> Set:
        kind, space = condition.kind, self.space
        if kind in (Kind.SOURCE, Kind.TARGET):
            side = "s" if kind is Kind.SOURCE else "d"
            return space.union(space.masked(side, *word) for word in condition.words)
        if kind in _FIELDS:
            return space.union(space.runs(field, condition.runs) for field in _FIELDS[kind])
        key: tuple[object, ...] = (kind, condition.words, condition.runs, condition.names)
        key = (*key, len(self._facts)) if kind is Kind.UNKNOWN else key
        if key not in self._facts:
            name = f"x{len(self._facts)}"
            space.bdd.declare(name)
            self._facts[key] = space.bdd.var(name)
        return self._facts[key]
