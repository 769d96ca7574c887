"""What the tables have read so far, and the small deeds that all features need.

Several blocks describe one thing (an interface names an access list, a translation names both), so they are gathered by
name with the lines that said it: what does not come together at the end is listed by those lines, never dropped.
"""

import re
from collections.abc import Callable
from typing import Any

from inventory.platforms.blocks import Handler, Inside, Line, Table
from inventory.platforms.gathering import Gathering
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.dialect import Dialect


class Ios(Gathering):
    """What is gathered of a text in a dialect of IOS."""

    def __init__(self, dialect: Dialect, interface: "Table[Ios]") -> None:
        super().__init__()
        self.dialect = dialect
        self.interface = interface
        """what lines of an interface's block are read with"""

    def name(self, text: str) -> str:
        """Return an interface's name in the model's form, or the text itself."""
        return words.canonical(text, self.dialect.svi) or text


def setting(field: str, value: Any = None) -> Handler[Ios]:
    """Return the handler that sets a field of the part in scope to a value, or to what the pattern caught."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def opening(kind: str, table: "Table[Ios]") -> Handler[Ios]:
    """Return the handler of a block's head; the pattern's last group is the name of the part."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
        return Inside(table, reading.part(kind, match[match.re.groups] if match.re.groups else "", line))

    return handler


def waiting(kind: str, value: Callable[[re.Match[str]], object] = lambda match: match.groups()) -> Handler[Ios]:
    """Return the handler of a line that only the end can judge."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        reading.pending[kind].append((line, value(match)))
        return True

    return handler


def flag(name: str) -> Handler[Ios]:
    """Return the handler that raises a flag."""

    def handler(reading: Ios, _line: Line, _match: re.Match[str]) -> bool:
        reading.flags.add(name)
        return True

    return handler


def noted(_reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    """Understand a line that belongs to the part in scope and goes with it."""
    line.scope["lines"].append(line)
    return True
