"""Reads PostgreSQL's settings and its table of who may connect, as the server does. Pure.

Settings (documentation chapter 20.1): the last one said counts, includes where they stand, postgresql.auto.conf
(written by ALTER SYSTEM) after all. The table (chapter 21.1): the first line that fits counts, so a line below one that
fits everything that it fits is never asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import PurePosixPath
from typing import Any

from audit.model import Line
from audit.servers.machine import File, Machine

MAINS = ("/etc/postgresql/*/*/postgresql.conf", "/var/lib/pgsql/data/postgresql.conf",
         "/var/lib/pgsql/*/data/postgresql.conf")  # fmt: skip
_SETTING = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?:=\s*|\s+)(?:'((?:[^'\\]|''|\\.)*)'|([^\s#']+))")
_FIELD = re.compile(r'(?:"[^"]*"|[^\s,#"]+)(?:\s*,\s*(?:"[^"]*"|[^\s,#"]+))*')
_DEEPEST = 8


@dataclass(frozen=True)
class Setting:
    """A setting with the line that said it."""

    name: str
    value: str
    line: Line


@dataclass(frozen=True)
class Rule:
    """A line of pg_hba.conf."""

    kind: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str
    """empty for `local`"""
    method: str
    options: str
    line: Line

    @property
    def net(self) -> Any:
        """The network, or None for names and words like `samenet`; `all` is `all`."""
        if self.address == "all":
            return "all"
        try:
            return ip_network(self.address, strict=False)
        except ValueError:
            return None

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer itself fits."""
        net = self.net
        return self.kind == "local" or self.address in ("samehost", "localhost") or (
            net not in (None, "all") and net.is_loopback
        )  # fmt: skip

    @property
    def is_anywhere(self) -> bool:
        """Whether every address fits."""
        net = self.net
        return net == "all" or (net is not None and net.prefixlen == 0)


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL of a server."""

    file: File
    settings: dict[str, Setting]
    """by name in small letters, those that count"""
    rules: tuple[Rule, ...]
    """those that can be asked, in their order"""

    @property
    def version(self) -> int:
        """The major version, from the folder; 0 where it does not tell."""
        found = re.search(r"/(?:postgresql|pgsql)/(\d+)", self.file.path)
        return int(found[1]) if found else 0

    def value(self, name: str, default: str) -> str:
        """Return a setting in small letters, or what counts when nothing is said."""
        return self.settings[name].value.lower() if name in self.settings else default


def clusters(machine: Machine) -> list[Cluster]:
    """Return the PostgreSQLs of a server."""
    return [_cluster(machine, file) for pattern in MAINS for file in machine.globbed(pattern)]


def included(machine: Machine) -> set[str]:
    """Return the patterns of files that are referred to."""
    found: set[str] = set()
    for cluster in clusters(machine):
        for setting in _said(machine, cluster.file, 0):
            found |= set(_referred(setting))
        folder = PurePosixPath(cluster.settings["data_directory"].value) if "data_directory" in cluster.settings else (
            PurePosixPath(cluster.file.path).parent)  # fmt: skip
        found |= {str(folder / "postgresql.auto.conf"), str(folder / "pg_hba.conf"), *_tables(cluster)}
        for file in (f for path in _tables(cluster) for f in machine.globbed(path)):
            found |= {_beside(file, written) for _number, written in _table_includes_at(file)}
    return found


def _referred(setting: Setting) -> Iterator[str]:
    folder = PurePosixPath(setting.line.section).parent
    if setting.name in ("include", "include_if_exists"):
        yield str(folder / setting.value)
    elif setting.name == "include_dir":
        yield str(folder / setting.value / "*.conf")


def _tables(cluster: Cluster) -> list[str]:
    folder = PurePosixPath(cluster.file.path).parent
    if "hba_file" in cluster.settings:
        return [str(folder / cluster.settings["hba_file"].value)]
    data = cluster.settings.get("data_directory")
    return [str(PurePosixPath(data.value if data else str(folder)) / "pg_hba.conf")]


def _cluster(machine: Machine, file: File) -> Cluster:
    said = {s.name: s for s in _said(machine, file, 0)}
    data = PurePosixPath(said["data_directory"].value) if "data_directory" in said else PurePosixPath(file.path).parent
    automatic = machine.files.get(str(data / "postgresql.auto.conf"))
    said |= {s.name: s for s in _said(machine, automatic, 0)} if automatic else {}
    held = Cluster(file, said, ())
    rules = [r for path in _tables(held) for f in machine.globbed(path) for r in _rules(machine, f, 0)]
    return Cluster(file, said, tuple(asked(rules)))


def _said(machine: Machine, file: File, depth: int) -> Iterator[Setting]:
    for number, text in enumerate(file.lines, 1):
        if not (match := _SETTING.match(text)):
            continue
        value = match[3] if match[2] is None else match[2].replace("''", "'")
        setting = Setting(match[1].lower(), value, file.line(number))
        patterns = list(_referred(setting))
        if not patterns:
            yield setting
        for found in (f for one in patterns if depth < _DEEPEST for f in machine.globbed(one)):
            yield from _said(machine, found, depth + 1)


def _rules(machine: Machine, file: File, depth: int) -> Iterator[Rule]:
    includes = dict(_table_includes_at(file))
    for number, text in _whole(file):
        if number in includes:
            if depth < _DEEPEST:
                for found in machine.globbed(_beside(file, includes[number])):
                    yield from _rules(machine, found, depth + 1)
        elif (rule := _rule(text.split("#", 1)[0] if '"' not in text else text, file.line(number))) is not None:
            yield rule


def _whole(file: File) -> Iterator[tuple[int, str]]:
    """Yield the table's lines, one that ends in a backslash with the next, under the number of the first."""
    began, text = 0, ""
    for number, line in enumerate(file.lines, 1):
        began = began or number
        if line.endswith("\\"):
            text += line[:-1] + " "
            continue
        yield began, text + line
        began, text = 0, ""
    if text:
        yield began, text


