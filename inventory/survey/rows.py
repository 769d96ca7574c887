"""What one unit answered, read and typed, with the cell of each answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from countynet.frozen import Frozen
from countynet.vocabulary import Access, UnitKind
from inventory.survey.columns import BY_ID
from inventory.survey.grid import Cell, letter
from inventory.survey.layout import Title
from inventory.survey.problems import Advice, SurveyProblem


class Answers(Frozen):
    """The answers of one unit; None where nothing, or nothing readable, was answered."""

    id: str | None = None
    """the unit's id, or `new`"""
    name: str | None = None
    name_en: str | None = None
    kind: UnitKind | None = None
    parent: str | None = None
    building: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    leader_name: str | None = None
    leader_title: str | None = None
    leader_telephone: str | None = None
    officer_name: str | None = None
    officer_telephone: str | None = None
    access: Access | None = None
    contract: str | None = None
    terminals: int | None = None
    macs: tuple[str, ...] = ()
    may_browse: bool | None = None
    seal: tuple[str, ...] = ()
    certificate: str | None = None
    certificate_holder: str | None = None
    certificate_issued: date | None = None
    certificate_expires: date | None = None


@dataclass(frozen=True)
class Row:
    """One unit's answers and where they stand."""

    file: str
    sheet: str
    row: int
    answers: Answers
    cells: Mapping[str, Cell] = field(default_factory=dict)
    titles: Mapping[str, Title] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """columns whose answer could not be read; nothing more is said of them"""

    def problem(self, column: str, advice: Advice) -> SurveyProblem:
        """Return a problem of one answer, placed at its cell, or where the cell would be."""
        cell, title = self.cells.get(column), self.titles.get(column)
        place = cell.column if cell else title.column if title else 0
        return SurveyProblem(
            file=self.file,
            advice=advice,
            sheet=self.sheet,
            row=cell.row if cell else (title.row if title else 0) or self.row,
            column=letter(place),
            header=title.text if title else BY_ID[column].zh,
            value=cell.text if cell else "",
            about=column,
        )

    @property
    def place(self) -> str:
        """The row in words, for another row's problem."""
        return f"{self.file} {self.sheet} {self.row}".replace("  ", " ")
