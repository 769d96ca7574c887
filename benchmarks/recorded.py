"""Recorded agents as a `Poller`: what devices that nobody here made answered once, read from where they were installed.

A recording is a text file of `name|type|value` (snmpsim's form; packed by bzip2 or not). Only the tables that somebody
asks about are kept in memory. It stands at the seam, above the wire: what the wire can do to us, others try.
"""

import bz2
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from monitoring.capability import asking
from monitoring.capability.library import Library
from monitoring.snmp import questions
from monitoring.snmp.ber import oid
from monitoring.snmp.seam import Answer, Question, Target, Value

FOLDER = Path(sys.prefix) / "recordings" / "snmpsim_data" / "data"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "nav-snmp"
SILENT = "no answer"
_NUMBERS = ("2", "65", "66", "67", "70")

Row = tuple[tuple[int, ...], bytes, Value]


def recordings(folder: Path = FOLDER) -> Iterator[Path]:
    """Yield every recording below a folder, in order."""
    yield from sorted(path for path in folder.rglob("*") if path.name.endswith((".snmprec", ".snmprec.bz2")))


def find(name: str) -> Path:
    """Return the recording of a name, e.g. huawei-s5720. Raises StopIteration when it is not installed."""
    return next(path for path in recordings() if path.name.split(".")[0] == name)


class Recording:
    """One recorded agent; `roots` are the tables that will be asked about, the others are not read."""

    def __init__(self, path: Path, roots: Iterable[str]) -> None:
        self.path = path
        self._roots = tuple(f"{root}." for root in roots)

    @cached_property
    def rows(self) -> list[Row]:
        """The variables in the order of their names."""
        raw = self.path.read_bytes()
        lines = (bz2.decompress(raw) if self.path.suffix == ".bz2" else raw).decode("latin-1").splitlines()
        found = (_row(line) for line in lines if line.startswith(self._roots))
        return sorted((row for row in found if row is not None), key=lambda row: row[0])

    @cached_property
    def names(self) -> list[tuple[int, ...]]:
        """The names alone, to search in."""
        return [row[0] for row in self.rows]

    def below(self, root: str) -> Iterator[tuple[bytes, Value]]:
        """Yield the instance (encoded) and value of each variable below a name, in order."""
        prefix = tuple(int(part) for part in root.split("."))
        size = len(oid(root))
        for name, encoded, value in self.rows[bisect_left(self.names, prefix) :]:
            if name[: len(prefix)] != prefix:
                return
            if len(name) > len(prefix):
                yield encoded[size:], value


def _row(line: str) -> Row | None:
    parts = line.split("|", 2)
    if len(parts) != 3:
        return None
    name, kind, said = parts
    plain, _colon, variation = kind.partition(":")
    if variation == "numeric":  # what snmpsim lets grow, as it is at first
        said = dict(pair.partition("=")[::2] for pair in said.split(",")).get("initial", "0")
    try:
        value = _value(plain, said)
        return tuple(int(part) for part in name.split(".")), oid(name), value
    except ValueError:
        return None


def _value(kind: str, said: str) -> Value:
    if kind in _NUMBERS:
        return int(said or 0)
    if kind == "6":
        return oid(said)
    if kind in ("4x", "64x", "68x"):
        return bytes.fromhex(said)
    if kind == "64":
        return bytes(int(part) for part in said.split("."))
    return said.encode("latin-1")


class RecordedPoller:
    """Answers questions from recordings, by device name; a device without one is silent."""

    def __init__(self, agents: Mapping[str, Recording]) -> None:
        self._agents = agents

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> Mapping[str, Answer]:
        """Return an answer per device."""
        found = {target.device: self._answer(target, question) for target in targets}
        if each is None:
            return found
        for answer in found.values():
            each(answer)
        return {}

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self, target: Target, question: Question) -> Answer:
        answer = Answer(target)
        agent = self._agents.get(target.device)
        if agent is None:
            answer.error = SILENT
            return answer
        for scalar in question.scalars:
            first = next(agent.below(scalar), None)
            if first is not None:
                answer.scalars[scalar] = first[1]
        uptime = answer.scalars.get(question.scalars[0]) if question.scalars else None
        for column in (column for group in question.groups for column in group):
            answer.columns[column] = dict(agent.below(column))
            if isinstance(uptime, int):
                answer.stamps |= dict.fromkeys(answer.columns[column], uptime)
        return answer


def roots(library: Library) -> tuple[str, ...]:
    """Return the names below which everything lies that is asked for, sorted, none below another."""
    columns = {column for sources in library.sources.values() for source in sources for column in source.columns}
    columns |= {column for table in asking.TABLES.values() for column in table}
    for question in (asking.IDENTITY, asking.ENTITIES, questions.FULL, questions.NEIGHBOURS):
        columns |= _of(question)
    tables = sorted({column.rpartition(".")[0] for column in columns})
    return tuple(t for t in tables if not any(t.startswith(f"{other}.") for other in tables))


def _of(question: Question) -> set[str]:
    return {*question.scalars, *(column for group in question.groups for column in group)}
