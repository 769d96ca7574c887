"""Writes the empty survey workbook: one row a unit, lists to choose from, text cells that no program makes numbers of.

What this form writes, `inventory.survey.reading` reads; a test fills it and reads it back. Both languages stand in it
whatever the run's language; that only decides which comes first.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from countynet.i18n import CHINESE, ENGLISH, _, translate
from inventory.model import County
from inventory.survey import words
from inventory.survey.columns import COLUMNS, Column
from inventory.survey.corrected import AUTHOR, in_language
from inventory.survey.grid import letter

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 500
"""rows of the form that have lists"""
HEADER, NEEDED = "FFDDEBF7", "FFFFF2CC"
_LISTS = "lists"
_STRICT = ("kind", "access", "may_browse")
"""columns where nothing but the list is right; others may name what the county does not know yet"""
_WIDE = {"name": 28, "name_en": 28, "parent": 24, "building": 24, "macs": 22, "contract": 20, "certificate": 20}


def form(county: County | None, wanted: str = CHINESE) -> "Workbook":
    """Return the empty form; with a county, its places and units are offered."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "调查表" if wanted == CHINESE else "Survey"
    _headers(sheet, wanted)
    _lists(workbook, sheet, offered(county, wanted))
    _instructions(workbook, wanted)
    return workbook


def offered(county: County | None, wanted: str = CHINESE) -> dict[str, list[str]]:
    """Return the answers that a column offers."""
    first = 0 if wanted == CHINESE else 1
    return {
        "kind": [pair[first] for pair in words.KIND_NAMES.values()],
        "access": [pair[first] for pair in words.ACCESS_NAMES.values()],
        "may_browse": [pair[first] for pair in words.YES_NO.values()],
        "building": [b.name for b in county.buildings] if county else [],
        "parent": [u.name for u in county.units] if county else [],
    }


def _headers(sheet: "Worksheet", wanted: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    for place, column in enumerate(COLUMNS, 1):
        texts = (column.zh, column.en) if wanted == CHINESE else (column.en, column.zh)
        for row, text in enumerate(texts, 1):
            cell = sheet.cell(row, place, text)
            cell.font = Font(bold=row == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
            cell.fill = PatternFill("solid", fgColor=NEEDED if column.needed else HEADER)
        sheet.cell(1, place).comment = Comment(_advice(column, wanted), AUTHOR, height=140, width=300)
        dimension = sheet.column_dimensions[letter(place)]
        dimension.width = _WIDE.get(column.id, 17)
        dimension.number_format = "@"
    sheet.row_dimensions[2].height = 32
    sheet.freeze_panes = "C3"


def _advice(column: Column, wanted: str) -> str:
    order = (CHINESE, ENGLISH) if wanted == CHINESE else (ENGLISH, CHINESE)
    return "\n\n".join(in_language(each, partial(_line, column, each)) for each in order)


def _line(column: Column, wanted: str) -> str:
    example = column.example if wanted == CHINESE else column.example_en or column.example
    return translate(_("{hint}; for example: {example}"), hint=translate(column.hint), example=example)


def _lists(workbook: "Workbook", sheet: "Worksheet", answers: dict[str, list[str]]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = workbook.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for place, (column, texts) in enumerate(answers.items(), 1):
        for row, text in enumerate(texts, 1):
            lists.cell(row, place, text)
        if not texts:
            continue
        source = f"{_LISTS}!${letter(place)}$1:${letter(place)}${len(texts)}"
        rule = DataValidation("list", formula1=source, allow_blank=True)
        rule.errorStyle = "stop" if column in _STRICT else "warning"
        rule.showErrorMessage = True
        where = letter(_place(column))
        rule.add(f"{where}3:{where}{ROWS + 2}")
        sheet.add_data_validation(rule)


def _place(column: str) -> int:
    return next(place for place, each in enumerate(COLUMNS, 1) if each.id == column)


def _instructions(workbook: "Workbook", wanted: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet("填写说明" if wanted == CHINESE else "Instructions")
    order = (CHINESE, ENGLISH) if wanted == CHINESE else (ENGLISH, CHINESE)
    row = 0
    for each in order:
        for text in instructions(each):
            row += 1
            cell = sheet.cell(row, 1, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=row == 1)
        row += 1
    sheet.column_dimensions["A"].width = 110


def instructions(wanted: str) -> Sequence[str]:
    """Return the instructions in one language."""
    return in_language(wanted, lambda: "\n".join(_told(wanted))).split("\n")


def _told(wanted: str) -> list[str]:
    told = [
        translate(_("How to fill the survey")),
        translate(_("One row for one unit, from the third row on; yellow columns are needed of a new unit.")),
        translate(_("Choose from the lists where there are any. Do not merge cells, and add no columns.")),
        translate(_("An empty cell changes nothing of what the center knows.")),
        translate(_("Save the file as .xlsx and send it to the county information center.")),
    ]
    return told + [f"{column.zh if wanted == CHINESE else column.en}: {_line(column, wanted)}" for column in COLUMNS]
