"""Reads strongSwan's connections from swanctl.conf and from the older ipsec.conf, as strongSwan does. Pure.

Sections nest, include files and take over from others (`name : other {`, strongswan.conf(5)); ipsec.conf(5) has
`conn %default` and `also`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from audit.model import Line
from audit.servers.machine import File, Machine

SWANCTL = ("/etc/swanctl/swanctl.conf", "/etc/strongswan/swanctl/swanctl.conf")
IPSEC = ("/etc/ipsec.conf", "/etc/strongswan/ipsec.conf")
_DEEPEST = 8
_OPEN = re.compile(r"([^\s={}#:]+)\s*(?::\s*([^{}=#]+?))?\s*\{")
_PAIR = re.compile(r"([^\s={}#]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\n#}]*))")
_INCLUDE = re.compile(r"include\s+(\S+)")


@dataclass
class Section:
    """A section while it is read."""

    name: str
    line: Line
    parents: tuple[str, ...] = ()
    values: dict[str, tuple[str, Line]] = field(default_factory=dict)
    sections: dict[str, "Section"] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """A value with the line that said it."""

    value: str
    line: Line


@dataclass(frozen=True)
class Connection:
    """A connection: what counts for it, whichever file it is of."""

    name: str
    line: Line
    values: dict[str, Value]
    """`version`, `aggressive`, `proposals`, `esp_proposals`, `remote_addrs`, `auth` ... as swanctl.conf names them"""
    esp: tuple[Value, ...] = ()
    auth: tuple[Value, ...] = ()

    def value(self, name: str, default: str = "") -> str:
        """Return a value in small letters, or what counts when nothing is said."""
        return self.values[name].value.lower() if name in self.values else default


def connections(machine: Machine) -> list[Connection] | None:
    """Return the connections of a server; None where there is no strongSwan."""
    mains = [machine.files[p] for p in SWANCTL if p in machine.files]
    older = [machine.files[p] for p in IPSEC if p in machine.files]
    if not mains and not older:
        return None
    found = [one for file in mains for one in _of_swanctl(machine, file)]
    return found + [one for file in older for one in _of_ipsec(machine, file)]


def included(machine: Machine) -> set[str]:
    """Return the patterns of files that are included."""
    files = [f for f in machine.files.values() if "/swanctl/" in f.path or "ipsec" in f.path]
    return {
        str(PurePosixPath(file.path).parent / found[1])
        for file in files
        for text in file.lines
        if (found := _INCLUDE.match(text.strip()))
    }


def _of_swanctl(machine: Machine, file: File) -> Iterator[Connection]:
    top = Section("", file.line(1) if file.lines else Line(section=file.path, line=0, text=""))
    _fill(machine, file, top, 0)
    held = top.sections.get("connections")
    for name, section in (held.sections if held else {}).items():
        whole = _inherited(top, section)
        local, children = _parts(whole, ("local", "remote")), _children(top, whole)
        values = {key: Value(*pair) for key, pair in whole.values.items()}
        yield Connection(
            name, section.line, values,
            tuple(Value(*c.values["esp_proposals"]) for c in children if "esp_proposals" in c.values),
            tuple(Value(*part.values["auth"]) for part in local if "auth" in part.values),
        )  # fmt: skip


def _parts(section: Section, starts: tuple[str, ...]) -> list[Section]:
    return [part for name, part in section.sections.items() if name.startswith(starts)]


def _children(top: Section, section: Section) -> list[Section]:
    held = section.sections.get("children")
    return [_inherited(top, child) for child in held.sections.values()] if held else []


def _inherited(top: Section, section: Section, depth: int = 0) -> Section:
    """Return a section with what it takes over from others, which it names from the top by dots."""
    whole = Section(section.name, section.line)
    for parent in section.parents if depth < _DEEPEST else ():
        found: Section | None = top
        for word in parent.split("."):
            found = found.sections.get(word) if found else None
        if found:
            taken = _inherited(top, found, depth + 1)
            whole.values |= taken.values
            whole.sections |= taken.sections
    whole.values |= section.values
    for name, one in section.sections.items():
        whole.sections[name] = _merged(whole.sections.get(name), one)
    return whole


def _merged(older: Section | None, newer: Section) -> Section:
    if older is None:
        return newer
    sections = {
        name: _merged(older.sections.get(name), newer.sections[name]) if name in newer.sections else part
        for name, part in {**older.sections, **newer.sections}.items()
    }
    return Section(newer.name, newer.line, newer.parents, older.values | newer.values, sections)


def _fill(machine: Machine, file: File, top: Section, depth: int) -> None:
    stack = [top]
    for number, text in enumerate(file.lines, 1):
        rest = text.strip()
        while rest and not rest.startswith("#"):
            rest = _step(machine, file, number, stack, rest, depth).strip()


def _step(machine: Machine, file: File, number: int, stack: list[Section], rest: str, depth: int) -> str:
    """Take the first statement off a line and return what is left of it."""
    here = stack[-1]
    if rest[0] == "}":
        if len(stack) > 1:
            stack.pop()
        return rest[1:]
    if (found := _INCLUDE.match(rest)) and depth < _DEEPEST:
        for other in machine.globbed(str(PurePosixPath(file.path).parent / found[1])):
            _fill(machine, other, here, depth + 1)
        return rest[found.end() :]
    if found := _OPEN.match(rest):
        parents = tuple(word.strip() for word in (found[2] or "").split(",") if word.strip())
        opened = here.sections.setdefault(found[1], Section(found[1], file.line(number), parents))
        stack.append(opened)
        return rest[found.end() :]
    if found := _PAIR.match(rest):
        here.values[found[1]] = ((found[2] if found[2] is not None else found[3]).strip(), file.line(number))
        return rest[found.end() :]
    return ""


_NAMES = {"ike": "proposals", "right": "remote_addrs", "aggressive": "aggressive", "keyexchange": "version",
          "dpddelay": "dpd_delay"}  # fmt: skip


def _of_ipsec(machine: Machine, file: File) -> Iterator[Connection]:
    conns = {s.name: s for s in _ipsec_sections(machine, file, 0)}
    default = conns.pop("%default", None)
    for name, section in conns.items():
        values = (default.values if default else {}) | _also(conns, section, 0)
        held = {_NAMES.get(key, key): Value(*pair) for key, pair in values.items()}
        if "version" in held:
            said = {"ikev1": "1", "ikev2": "2"}.get(held["version"].value.lower(), "0")
            held["version"] = Value(said, held["version"].line)
        signs = [Value(*values[key]) for key in ("authby", "leftauth", "rightauth") if key in values]
        esp = [Value(*values[key]) for key in ("esp", "phase2alg") if key in values]
        yield Connection(name, section.line, held, tuple(esp), tuple(signs))


def _also(conns: dict[str, Section], section: Section, depth: int) -> dict[str, tuple[str, Line]]:
    """Return a conn's values with those of the conns that it says `also` of; its own count first."""
    other = conns.get(section.values["also"][0]) if "also" in section.values else None
    return (_also(conns, other, depth + 1) if other and depth < _DEEPEST else {}) | section.values


def _ipsec_sections(machine: Machine, file: File, depth: int) -> Iterator[Section]:
    here: Section | None = None
    for number, text in enumerate(file.lines, 1):
        words = text.split("#", 1)[0].rstrip()
        if not words:
            continue
        if words[0] not in " \t":
            if here:
                yield here
            here = None
            kind, _blank, name = words.partition(" ")
            if kind == "conn":
                here = Section(name.strip(), file.line(number))
            elif kind == "include" and depth < _DEEPEST:
                for other in machine.globbed(str(PurePosixPath(file.path).parent / name.strip())):
                    yield from _ipsec_sections(machine, other, depth + 1)
        elif here and "=" in words:
            key, _equals, value = words.partition("=")
            here.values[key.strip()] = (value.strip().strip('"'), file.line(number))
    if here:
        yield here
