"""Writes changed items into YAML files and leaves every other byte as it is: comments, order, line ends, quoting.

An item's old and new value are compared field by field, and only the differing fields' text is replaced, at the places
that the parser's marks give. Promise: the result, read again, says exactly what was asked for; if it does not (a file
written in a way that this module does not expect), `CountyError` is raised and nothing is written. A list that is new
goes to `<section>.yml`, an item that is new behind the last one of its section.
PyYAML's C parser gives the marks; ruamel's round trip would take 1 s for 120 units and reflow long lines
(docs/decisions/031).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from countynet.errors import CountyError
from countynet.i18n import _
from inventory.record import values
from inventory.record.edit import KEYS
from inventory.record.values import Texts
from inventory.source import compose

Items = dict[str, Texts]
Target = Mapping[tuple[str, str], "Items | None"]
"""what items shall be, by section and key; None: gone"""
PLAN = ("plan", "plan")
"""section and key of the one item that is in no list"""
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, order=True)
class _Piece:
    """New text for a stretch of the file, by offsets."""

    start: int
    end: int
    text: str


@dataclass
class _File:
    """One file, its node tree and what shall be replaced in it."""

    name: str
    text: str
    pieces: list[_Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        lines = self.text.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        root = compose(self.text)
        entries = root.value if isinstance(root, yaml.MappingNode) else []
        self.sections: dict[str, yaml.Node] = {str(key.value): value for key, value in entries}

    def offset(self, mark: yaml.Mark) -> int:
        return self.starts[mark.line] + mark.column

    def line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, behind its line feed."""
        place = bisect_right(self.starts, offset)
        return self.starts[place] if place < len(self.starts) else len(self.text)

    def replace(self, start: int, end: int, text: str) -> None:
        self.pieces.append(_Piece(start, end, text))

    def result(self) -> str:
        text = self.text
        for piece in sorted(self.pieces, key=lambda p: (p.start, p.end), reverse=True):
            text = text[: piece.start] + piece.text + text[piece.end :]
        return text


def plain(node: yaml.Node) -> Texts:
    """Return what a node says, all scalars as text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(part) for part in node.value]
    return None if not getattr(node, "style", None) and node.value in _NULLS else str(node.value)


def _end(node: yaml.Node) -> yaml.Mark:
    """Return where a node's own text ends; a block collection's mark lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node.end_mark


def key_of(section: str, node: yaml.Node) -> str:
    """Return an item's key, or nothing where it has none."""
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(v.value) for k, v in entries if k.value == KEYS[section]), "")


def items(files: Mapping[str, bytes]) -> dict[tuple[str, str], Items]:
    """Return every item of every section, by section and key; nobody may alter one. Raises CountyError for no YAML."""
    found: dict[tuple[str, str], Items] = {}
    for name, content in files.items():
        found |= _said(name, content)
    return found


@lru_cache(maxsize=64)
def _said(name: str, content: bytes) -> dict[tuple[str, str], Items]:
    """Return the items of one file; most files are the same before and after a change, so they are remembered."""
    nodes = (each for section, node in _open(name, content).sections.items() for each in _children(section, node))
    return {key: said for key, node in nodes if isinstance(said := plain(node), dict)}


def _children(section: str, node: yaml.Node) -> Iterator[tuple[tuple[str, str], yaml.Node]]:
    """Yield the items of a section with their keys; the plan is an item of its own."""
    if section == PLAN[0]:
        yield PLAN, node
    elif section in KEYS and isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield (section, key_of(section, child)), child


