"""The contexts of the pages about work windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from countynet.i18n import language
from dashboard.services.works import WorkPreview, WorkView, WorkWords


def _called(units: Sequence[str], names: Mapping[str, str]) -> str:
    """Return units by their names, as the reader's language lists things."""
    return ("、" if language() == "zh_CN" else ", ").join(names.get(unit, unit) for unit in units)


@dataclass(frozen=True)
class WorkList:
    """All windows."""

    template: ClassVar[str] = "works/all.html"
    rows: Sequence[WorkView]
    names: Mapping[str, str]
    """of units by id, in the reader's language"""
    may: bool

    def called(self, units: Sequence[str]) -> str:
        """Return units by their names."""
        return _called(units, self.names)


@dataclass(frozen=True)
class WorkForm:
    """A window that is being written; `number` 0 for a new one."""

    template: ClassVar[str] = "works/form.html"
    number: int
    running: bool
    words: WorkWords
    devices: Sequence[str]
    names: Mapping[str, str]
    preview: WorkPreview | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    def called(self, units: Sequence[str]) -> str:
        """Return units by their names."""
        return _called(units, self.names)
