"""Reads sshd's configuration as sshd does (sshd_config(5)): the first value said counts, and a Match block overrides.

`sshd -T`, asked on the server, tells what counts where no file says it, for defaults change between versions. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from audit.model import Line
from audit.servers.machine import File, Machine

MAIN = "/etc/ssh/sshd_config"
_DEEPEST = 8
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$")


@dataclass(frozen=True)
class Said:
    """A keyword with its value, where it stands, and for whom it counts."""

    keyword: str
    value: str
    line: Line
    match: str = ""
    """the criteria of its Match block; empty when it counts for all"""


@dataclass(frozen=True)
class Sshd:
    """What sshd is told."""

    said: tuple[Said, ...]
    """those that count: of each keyword the first for all, and the first of each Match block"""
    defaults: dict[str, str]
    """what `sshd -T` told, by keyword in small letters"""

    def every(self, keyword: str) -> list[Said]:
        """Return where a keyword is said that counts."""
        return [one for one in self.said if one.keyword == keyword.lower()]

    def default(self, keyword: str) -> str:
        """Return what counts for all where no file says it; empty when that is not known."""
        return self.defaults.get(keyword.lower(), "")


def read(machine: Machine) -> Sshd | None:
    """Return what sshd is told; None where there is no sshd."""
    file = machine.files.get(MAIN)
    if file is None:
        return None
    defaults: dict[str, str] = {}
    for line in machine.said("sshd"):
        keyword, _blank, value = line.text.partition(" ")
        defaults.setdefault(keyword.lower(), value)
    held: dict[tuple[str, str], Said] = {}
    for one in _lines(machine, file, "", 0):
        key = (one.keyword, one.match)
        if one.keyword in _MANY or key not in held:
            held[key if one.keyword not in _MANY else (f"{one.keyword} {len(held)}", one.match)] = one
    return Sshd(tuple(held.values()), defaults)


_MANY = frozenset({"allowusers", "allowgroups", "denyusers", "denygroups", "port", "listenaddress", "hostkey"})


def included(machine: Machine) -> set[str]:
    """Return the patterns of files that are included."""
    held = [f for f in machine.files.values() if "/ssh" in f.path and f.lines]
    return {p for file in held for one in _raw(file) if one.keyword == "include" for p in _patterns(one.value)}


def _patterns(value: str) -> list[str]:
    return [str(PurePosixPath("/etc/ssh") / word.strip('"')) for word in value.split()]


def _raw(file: File) -> Iterator[Said]:
    for number, text in enumerate(file.lines, 1):
        if (match := _LINE.match(text)) and not text.lstrip().startswith("#"):
            value = re.sub(r"\s+#.*$", "", match[2]).strip().strip('"')
            yield Said(match[1].lower(), value, file.line(number))


def _lines(machine: Machine, file: File, match: str, depth: int) -> Iterator[Said]:
    """Yield what is said, includes where they stand; a Match block ends with its file at the latest."""
    outer = match
    for one in _raw(file):
        if one.keyword == "match":
            match = "" if one.value.lower() == "all" and not outer else one.value
        elif one.keyword == "include" and depth < _DEEPEST:
            for found in (f for pattern in _patterns(one.value) for f in machine.globbed(pattern)):
                yield from _lines(machine, found, match, depth + 1)
        else:
            yield Said(one.keyword, one.value, one.line, match)