def _open(name: str, content: bytes) -> _File:
    try:
        return _File(name, content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CountyError(_("{file} cannot be read: {reason}"), file=name, reason=str(error)) from error


def splice(files: Mapping[str, bytes], target: Target) -> dict[str, bytes]:
    """Return the files that change, with their new content. Raises CountyError when a file cannot be spliced."""
    opened = {name: _open(name, files[name]) for name in sorted(files)}
    left = dict(target)
    for file in opened.values():
        for section, node in file.sections.items():
            if section == PLAN[0] and isinstance(node, yaml.MappingNode) and left.get(PLAN):
                _change(file, node, left.pop(PLAN) or {})
            elif section in KEYS and isinstance(node, yaml.SequenceNode):
                _section(file, section, node, left)
    created = _add(opened, {key: new for key, new in left.items() if new is not None})
    changed = {name: file.result().encode() for name, file in opened.items() if file.pieces} | created
    _verify(files, changed, target)
    return changed


def _section(file: _File, section: str, node: yaml.SequenceNode, left: dict[tuple[str, str], "Items | None"]) -> None:
    """Change and remove the items of one list; what was found is taken out of `left`."""
    gone = 0
    for child in node.value:
        key = (section, key_of(section, child))
        if key not in left or not isinstance(child, yaml.MappingNode):
            continue
        new = left.pop(key)
        if new is None:
            gone += 1
            _remove(file, child)
        else:
            _change(file, child, new)
    stays = any(s == section and new is not None for (s, _key), new in left.items())
    if gone and gone == len(node.value) and not stays:
        at = file.offset(node.value[0].start_mark)
        head = file.text.rindex(":", 0, at) + 1
        file.replace(head, head, " []")


def _remove(file: _File, node: yaml.MappingNode) -> None:
    """Take out an item with its dash and its lines."""
    start = file.starts[node.start_mark.line]
    file.replace(start, file.line_end(file.offset(_end(node)) - 1), "")


def _change(file: _File, node: yaml.MappingNode, new: Items) -> None:
    """Replace, add and remove fields of a mapping, and of the mappings in it."""
    old = {str(key.value): (key, value) for key, value in node.value}
    for name, (_key, value) in old.items():
        wanted = new.get(name)
        if name not in new:
            _cut(file, node, name)
        elif plain(value) == wanted:
            continue
        elif isinstance(value, yaml.MappingNode) and isinstance(wanted, dict) and wanted and value.value:
            _change(file, value, wanted)
        else:
            _replace(file, node, name, wanted)
    added = {name: value for name, value in new.items() if name not in old}
    if added:
        _insert(file, node, added)


def _replace(file: _File, node: yaml.MappingNode, name: str, wanted: Texts) -> None:
    key, value = next((k, v) for k, v in node.value if k.value == name)
    start, end = file.offset(key.start_mark), file.offset(_end(value))
    if node.flow_style:
        file.replace(start, end, f"{name}: {values.flow(wanted)}")
        return
    if end > start and file.text[end - 1] == "\n":  # a block scalar ends behind its last line
        end -= len(file.newline)
    lines = values.field(name, wanted, key.start_mark.column)
    file.replace(start, end, file.newline.join(lines).lstrip())


def _cut(file: _File, node: yaml.MappingNode, name: str) -> None:
    """Take a field out, with its comma or its line."""
    place = next(i for i, (k, _v) in enumerate(node.value) if k.value == name)
    key, value = node.value[place]
    start, end = file.offset(key.start_mark), file.offset(_end(value))
    if place + 1 < len(node.value) and (node.flow_style or key.start_mark.line == node.start_mark.line):
        file.replace(start, file.offset(node.value[place + 1][0].start_mark), "")
    elif node.flow_style and place:
        file.replace(file.offset(_end(node.value[place - 1][1])), end, "")
    elif node.flow_style or not place:
        raise CountyError(_("{file}: the only field of an item cannot be removed"), file=file.name)
    else:
        file.replace(file.starts[key.start_mark.line], file.line_end(end - 1), "")


def _insert(file: _File, node: yaml.MappingNode, added: Items) -> None:
    """Put new fields behind the last field that the mapping has."""
    end = file.offset(_end(node.value[-1][1]))
    if node.flow_style:
        file.replace(end, end, "".join(f", {name}: {values.flow(value)}" for name, value in added.items()))
        return
    lines = [line for name, value in added.items() for line in values.field(name, value, node.start_mark.column)]
    _lines_after(file, end, lines)


def _lines_after(file: _File, offset: int, lines: Sequence[str]) -> None:
    """Insert whole lines below the line in which the text before an offset ends."""
    at = file.line_end(offset - 1)
    lead = "" if file.text[:at].endswith("\n") else file.newline
    file.replace(at, at, lead + "".join(line + file.newline for line in lines))


def _add(opened: Mapping[str, _File], new: Mapping[tuple[str, str], Items]) -> dict[str, bytes]:
    """Append items to their sections; return files that had to be made."""
    made: dict[str, bytes] = {}
    for section in dict.fromkeys(section for section, _key in new):
        fresh = [value for (s, _key), value in new.items() if s == section]
        home = next((f for f in reversed(list(opened.values())) if section in f.sections), None)
        if home is not None:
            _append(home, section, fresh)
            continue
        lines = [f"{section}:", *(line for value in fresh for line in values.item(value, values.STEP, False))]
        name = f"{section.replace('_', '-')}.yml"
        if name in opened:
            _lines_after(opened[name], len(opened[name].text), lines)
        else:
            made[name] = "".join(f"{line}\n" for line in lines).encode()
    return made


def _append(file: _File, section: str, fresh: Sequence[Items]) -> None:
    node = file.sections[section]
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        last = node.value[-1]
        one_line = bool(getattr(last, "flow_style", False))
        lines = [line for value in fresh for line in values.item(value, node.start_mark.column, one_line)]
        _lines_after(file, file.offset(_end(last)), lines)
        return
    written = list(_rest(node)) + list(fresh)
    lines = [line for value in written for line in values.item(value, values.STEP, False)]
    start, end = file.offset(node.start_mark), file.offset(_end(node))
    file.replace(start, end, file.newline + file.newline.join(lines))


def _rest(node: yaml.Node) -> Iterator[Items]:
    """Yield the items of a list that was written on one line."""
    for child in node.value if isinstance(node, yaml.SequenceNode) else ():
        said = plain(child)
        if isinstance(said, dict):
            yield said


def _verify(files: Mapping[str, bytes], changed: Mapping[str, bytes], target: Target) -> None:
    """Read again what was written; the unchanged files only if an item is not where it should be."""
    said = items(changed)
    left = {key: new for key, new in target.items() if said.get(key) != new}
    if left:
        said = items({**files, **changed})
    for (section, key), new in left.items():
        if said.get((section, key)) != new:
            message = _("{section} {key} could not be written as asked; change it by hand")
            raise CountyError(message, section=section, key=key)