def _table_includes_at(file: File) -> Iterator[tuple[int, str]]:
    for number, text in _whole(file):
        words = text.split("#", 1)[0].split()
        if len(words) == 2 and words[0] in ("include", "include_if_exists", "include_dir"):
            name = words[1].strip('"')
            yield number, f"{name}/*.conf" if words[0] == "include_dir" else name


def _beside(file: File, written: str) -> str:
    return str(PurePosixPath(file.path).parent / written)


def _rule(text: str, line: Line) -> Rule | None:
    words = [match[0] for match in _FIELD.finditer(text)]
    kinds = ("local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc")
    if len(words) < 4 or words[0] not in kinds:
        return None
    kind, databases, users, *rest = words
    address = ""
    if kind != "local":
        address, *rest = rest
        if rest and "/" not in address and _is_address(rest[0]):
            address, rest = f"{address}/{rest[0]}", rest[1:]
    if not rest:
        return None
    return Rule(kind, _list(databases), _list(users), address, rest[0].lower(), " ".join(rest[1:]), line)


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def _list(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


def asked(rules: list[Rule]) -> Iterator[Rule]:
    """Yield the rules that some connection reaches: not those below one that fits whatever they fit.

    A plain `host` line below a `hostnossl` one that refuses is reached with TLS only, and is told as `hostssl`.
    """
    for place, rule in enumerate(rules):
        above = rules[:place]
        if any(_covers(one, rule) for one in above):
            continue
        refused = any(one.kind == "hostnossl" and one.method == "reject" and _covers(one, rule, True) for one in above)
        yield (
            Rule("hostssl", rule.databases, rule.users, rule.address, rule.method, rule.options, rule.line)
            if (rule.kind == "host" and refused)
            else rule
        )


def _covers(one: Rule, other: Rule, any_kind: bool = False) -> bool:
    kinds = any_kind or one.kind == other.kind or (one.kind == "host" and other.kind.startswith("host"))
    return (
        kinds
        and (one.databases == ("all",) or one.databases == other.databases)
        and (one.users == ("all",) or one.users == other.users)
        and (one.address == other.address or _wider(one.net, other.net))
    )


def _wider(net: Any, other: Any) -> bool:
    if net == "all":
        return True
    if other in (None, "all") or net is None or net.version != other.version:
        return False
    return bool(other.subnet_of(net))
