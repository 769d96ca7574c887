"""What a dump says: tables of chains of rules of conditions. Pure values; nothing is interpreted here."""

from dataclasses import dataclass
from enum import StrEnum, auto

Word = tuple[int, int]
"""an address and its mask: bits outside the mask are free"""
Run = tuple[int, int]
"""the first and last number of a run"""
BUILT_IN = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")


class Kind(StrEnum):
    """What a condition looks at."""

    SOURCE = auto()
    TARGET = auto()
    PROTOCOL = auto()
    TO_PORT = auto()
    FROM_PORT = auto()
    ANY_PORT = auto()
    CAME_IN = auto()
    GOES_OUT = auto()
    STATE = auto()
    FLAGS = auto()
    ICMP = auto()
    UNKNOWN = auto()


class Action(StrEnum):
    """What a rule does with a packet that meets its conditions."""

    ACCEPT = auto()
    DROP = auto()
    RETURN = auto()
    JUMP = auto()
    GOTO = auto()
    NOTHING = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Condition:
    """One condition: any of its values, or none of them when negated."""

    kind: Kind
    words: tuple[Word, ...] = ()
    """addresses of SOURCE and TARGET"""
    runs: tuple[Run, ...] = ()
    """ports; protocols and ICMP types as runs of one; FLAGS: one pair of mask and what is set"""
    names: tuple[str, ...] = ()
    """interfaces (a last + stands for any ending), states, or what was not understood"""
    negated: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule: all its conditions have to hold."""

    conditions: tuple[Condition, ...]
    action: Action
    target: str = ""
    """the chain to go to, or the target that was not understood"""
    line: int = 0
    text: str = ""


@dataclass(frozen=True)
class Chain:
    """Rules in order; a built-in chain has a policy."""

    name: str
    rules: tuple[Rule, ...] = ()
    policy: Action | None = None


@dataclass(frozen=True)
class Dump:
    """All tables of a dump: table, chain."""

    tables: dict[str, dict[str, Chain]]
    file: str = ""

    @property
    def rules(self) -> int:
        """How many rules there are in all tables."""
        return sum(len(chain.rules) for table in self.tables.values() for chain in table.values())
