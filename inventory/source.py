"""Reads a county folder's YAML and remembers where everything stands.

A county is every `*.yml` directly in its folder; each file holds any of the sections of `inventory.load`, and a list
may be spread over several files. Invariants: nothing is interpreted here (every scalar stays the text that was written,
so `no` is never false and a telephone number never an integer), and every value has its file and line. A key given
twice, an alias, a tab, a file that is not UTF-8 are problems, all reported at once, never an exception.

PyYAML's C parser is used because it gives marks with line numbers and takes 0.04 s for 120 units; ruamel's round trip
takes 0.8 s.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from countynet.errors import Problem
from countynet.i18n import _

Place = tuple[str | int, ...]
"""the path of a value: section, index, field ..."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 12
"""how deep a value may stand; ours stand four deep"""
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Spot:
    """A line of a file; the first line is 1."""

    file: str
    line: int


@dataclass
class Source:
    """What the files say: plain data by section, where each value stands, and what was wrong with the YAML itself."""

    sections: dict[str, object] = field(default_factory=dict)
    spots: dict[Place, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def spot(self, path: Place) -> Spot:
        """Return where a value stands, or the nearest thing that it would stand in."""
        while path and path not in self.spots:
            path = path[:-1]
        return self.spots.get(path, Spot("", 0))


def where(path: Iterable[str | int]) -> str:
    """Return a path as text, e.g. units[3].officer.telephone."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(folder: Path) -> Source:
    """Return what all `*.yml` of a folder say."""
    return read_texts({file.name: file.read_bytes() for file in sorted(folder.glob("*.yml"))})


def read_texts(files: Mapping[str, bytes]) -> Source:
    """Return what files say that are in no folder (yet): content by file name."""
    source = Source()
    for name in sorted(files):
        _Reader(source, name).read(files[name])
    return source


class _Reader:
    """Reads one file into a source."""

    def __init__(self, source: Source, file: str) -> None:
        self.source, self.file = source, file
        self.seen: set[int] = set()

    def read(self, raw: bytes) -> None:
        root = self._compose(raw)
        if isinstance(root, yaml.MappingNode):
            for key, line, node in self._entries(root, ()):
                self._section(key, line, node)
        elif root is not None and not (isinstance(root, yaml.ScalarNode) and _scalar(root) is None):
            self._problem(_("a file holds sections such as `units:`"), root.start_mark.line + 1)

    def _problem(self, message: str, line: int, **more: Any) -> None:
        self.source.problems.append(Problem(message, file=self.file, line=line, **more))

    def _compose(self, raw: bytes) -> yaml.Node | None:
        """Return the file's node tree, or None with a problem noted."""
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._problem(_("this is not UTF-8 text"), line, wanted=_("a file saved as UTF-8"))
            return None
        try:
            node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        except (yaml.YAMLError, RecursionError) as error:
            self._syntax(text, error)
            return None
        return node

    def _syntax(self, text: str, error: Exception) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        lines = text.rstrip("\n").split("\n")
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        line = min(line, len(lines))  # the parser notices at the end of the file what began before
        content = lines[line - 1]
        if "\t" in content[: len(content) - len(content.lstrip())]:
            self._problem(_("a line is indented by a tab"), line, found=content.strip(), wanted=_("spaces"))
        else:
            self._problem(_("this is not YAML, here or shortly before"), line, found=content.strip())

    def _entries(self, node: yaml.MappingNode, path: Place) -> Iterator[tuple[str, int, yaml.Node]]:
        """Yield a mapping's keys with line and value; a key given twice is a problem and counts once."""
        first: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value) if isinstance(key, yaml.ScalarNode) else "?", key.start_mark.line + 1
            if name in first:
                values = {"key": name, "first": first[name]}
                message = _("{key} is given twice, first in line {first}")
                self._problem(message, line, values=values, where=where((*path, name)))
            else:
                first[name] = line
                yield name, line, value

    def _section(self, key: str, line: int, node: yaml.Node) -> None:
        """Take in one section; lists of the same section in several files are joined."""
        before = self.source.sections.get(key)
        self.source.spots.setdefault((key,), Spot(self.file, line))
        if (
            isinstance(node, yaml.SequenceNode)
            and id(node) not in self.seen
            and (before is None or isinstance(before, list))
        ):
            items = before if isinstance(before, list) else []
            self.seen.add(id(node))
            for child in node.value:
                items.append(self._plain(child, (key, len(items))))
            self.source.sections[key] = items
        elif key in self.source.sections:
            self._problem(_("{key} is given in two files"), line, values={"key": key}, where=key)
        else:
            self.source.sections[key] = self._plain(node, (key,))

    def _plain(self, node: yaml.Node, path: Place) -> object:
        """Return a node as dict, list, text or None, noting where each part stands."""
        spot = self.source.spots.setdefault(path, Spot(self.file, node.start_mark.line + 1))
        if id(node) in self.seen or len(path) > DEPTH:
            alias = id(node) in self.seen
            message = _("an alias (*name) is not understood here") if alias else _("this is nested too deeply")
            self._problem(message, spot.line, where=where(path[:DEPTH]))
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*path, i)) for i, child in enumerate(node.value)]
        result: dict[str, object] = {}
        if not isinstance(node, yaml.MappingNode):
            return result
        for name, key_line, child in self._entries(node, path):
            self.source.spots[(*path, name)] = Spot(self.file, key_line)
            result[name] = self._plain(child, (*path, name))
        return result


def _scalar(node: yaml.ScalarNode) -> str | None:
    text = str(node.value)
    return None if not node.style and text in _NULLS else text
