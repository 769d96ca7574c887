"""A device's configuration as one text of sections, and the small words that all sections share.

A section is a heading `#### <absolute path> <mode>` and the lines of that file. Invariants: every file that we write
ends in a line feed, has at least one line, and no line of it looks like a heading (`checks` refuses a text that
would), so splitting and joining are exact inverses. A `live:` section is what FETCH prints of the running state;
`normalise` uses those up.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from inventory.platforms.seam import Parsed, UnparsedLine

__all__ = ["File", "Files", "Parsed", "UnparsedLine", "attempt", "file", "join", "split", "value_of", "values_of"]

HEADING = re.compile(r"^#### (\S+) ([0-7]{3,4})$")
MARK = "# countynet"
Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True)
class File:
    """One section: a file's mode and lines."""

    mode: str
    lines: tuple[str, ...]

    @property
    def content(self) -> str:
        """The file as it is written to the device."""
        return "".join(f"{line}\n" for line in self.lines)


Files = Mapping[str, File]


def file(lines: Iterable[str], mode: str = "0644") -> File:
    """Return a file of ours: the mark, then the lines."""
    return File(mode, (MARK, *lines))


def join(files: Files) -> str:
    """Return the files as one text, in the order given."""
    return "".join(f"#### {path} {part.mode.zfill(4)}\n{part.content}" for path, part in files.items())


def split(text: str) -> dict[str, File]:
    """Return the files of a text by path; lines before the first heading stand under the path ''."""
    found: dict[str, tuple[str, list[str]]] = {"": ("0000", [])}
    path = ""
    for line in text.removesuffix("\n").split("\n"):
        if heading := HEADING.match(line):
            path = heading[1]
            found[path] = (heading[2].zfill(4), [])
        else:
            found[path][1].append(line)
    return {p: File(mode, tuple(lines)) for p, (mode, lines) in found.items() if p or any(lines)}


def attempt(model: type[Item], /, **fields: object) -> Item | None:
    """Return the item, or None when the device holds values that the model refuses."""
    try:
        return model.model_validate(fields)
    except ValidationError:
        return None


def value_of(lines: Iterable[str], pattern: str) -> str | None:
    """Return the first group of the first line that the pattern matches whole."""
    return next(iter(values_of(lines, pattern)), None)


def values_of(lines: Iterable[str], pattern: str) -> tuple[str, ...]:
    """Return the first group of every line that the pattern matches whole."""
    compiled = re.compile(pattern)
    return tuple(match[1] for line in lines if (match := compiled.fullmatch(line)))
