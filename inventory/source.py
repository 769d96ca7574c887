"""Reads a county folder's YAML and remembers where everything stands.

A county is every `*.yml` directly in its folder; each file holds any of the sections of `inventory.load`, and a list
may be spread over several files. Invariants: nothing is interpreted here (every scalar stays the text that was written,
so `no` is never false and a telephone number never an integer), and every value has its file, line and column. A key
given twice, an alias, a tab, a file that is not UTF-8 are problems, all reported at once, never an exception. So are a
symlink (it would let a county's repository point at any file of the machine), a thing that is no file, and a file above
20 MB. Files whose name begins with a dot are an editor's, not the county's.

PyYAML's C parser is used because it gives marks with line numbers and takes 0.04 s for 120 units; ruamel's round trip
takes 0.8 s.
"""

import errno
import gc
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from countynet.errors import Problem
from countynet.i18n import _
from countynet.vocabulary import Strength

Place = tuple[str | int, ...]
"""the path of a value: section, index, field ..."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 12
"""how deep a value may stand; ours stand four deep"""
MEGABYTES = 20
"""how large a file may be; 3,000 units take 1.5"""
_LARGE = 300_000
"""characters from which on a file's tree is not remembered"""
_NULLS = ("", "~", "null", "Null", "NULL")


class Spot(NamedTuple):
    """A place in a file; the first line is 1, and so is its first column (0: not known)."""

    file: str
    line: int
    column: int = 0


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
    files, problems = contents(folder)
    source = read_texts(files)
    source.problems += problems
    return source


def read_texts(files: Mapping[str, bytes]) -> Source:
    """Return what files say that are in no folder (yet): content by file name."""
    source = Source()
    with without_collecting():
        for name in sorted(files):
            _Reader(source, name).read(files[name])
    return source


