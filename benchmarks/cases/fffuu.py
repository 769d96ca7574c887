"""Reads what fffuu (diekmann/Iptables_Semantics) printed of a firewall: the golden files of its test suite.

A golden file holds the rules in fffuu's own notation, which addresses it took to be behind which interface, and the
service matrices. The rules become the text of a dump again, so our reader reads them as any other dump.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from topology.reach.iptables.behind import Behind, but, networks
from topology.reach.rights import Rights, Span

_MATRIX = re.compile(r"^=+ TCP port (\d+)->(\d+) =+$")
_SECTION = re.compile(r"^== (.*?) ==$")
_UNFOLDED = re.compile(r"^unfolded (\S+) chain \(upper closure\)$")
_PORTS = re.compile(r"-m (?:tcp|udp|\S+) --(d|s)pts \[([^\]]*)\]")
_FLAGS = re.compile(r"--tcp-flags \[([^\]]*)\] \[([^\]]*)\]")
_MULTI = re.compile(r"-p \S+ -m multiport --ports \[([^\]]*)\]|-m multiport --ports \[([^\]]*)\]")


@dataclass(frozen=True)
class Golden:
    """What a golden file says."""

    name: str
    table: str
    chain: str
    saved: str
    """the chain's upper closure as the text of a dump"""
    original: str
    """the whole dump, as fffuu's parser printed it; empty where it did not"""
    behind: Behind
    matrices: dict[tuple[int, int], Rights]
    """by source and destination port of TCP"""


def read(name: str, text: str) -> Golden:
    """Read a golden file. Raises ValueError for one without an unfolded chain."""
    sections = _sections(text)
    title = next((t for t in sections if _UNFOLDED.match(t)), None)
    if title is None:
        raise ValueError(name)
    chain = _UNFOLDED.sub(r"\1", title)
    table = next((t.split("only ")[1].split()[0] for t in sections if t.startswith("Transformed")), "filter")
    rules = [_rule(chain, line) for line in sections[title] if line.startswith("(")]
    saved = "\n".join([f"*{table}", f":{chain} DROP [0:0]", *rules, "COMMIT"])
    return Golden(
        name, table, chain, saved, _original(sections.get("Parser output", [])), _behind(text),
        _matrices(sections.get("calculating service matrices", [])),
    )  # fmt: skip


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    current = ""
    for line in text.splitlines():
        if match := _SECTION.match(line):
            current = re.sub(r"[.:] .*", "", match[1])
            found[current] = []
        else:
            found[current].append(line)
    return found


def _rule(chain: str, line: str) -> str:
    body, _, action = line.strip()[1:-1].rpartition(", ")
    return f"-A {chain} {_options(body)} {action}"


def _options(text: str) -> str:
    """Return options of fffuu's notation in that of iptables."""
    text = _MULTI.sub(lambda m: f"-m multiport --ports {_runs(m[1] or m[2])}", text)
    text = _PORTS.sub(lambda m: f"--{m[1]}ports {_runs(m[2])}", text)
    text = _FLAGS.sub(lambda m: f"--tcp-flags {_names(m[1])} {_names(m[2])}", text)
    text = re.sub(r"~~(.*?)~~", r"\1", text)
    return text.replace("protocolid:", "")


def _runs(text: str) -> str:
    return text.replace(" ", "")


def _names(text: str) -> str:
    return text.replace("TCP_", "").replace(" ", "") or "NONE"


def _original(lines: list[str]) -> str:
    """Return the dump that fffuu's parser printed, option by option between backticks and quotes."""
    found = []
    for line in lines:
        if line.startswith("-A "):
            head, *parts = re.split(r" `(?=Parsed)", line)
            found.append(" ".join([head, *(_part(part.removesuffix("'")) for part in parts)]))
        elif line.startswith(("*", ":", "COMMIT")):
            found.append(line)
    return "\n".join(found)


def _part(text: str) -> str:
    kind, _, body = text.partition(" ")
    sign = "! " if kind == "ParsedNegatedMatch" else ""
    return sign + _options(body.removesuffix(" (call)"))


def _behind(text: str) -> Behind:
    match = re.search(r"^IpAssmt \[(.*)\]$", text, re.MULTILINE)
    pairs = re.findall(r"\(([^,]+),(Pos|Neg) \[([^\]]*)\]\)", match[1]) if match else []
    return {name: but(networks(some)) if sign == "Neg" else networks(some) for name, sign, some in pairs}


def _matrices(lines: list[str]) -> dict[tuple[int, int], Rights]:
    found: dict[tuple[int, int], Rights] = {}
    names: dict[str, int] = {}
    classes: list[tuple[Span, ...]] = []
    edges: set[tuple[int, int]] = set()
    key: tuple[int, int] | None = None
    for line in [*lines, "== TCP port 0->0 =="]:
        if match := _MATRIX.match(line):
            if key:
                found[key] = Rights(tuple(classes), frozenset(edges))
            key, names, classes, edges = (int(match[1]), int(match[2])), {}, [], set()
        elif " |-> " in line:
            name, _, spans = line.partition(" |-> ")
            names[name] = len(classes)
            classes.append(tuple(_span(part) for part in spans.split(" u ")))
        elif line.startswith("("):
            one, other = line[1:-1].split(",")
            edges.add((names[one], names[other]))
    return found


def _span(text: str) -> Span:
    low, _, high = text.strip("{} ").partition(" .. ")
    return int(IPv4Address(low)), int(IPv4Address(high or low))
