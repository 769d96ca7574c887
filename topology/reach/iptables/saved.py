"""Reads `iptables-save` (with or without -c) and `iptables -S`.

Options are those of iptables(8) and of the matches tcp, udp, sctp, multiport, iprange, state, conntrack, icmp and
comment; the old place of a negation (`-s ! 10.0.0.0/8`) too. Any other match is kept as a condition that nobody
understands. A line that is no rule, chain or table is bad input: half a dump is not judged.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from topology.reach.iptables import words
from topology.reach.iptables.rules import BUILT_IN, Action, Chain, Condition, Dump, Kind, Rule

_COUNTED = re.compile(r"^\[\d+:\d+\]\s+")
_PLAIN = {
    "tcp",
    "udp",
    "udplite",
    "sctp",
    "dccp",
    "icmp",
    "icmp6",
    "multiport",
    "iprange",
    "state",
    "conntrack",
    "comment",
}
"""matches that say nothing by themselves, only by their options"""
_Reader = Callable[..., Condition | None]
_ONE: dict[str, _Reader] = {
    **dict.fromkeys(("-p", "--protocol", "--proto"), words.protocol),
    **dict.fromkeys(("-s", "--source", "--src"), lambda t: words.addresses(Kind.SOURCE, t)),
    **dict.fromkeys(("-d", "--destination", "--dst"), lambda t: words.addresses(Kind.TARGET, t)),
    **dict.fromkeys(("-i", "--in-interface"), lambda t: words.interface(Kind.CAME_IN, t)),
    **dict.fromkeys(("-o", "--out-interface"), lambda t: words.interface(Kind.GOES_OUT, t)),
    **dict.fromkeys(("--dport", "--dports", "--destination-port", "--destination-ports"),
                    lambda t: words.ports(Kind.TO_PORT, t)),
    **dict.fromkeys(("--sport", "--sports", "--source-port", "--source-ports"),
                    lambda t: words.ports(Kind.FROM_PORT, t)),
    **dict.fromkeys(("--port", "--ports"), lambda t: words.ports(Kind.ANY_PORT, t)),
    "--src-range": lambda t: _range(Kind.SOURCE, t),
    "--dst-range": lambda t: _range(Kind.TARGET, t),
    **dict.fromkeys(("--state", "--ctstate"), words.states),
    "--icmp-type": words.icmp,
    "--comment": lambda _t: None,
}  # fmt: skip
"""options with one value"""
_HERE = {*_ONE, "--tcp-flags", "--syn"}
_JUMPS = ("-j", "--jump", "-g", "--goto")


def _range(kind: Kind, text: str) -> Condition:
    found = words.between(text)
    return words.unknown(f"{kind} {text}") if found is None else Condition(kind, words=found)


@dataclass
class _Draft:
    policy: Action | None = None
    rules: list[Rule] = field(default_factory=list)


def read(text: str, file: str = "") -> Dump:
    """Return the dump. Raises BadInput with every line that is none of a dump's."""
    tables: dict[str, dict[str, _Draft]] = {}
    problems, table = [], "filter"
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COUNTED.sub("", raw.strip())
        if line.startswith("*"):
            table = line[1:].strip()
        elif line and line != "COMMIT" and not line.startswith("#"):
            try:
                _take(tables.setdefault(table, {}), line, number)
            except ValueError:
                wanted = "*table, :CHAIN POLICY, -A CHAIN ..., COMMIT"
                values = {"value": line[:80]}
                problems.append(Problem(_("no line of a dump: {value}"), values, file, number, wanted=wanted))
    if problems:
        raise BadInput(problems)
    return Dump(
        {t: {n: Chain(n, tuple(d.rules), d.policy) for n, d in chains.items()} for t, chains in tables.items()}, file
    )


def _take(chains: dict[str, _Draft], line: str, number: int) -> None:
    """Put one line where it belongs. Raises ValueError for a line that belongs nowhere."""
    if line.startswith(":"):
        name, policy = line[1:].split()[:2]
        chains.setdefault(name, _Draft()).policy = None if policy == "-" else _policy(policy)
        return
    tokens = shlex.split(line)
    if len(tokens) < 2:
        raise ValueError
    head, name, *rest = tokens
    draft = chains.setdefault(name, _Draft())
    if head in ("-P", "--policy") and rest:
        draft.policy = _policy(rest[0])
    elif head in ("-A", "--append"):
        draft.rules.append(replace(_Options(rest).rule(), line=number, text=line))
    elif head not in ("-N", "--new-chain") or rest:
        raise ValueError
    if name in BUILT_IN and draft.policy is None:
        draft.policy = Action.ACCEPT


def _policy(name: str) -> Action:
    if name not in ("ACCEPT", "DROP", "QUEUE"):
        raise ValueError
    return words.TARGETS.get(name, Action.UNKNOWN)


class _Options:
    """Reads the options of one rule, left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at, self._negated = tokens, 0, False
        self._conditions: list[Condition] = []
        self._action, self._target, self._jumped = Action.NOTHING, "", False

    def rule(self) -> Rule:
        """Return the rule. Raises ValueError for an option without its value."""
        while self._at < len(self._tokens):
            option = self._next()
            if option == "!":
                self._negated = True
            else:
                self._option(option)
                self._negated = False
        return Rule(tuple(self._conditions), self._action, self._target)

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise ValueError
        self._at += 1
        return self._tokens[self._at - 1]

    def _value(self) -> str:
        value = self._next()
        if value == "!":
            self._negated, value = not self._negated, self._next()
        return value

    def _option(self, option: str) -> None:
        if option in _JUMPS:
            self._go(self._next(), option in ("-g", "--goto"))
        elif option in _ONE:
            self._keep(_ONE[option](self._value()))
        elif option == "--tcp-flags":
            mask = self._value()
            self._keep(words.flags(mask, self._next()))
        elif option == "--syn":
            self._keep(words.flags("SYN,RST,ACK,FIN", "SYN"))
        elif option in ("-c", "--set-counters"):
            self._at += 2
        elif option in ("-m", "--match"):
            name = self._next()
            if name not in _PLAIN:
                self._keep(words.unknown(" ".join(["-m", name, *self._rest()])))
        elif option not in ("-4", "--ipv4"):
            self._stranger(option)

    def _keep(self, found: Condition | None) -> None:
        if found is not None:
            self._conditions.append(replace(found, negated=self._negated))
        elif self._negated:
            self._conditions.append(words.unknown("! any"))

    def _go(self, name: str, forever: bool) -> None:
        self._jumped = True
        known = None if forever else words.TARGETS.get(name)
        self._action, self._target = known or (Action.GOTO if forever else Action.JUMP), name

    def _stranger(self, option: str) -> None:
        """Take an option that is not known: the target's own if it stands behind it, else a condition."""
        rest = self._rest()
        if not self._jumped:
            self._keep(words.unknown(" ".join([option, *rest])))

    def _rest(self) -> list[str]:
        """Return the values up to the next option that is known."""
        found = []
        while self._at < len(self._tokens):
            option = self._tokens[self._at]
            if option in _HERE or option in ("-m", "--match", *_JUMPS):
                break
            if option == "!" and self._at + 1 < len(self._tokens) and self._tokens[self._at + 1] in _HERE:
                break
            found.append(self._next())
        return found