def contents(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the content of a county's files by name, and what is wrong with those that are left out."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        if path.name.startswith("."):
            continue
        found = _content(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files[path.name] = found
    return files, problems


def _content(path: Path) -> bytes | Problem:
    """Return a file's bytes. The file that is looked at is the one that is read: nothing can be swapped in between."""
    if path.suffix != ".yml":
        message, wanted = _("this file is not read: its name does not end in .yml"), _("a name that ends in .yml")
        return Problem(message, file=path.name, wanted=wanted, strength=Strength.WARNING)
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            kind = os.fstat(file.fileno()).st_mode
            raw = file.read(MEGABYTES * 1_000_000 + 1) if stat.S_ISREG(kind) else None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Problem(_("a symlink is no file of a county"), file=path.name, wanted=_("the file itself"))
        values = {"reason": error.strerror or ""}
        return Problem(_("the file cannot be read: {reason}"), values, file=path.name, wanted=_("a readable file"))
    if raw is None:
        return Problem(_("this is no file"), file=path.name, wanted=_("the file itself"))
    return _too_big(path.name) if len(raw) > MEGABYTES * 1_000_000 else raw


def _too_big(name: str) -> Problem:
    message = _("the file is larger than {limit} MB")
    return Problem(message, {"limit": MEGABYTES}, file=name, wanted=_("the list spread over several files"))


def compose(text: str) -> yaml.Node | None:
    """Return a file's node tree, None when it is empty; nobody may alter it. Raises YAMLError, RecursionError.

    A change judges the same files several times (before, after, as written), nearly all of them unchanged, so trees are
    remembered; not those of large files: a tree takes fifty times its text.
    """
    return _remembered(text) if len(text) < _LARGE else _composed(text)


def _composed(text: str) -> yaml.Node | None:
    with without_collecting():
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        return node


_remembered = lru_cache(maxsize=32)(_composed)


def forget() -> None:
    """Let go of the trees that are remembered: who loads a county once in a while and lives long needs none."""
    _remembered.cache_clear()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles meanwhile: among a million new objects that takes longer than the work."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Reader:
    """Reads one file into a source."""

    def __init__(self, source: Source, file: str) -> None:
        self.source, self.file = source, file
        self.seen: set[int] = set()

    def read(self, raw: bytes) -> None:
        root = self._compose(raw)
        if isinstance(root, yaml.MappingNode):
            for key, spot, node in self._entries(root, ()):
                self._section(key, spot, node)
        elif root is not None and not (isinstance(root, yaml.ScalarNode) and _scalar(root) is None):
            self._problem(_("a file holds sections such as `units:`"), self._spot(root))

    def _spot(self, node: yaml.Node) -> Spot:
        return Spot(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, message: str, spot: Spot, **more: Any) -> None:
        self.source.problems.append(Problem(message, file=self.file, line=spot.line, column=spot.column, **more))

    def _compose(self, raw: bytes) -> yaml.Node | None:
        """Return the file's node tree, or None with a problem noted."""
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            before = raw[: error.start].split(b"\n")
            spot = Spot(self.file, len(before), len(before[-1].decode()) + 1)
            self._problem(_("this is not UTF-8 text"), spot, wanted=_("a file saved as UTF-8"))
            return None
        try:
            return compose(text)
        except (yaml.YAMLError, RecursionError) as error:
            self._syntax(text, error)
            return None

    def _syntax(self, text: str, error: Exception) -> None:
        lines = text.rstrip("\n").split("\n")
        line, column = _mark(text, error)
        if line > len(lines):  # the parser notices at the end of the file what began before
            line, column = len(lines), len(lines[-1]) + 1
        content = lines[line - 1]
        indent = content[: len(content) - len(content.lstrip())]
        if "\t" in indent:
            spot = Spot(self.file, line, indent.index("\t") + 1)
            self._problem(_("a line is indented by a tab"), spot, found=content.strip(), wanted=_("spaces"))
        else:
            spot = Spot(self.file, line, column)
            self._problem(_("this is not YAML, here or shortly before"), spot, found=content.strip())

    def _entries(self, node: yaml.MappingNode, path: Place) -> Iterator[tuple[str, Spot, yaml.Node]]:
        """Yield a mapping's keys with place and value; a key given twice is a problem and counts once."""
        first: dict[str, int] = {}
        for key, value in node.value:
            name, spot = str(key.value) if isinstance(key, yaml.ScalarNode) else "?", self._spot(key)
            if name in first:
                values = {"key": name, "first": first[name]}
                message = _("{key} is given twice, first in line {first}")
                self._problem(message, spot, values=values, where=where((*path, name)))
            else:
                first[name] = spot.line
                yield name, spot, value

    def _section(self, key: str, spot: Spot, node: yaml.Node) -> None:
        """Take in one section; lists of the same section in several files are joined."""
        before = self.source.sections.get(key)
        self.source.spots.setdefault((key,), spot)
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
            self._problem(_("{key} is given in two files"), spot, values={"key": key}, where=key)
        else:
            self.source.sections[key] = self._plain(node, (key,))

    def _plain(self, node: yaml.Node, path: Place) -> object:
        """Return a node as dict, list, text or None, noting where each part stands."""
        spot = self.source.spots.setdefault(path, self._spot(node))
        if id(node) in self.seen or len(path) > DEPTH:
            alias = id(node) in self.seen
            message = _("an alias (*name) is not understood here") if alias else _("this is nested too deeply")
            self._problem(message, spot, where=where(path[:DEPTH]))
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*path, i)) for i, child in enumerate(node.value)]
        result: dict[str, object] = {}
        if not isinstance(node, yaml.MappingNode):
            return result
        for name, key, child in self._entries(node, path):
            self.source.spots[(*path, name)] = key
            result[name] = self._plain(child, (*path, name))
        return result


def _scalar(node: yaml.ScalarNode) -> str | None:
    text = str(node.value)
    return None if not node.style and text in _NULLS else text


def _mark(text: str, error: Exception) -> tuple[int, int]:
    """Return line and column at which the parser gave up."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return mark.line + 1, mark.column + 1
    read = text.encode()[: getattr(error, "position", 0)]  # libyaml counts bytes here
    before = read.decode(errors="ignore").split("\n")
    return len(before), len(before[-1]) + 1
