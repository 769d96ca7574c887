"""Reads `iptables -L -n -v`, with or without line numbers, of one table.

The columns are found by the heading. Behind them stand the matches in the words of each match's own printer; those of
tcp, udp, icmp, multiport, iprange, state, conntrack and comment are known, what a target prints of itself is left out,
anything else is kept as a condition that nobody understands. A listing without -v hides the interfaces that rules ask
for, so then every rule bears such a condition.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from topology.reach.iptables import words
from topology.reach.iptables.rules import Action, Chain, Condition, Dump, Kind, Rule

_CHAIN = re.compile(r"^Chain (\S+) \((?:policy (\w+).*|\d+ references?)\)\s*$")
_OPT = re.compile(r"^(--|!?-?f|-f|!f)$")
_TYPED = re.compile(r"/\*.*\*/|\"[^\"]*\"")
_TARGETS_OWN = re.compile(
    r"\b(reject-with \S+|(LOG|NFLOG|ULOG|MARK|TOS|DSCP|CONNMARK|TCPMSS|CT|CLASSIFY)\b.*|to:\S+.*)$"
)
_HIDDEN = "interfaces are not listed (no -v)"
_PROTOCOL_WORDS = ("tcp", "udp", "udplite", "sctp", "dccp")
_ANY = r"(!? ?)(\S+)"
_MATCHES: dict[str, Callable[[str], Condition | None]] = {
    rf"\b(?:dpt|dpts):{_ANY}": lambda t: words.ports(Kind.TO_PORT, t),
    rf"\b(?:spt|spts):{_ANY}": lambda t: words.ports(Kind.FROM_PORT, t),
    rf"\bmultiport dports +{_ANY}": lambda t: words.ports(Kind.TO_PORT, t),
    rf"\bmultiport sports +{_ANY}": lambda t: words.ports(Kind.FROM_PORT, t),
    rf"\bmultiport ports +{_ANY}": lambda t: words.ports(Kind.ANY_PORT, t),
    rf"\bsource IP range +{_ANY}": lambda t: _range(Kind.SOURCE, t),
    rf"\bdestination IP range +{_ANY}": lambda t: _range(Kind.TARGET, t),
    rf"(?<!\S)(?:(!) )?(?:ct)?state +{_ANY}": words.states,
    rf"\bflags: ?{_ANY}": lambda t: words.flags(*t.split("/", 1)) if "/" in t else words.unknown(f"flags:{t}"),
    rf"\bicmp ?(!?)type {_ANY}(?: code \d+)?": words.icmp,
}  # fmt: skip


def _range(kind: Kind, text: str) -> Condition:
    found = words.between(text)
    return words.unknown(f"{kind} {text}") if found is None else Condition(kind, words=found)


def read(text: str, table: str = "filter", file: str = "") -> Dump:
    """Return the dump of one table. Raises BadInput with every line that is none of a listing's."""
    chains: dict[str, Chain] = {}
    problems, heading, current = [], list[str](), ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _CHAIN.match(line):
            current = match[1]
            chains[current] = Chain(current, policy=words.TARGETS.get(match[2], Action.UNKNOWN) if match[2] else None)
        elif "prot" in line.split() and "source" in line.split():
            heading = line.split()
        elif line.strip():
            rule = _rule(line, heading) if current and heading else None
            if rule is None:
                values = {"value": line.strip()[:80]}
                problems.append(Problem(_("no line of a listing: {value}"), values, file, number))
            else:
                rules = (*chains[current].rules, replace(rule, line=number, text=line.strip()))
                chains[current] = replace(chains[current], rules=rules)
    if problems:
        raise BadInput(problems)
    return Dump({table: chains}, file)


def _rule(line: str, heading: list[str]) -> Rule | None:
    """Return the rule of a line; None if it does not fit the heading."""
    fields, rest = _fields(line, heading)
    if fields is None:
        return None
    conditions = [
        _negatable(fields["prot"], words.protocol),
        _negatable(fields["source"], lambda t: _address(Kind.SOURCE, t)),
        _negatable(fields["destination"], lambda t: _address(Kind.TARGET, t)),
        _negatable(fields.get("in", "*"), lambda t: words.interface(Kind.CAME_IN, t)),
        _negatable(fields.get("out", "*"), lambda t: words.interface(Kind.GOES_OUT, t)),
        None if fields["opt"] == "--" else words.unknown(f"opt {fields['opt']}"),
        None if "in" in fields else words.unknown(_HIDDEN),
        *_behind(rest),
    ]
    target = fields["target"]
    action = words.TARGETS.get(target, Action.JUMP) if target else Action.NOTHING
    if "[goto]" in rest:
        action = Action.GOTO
    return Rule(tuple(c for c in conditions if c is not None), action, target)


def _fields(line: str, heading: list[str]) -> tuple[dict[str, str] | None, str]:
    """Return the columns and what stands behind them; a rule without a target leaves its column empty."""
    wanted = len(heading)
    parts = line.split(None, wanted)
    opt = heading.index("opt")
    if len(parts) > opt and not _OPT.match(parts[opt]) and _OPT.match(parts[opt - 1]):
        parts = line.split(None, wanted - 1)
        parts.insert(heading.index("target"), "")
    if len(parts) < wanted:
        return None, ""
    return dict(zip(heading, parts, strict=False)), parts[wanted] if len(parts) > wanted else ""


def _address(kind: Kind, text: str) -> Condition | None:
    found = words.addresses(kind, text)
    return None if found.words == ((0, 0),) else found


def _negatable(text: str, reads: Callable[[str], Condition | None]) -> Condition | None:
    """Read a column whose value may be negated."""
    found = reads(text.lstrip("!"))
    return replace(found, negated=True) if found is not None and text.startswith("!") else found


def _behind(rest: str) -> list[Condition]:
    """Return the conditions behind the columns; what was typed by people may look like a condition, and is none."""
    if rest.count("/*") > 1 or rest.count("*/") > 1 or rest.count('"') > 2:
        return [words.unknown(rest)]
    rest = _TARGETS_OWN.sub("", _TYPED.sub("", rest.replace("[goto]", ""))).strip()
    found = []
    for pattern, reads in _MATCHES.items():
        while match := re.search(pattern, rest):
            one = reads(match[match.re.groups])
            negated = any("!" in (match[n] or "") for n in range(1, match.re.groups))
            if one is not None:
                found.append(replace(one, negated=negated))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    strange = " ".join(word for word in rest.split() if word not in _PROTOCOL_WORDS)
    return [*found, words.unknown(strange)] if strange else found
