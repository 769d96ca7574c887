"""Reads a YAML file of monitoring's own in the county folder, with the inventory's reader: every problem at once.

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
        values = self._source.sections.get(section) or []
        if not isinstance(values, list):
            self.wrong((section,), _("{field} must be a list"), field=section)
            return ()
        found = [parse(kind, value, (section, index)) for index, value in enumerate(values)]
        for result in found:
            if isinstance(result, tuple):
                for finding in result:
                    self._add(finding.problem, finding.place)
        return tuple(result for result in found if not isinstance(result, tuple))

    def wrong(self, place: Place, message: str, found: str = "", **values: object) -> None:
        """Note one problem at a place."""
        self._add(Problem(message, values, found=found), place)

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
