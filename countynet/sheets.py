"""Workbooks that are the same bytes whenever they are made; text that looks like a formula is text.

openpyxl writes the present time into every member of the archive and into its properties; `content` takes both out.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
WIDTH = 14
"""of a column, in characters"""


def book() -> tuple[Workbook, Worksheet]:
    """Return an empty workbook and its first sheet."""
    made = Workbook()
    made.properties.created = made.properties.modified = _EPOCH
    made.properties.creator = "countynet"
    first = made.active
    assert isinstance(first, Worksheet)
    return made, first


def fill(sheet: Worksheet, heads: Sequence[str], body: Iterable[Sequence[Any]], keep: str = "B2") -> None:
    """Write a table with a bold head that stays in sight; what is text stays text, whatever it begins with."""
    sheet.append(list(heads))
    for number, row in enumerate(body, start=sheet.max_row + 1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.freeze_panes = keep
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH


def content(made: Workbook) -> bytes:
    """Return a workbook as a file with every time in it the same."""
    raw, out = BytesIO(), BytesIO()
    made.save(raw)
    with ZipFile(raw) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/core.xml":
                data = _core(data)
            new.writestr(ZipInfo(info.filename, (2000, 1, 1, 0, 0, 0)), data, ZIP_DEFLATED)
    return out.getvalue()


def _core(data: bytes) -> bytes:
    """Return the properties with the time of saving fixed: openpyxl writes its own."""
    stamp = _EPOCH.isoformat().encode() + b"Z"
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
