"""Reads nginx's configuration as nginx does: blocks, includes, and what a block takes over from those around it. Pure.

Grammar and inheritance: nginx.org/en/docs/ngx_core_module.html (include), ngx_http_headers_module.html (add_header is
taken over only by a level that has none of its own). A block of Lua is passed over.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from audit.model import Line
from audit.servers.machine import File, Machine

MAINS = ("/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf")
_DEEPEST = 8
_WORD = r"(?:[^\s;{}\\$]|\\.|\$\{[^}\n]*\}|\$)"
_TOKEN = re.compile(
    r"\s+|#[^\n]*|\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|([;{}])"
    rf"|((?![\"']){_WORD}{_WORD}*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Directive:
    """A directive with what stands in its block."""

    name: str
    args: tuple[str, ...]
    file: File
    number: int
    children: tuple["Directive", ...] = ()

    def cited(self) -> Line:
        """Return its first line as evidence."""
        return self.file.line(self.number)

    def of(self, name: str) -> list["Directive"]:
        """Return the directives of a name directly below it."""
        return [one for one in self.children if one.name == name]

    def whole(self) -> Iterator["Directive"]:
        """Yield it and everything below it."""
        yield self
        for child in self.children:
            yield from child.whole()


Way = tuple[Directive, ...]
"""a block with those around it, the outermost first"""


def main(machine: Machine) -> Directive | None:
    """Return everything that nginx is told, as one block without a name; None where there is no nginx."""
    file = next((machine.files[path] for path in MAINS if path in machine.files), None)
    return Directive("", (), file, 1, tuple(_file(machine, file, file, 0))) if file else None


def included(machine: Machine) -> set[str]:
    """Return the patterns of files that are referred to: includes, certificates and their keys."""
    top = next((machine.files[path] for path in MAINS if path in machine.files), None)
    if top is None:
        return set()
    known = [f for f in machine.files.values() if "nginx" in f.path] or [top]
    held = [d for file in known for one in _parsed(file) for d in one.whole()]
    held += [d for one in (main(machine) or Directive("", (), top, 1)).children for d in one.whole()]
    names = ("include", "ssl_certificate", "ssl_certificate_key")
    return {_path(top, d.args[0]) for d in held if d.name in names and d.args and "$" not in d.args[0]}


def _path(top: File, written: str) -> str:
    return str(PurePosixPath(top.path).parent / written)


def _file(machine: Machine, top: File, file: File, depth: int) -> Iterator[Directive]:
    for one in _parsed(file):
        yield from _spread(machine, top, one, depth)


def _spread(machine: Machine, top: File, one: Directive, depth: int) -> Iterator[Directive]:
    if one.name == "include" and one.args and depth < _DEEPEST:
        for file in machine.globbed(_path(top, one.args[0])):
            yield from _file(machine, top, file, depth + 1)
        return
    below = tuple(d for child in one.children for d in _spread(machine, top, child, depth))
    yield Directive(one.name, one.args, one.file, one.number, below)


@lru_cache(maxsize=256)
def _parsed(file: File) -> tuple[Directive, ...]:
    words = list(_words("\n".join(file.lines)))
    found, _rest = _block(file, words, 0)
    return tuple(found)


def _words(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield each word with its line and whether it is punctuation; what follows `*_by_lua_block {` is passed over."""
    place, number, last = 0, 1, ""
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            place, number = place + 1, number + (text[place] == "\n")
            continue
        mark, word = match[3], next((g for g in (match[1], match[2], match[4]) if g is not None), None)
        end = match.end()
        if mark == "{" and last.endswith("_by_lua_block"):
            end = _after(text, end)
            yield ";", number, True
        elif mark or word is not None:
            yield mark or word or "", number, bool(mark)
        last = word if word is not None else "" if mark else last
        number, place = number + text.count("\n", place, end), end


def _after(text: str, place: int) -> int:
    depth = 1
    while place < len(text) and depth:
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
    return place


def _block(file: File, words: Sequence[tuple[str, int, bool]], at: int) -> tuple[list[Directive], int]:
    found: list[Directive] = []
    said: list[str] = []
    began = 0
    while at < len(words):
        word, number, mark = words[at]
        at += 1
        if not mark:
            began, said = (began if said else number), [*said, word]
        elif word == "}":
            break
        else:
            children: list[Directive] = []
            if word == "{":
                children, at = _block(file, words, at)
            if said:
                found.append(Directive(said[0], tuple(said[1:]), file, began, tuple(children)))
            said = []
    return found, at


def blocks(top: Directive, name: str, way: Way = ()) -> Iterator[Way]:
    """Yield every block of a name, each with the blocks around it."""
    here = (*way, top)
    for child in top.children:
        if child.name == name and (child.children or name == "server"):
            yield (*here, child)
        yield from blocks(child, name, here)


def sites(top: Directive) -> list[Way]:
    """Return the server blocks (an `upstream`'s server has no block)."""
    return [way for way in blocks(top, "server") if way[-2].name in ("http", "stream", "mail")]


def nearest(way: Way, name: str) -> list[Directive]:
    """Return the directives of a name that hold in a block: of the nearest level that has any."""
    return next((found for block in reversed(way) if (found := block.of(name))), [])


def listens(way: Way) -> list[tuple[str, tuple[str, ...], Directive]]:
    """Return where a server listens: address, further words, the directive; nginx listens on 80 when nothing says."""
    server = way[-1]
    found = [(d.args[0], d.args[1:], d) for d in server.of("listen") if d.args]
    return found or ([("80", (), server)] if way[-2].name == "http" else [])


def is_tls(way: Way) -> bool:
    """Return whether a server speaks TLS at one of its addresses at least."""
    ssl = nearest(way, "ssl")
    return any("ssl" in words or "quic" in words for _a, words, _d in listens(way)) or any(
        d.args == ("on",) for d in ssl
    )
