"""Configurations of `#`-separated, indented blocks (VRP, Comware) as a tree, and tables of rules that read it.

Promises: every line of the text is a node, noise that is listed in `NOISE`, or a line of a node's own text; a node
keeps its number in the text, so what nobody understands can be shown where it stands. A platform is tables of
`(pattern, handler)`: a line that no pattern matches whole, or whose handler refuses it, is listed with all below it.
Nothing here raises on bad input, and nothing here knows a vendor's words.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from inventory.platforms.seam import UnparsedLine

_TYPED = r"\s*(dis\w*( .*)?|screen-(length|width) .*|terminal .*|sys\w*|quit|return|save( .*)?|y(es)?|n(o)?)?"
NOISE = re.compile(rf"\s*(#|return)?|!.*|<[^<>\s]+>{_TYPED}|\[[~*]?[^\[\]\s]+\]{_TYPED}")
"""separators, the end, comments of the version, and prompts with a command there that only shows or goes elsewhere"""
_NOISY = ("", "#", "r", "!", "<", "[")
"""what a line of noise begins with"""
_MORE = re.compile(r"[ \t]*-{2,}\s*More\s*-{2,}(\x1b\[\d*D *\x1b\[\d*D|[\x08\r]+ *[\x08\r]*| {42})?")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_QUOTED = re.compile(r"\s*header \w+ (?:information )?([\"%])(?!.*\1)")
_LONGEST_TEXT = 60
_LONGEST_LINE = 4000
"""letters; no device takes as many, and Python makes no number of more digits than that"""


@dataclass(slots=True)
class Node:
    """A line and the lines below it."""

    text: str
    number: int
    children: list["Node"] = field(default_factory=list)

    def whole(self) -> Iterator["Node"]:
        """Yield the node and everything below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.whole()


def clean(line: str) -> str:
    """Return a line without the remains of paging, terminal control and the end of line."""
    if "More" in line:
        line = _MORE.sub("", line, count=1)
    return (line if line.isprintable() else _CONTROL.sub("", line)).rstrip()


def lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not noise, with their numbers in the text; a `#` in column one stays as a mark."""
    found = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = clean(raw)
        if line == "#" or line.lstrip()[:1] not in _NOISY or not NOISE.fullmatch(line):
            found.append((number, line))
    return found


def read(text: str) -> list[Node]:
    """Return the blocks of a text. A `#` in column one ends all open blocks, so indented top lines are top lines."""
    roots: list[Node] = []
    open_: list[tuple[int, Node]] = []
    rest = iter(lines(text))
    for number, line in rest:
        if line == "#":
            open_.clear()
            continue
        bare = line.lstrip()
        node, depth = Node(bare, number, []), len(line) - len(bare)
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        (open_[-1][1].children if open_ else roots).append(node)
        open_.append((depth, node))
        if "header" in line and (quote := _QUOTED.match(line)):
            node.children += _until(quote[1], rest)
    return roots


def _until(quote: str, rest: Iterator[tuple[int, str]]) -> Iterator[Node]:
    """Yield the lines of a quoted text, the closing one included; a text that is never closed ends somewhere."""
    for _, (number, line) in zip(range(_LONGEST_TEXT), rest, strict=False):
        yield Node(line.strip(), number)
        if quote in line:
            return


def meaningful(text: str) -> int:
    """Return how many lines of a text could mean something."""
    return sum(line != "#" for _, line in lines(text))


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a handler gets it: where it stands, and what its block is about (an interface's name, a number)."""

    text: str
    number: int
    section: str
    scope: Any = None


class Reading:
    """What has been read so far; platforms add their own fields."""

    def __init__(self) -> None:
        self.unparsed: list[UnparsedLine] = []

    def refuse(self, line: Line) -> None:
        """List a line that is not understood, or whose meaning the model cannot hold."""
        self.unparsed.append(UnparsedLine(section=line.section, line=line.number, text=line.text))

    def lacks(self, section: str, text: str) -> None:
        """List a line that would have to be there for the meaning to be what the model says."""
        self.unparsed.append(UnparsedLine(section=section, line=0, text=f"lacking: {text}"))


R = TypeVar("R", bound=Reading)


class Inside(NamedTuple):
    """A handler's answer for the head of a block: with what its lines are read, and what they are about."""

    table: "Table[Any]"
    scope: Any = None


Handler = Callable[[R, Line, re.Match[str]], "bool | Inside"]
"""True: understood. False: not. Inside: the lines below are read with that table."""


class Table(Generic[R]):
    """Patterns of whole lines with their handlers, found by the line's first word; the first that matches counts."""

    def __init__(self, rules: Sequence[tuple[str, Handler[R]]]) -> None:
        self._by_word: dict[str, list[tuple[re.Pattern[str], Handler[R]]]] = {}
        self._any: list[tuple[re.Pattern[str], Handler[R]]] = []
        for pattern, handler in rules:
            word = re.match(r"[a-z0-9-]+(?= |$)", pattern)
            into = self._by_word.setdefault(word[0], []) if word else self._any
            into.append((re.compile(pattern, re.ASCII), handler))

    def find(self, text: str) -> tuple[Handler[R], re.Match[str]] | None:
        """Return the handler of a line with what its pattern matched."""
        for pattern, handler in (*self._by_word.get(text.partition(" ")[0], ()), *self._any):
            if match := pattern.fullmatch(text):
                return handler, match
        return None


def walk(reading: R, nodes: Sequence[Node], table: Table[R], section: str = "", scope: Any = None) -> None:
    """Read nodes with a table; what it does not understand is refused, with everything below."""
    for node in nodes:
        here = section or (node.text if node.children else "")
        found = table.find(node.text) if len(node.text) <= _LONGEST_LINE else None
        answer = found[0](reading, Line(node.text, node.number, here, scope), found[1]) if found else False
        if isinstance(answer, Inside):
            walk(reading, node.children, answer.table, section or node.text, answer.scope)
        else:
            for refused in [n for child in node.children for n in child.whole()] if answer else node.whole():
                reading.refuse(Line(refused.text, refused.number, here, scope))


def known(_reading: Reading, _line: Line, _match: re.Match[str]) -> bool:
    """Understand a line that says what the model takes for granted."""
    return True
