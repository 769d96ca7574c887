"""Reads a YAML file of a room's own in the county folder, with the inventory's reader: every problem at once.

The file is a map of lists. Every problem has its file and line; nothing of a file with a problem is used.
"""

from collections.abc import Iterable
from typing import TypeVar

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.schema import parse
from inventory.source import Place, read_texts, where

T = TypeVar("T", bound=Frozen)


class DataFile:
    """One file that is being read: its items, and what is wrong with it."""

    def __init__(self, name: str, content: bytes, sections: Iterable[str]) -> None:
        self._source = read_texts({name: content})
        self._name = name
        self.problems: list[Problem] = list(self._source.problems)
        known = tuple(sections)
        for section in self._source.sections:
            if section not in known:
                message = _("no section is named {section}; there are: {choices}")
                self.wrong((section,), message, section=section, choices=", ".join(known))

    def items(self, section: str, kind: type[T]) -> tuple[T, ...]:
        """Return a section's items that could be read; none when it is absent."""
        return tuple(item for _index, item in self.placed(section, kind))

    def placed(self, section: str, kind: type[T]) -> tuple[tuple[int, T], ...]:
        """Return a section's items that could be read, each with its place in the list, for what is wrong with it."""
        values = self._source.sections.get(section) or []
        if not isinstance(values, list):
            self.wrong((section,), _("{field} must be a list"), field=section)
            return ()
        found = [self.take(kind, value, (section, index)) for index, value in enumerate(values)]
        return tuple((index, item) for index, item in enumerate(found) if item is not None)

    def maps(self, section: str) -> list[dict[str, object]]:
        """Return a section's items as they stand, each a map; what is none is noted as wrong."""
        values = self._source.sections.get(section) or []
        if not isinstance(values, list):
            self.wrong((section,), _("{field} must be a list"), field=section)
            return []
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                self.wrong((section, index), _("{field} must be fields with values"), field=section)
        return [value if isinstance(value, dict) else {} for value in values]

    def take(self, kind: type[T], value: object, place: Place) -> T | None:
        """Return one value as its kind, None when it is wrong; what is wrong with it is noted."""
        result = parse(kind, value, place)
        if not isinstance(result, tuple):
            return result
        for finding in result:
            self._add(finding.problem, finding.place)
        return None

    def note(self, place: Place, problem: Problem) -> None:
        """Note a problem that somebody else found at a place."""
        self._add(problem, place)

    def wrong(self, place: Place, message: str, found: str = "", wanted: str = "", **values: object) -> None:
        """Note one problem at a place."""
        self._add(Problem(message, values, found=found, wanted=wanted), place)

    def refuse(self) -> None:
        """Raise BadInput when anything is wrong."""
        if self.problems:
            raise BadInput(sorted(self.problems, key=lambda p: (p.line, p.column)))

    def _add(self, problem: Problem, place: Place) -> None:
        spot = self._source.spot(place)
        self.problems.append(
            Problem(
                problem.message,
                problem.values,
                file=spot.file or self._name,
                line=spot.line,
                column=spot.column,
                where=where(place),
                found=problem.found,
                wanted=problem.wanted,
            )
        )
