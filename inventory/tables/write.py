"""Writes tables as one workbook or as CSV files; a file is there whole or not at all.

Texts are text cells, so a telephone keeps its zeros; what might be a formula is neutralised. CSV is UTF-8 with a byte
order mark, without which Excel reads Chinese wrongly.
"""

import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.tables.flatten import Table
from inventory.tables.headings import heading
from inventory.tables.neutral import Scalar, neutral

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOK = "county.xlsx"
CELL = 32_767
"""signs that a spreadsheet's cell holds"""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_xlsx(folder: Path, tables: Iterable[Table], chinese: bool = False) -> Path:
    """Write all tables as one workbook, a sheet each; return it. Raises OSError."""
    from openpyxl import Workbook

    workbook = Workbook()
    for first in workbook.worksheets:
        workbook.remove(first)
    for table in tables:
        _sheet(workbook.create_sheet(table.name), table, chinese)
    return _whole(folder / WORKBOOK, lambda path: workbook.save(path))


def write_csv(folder: Path, tables: Iterable[Table], chinese: bool = False) -> tuple[Path, ...]:
    """Write a CSV file for each table; return them. Raises OSError."""
    return tuple(_whole(folder / f"{table.name}.csv", _saver(_csv(table, chinese))) for table in tables)


def _csv(table: Table, chinese: bool) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(_headers(table, chinese))
    writer.writerows([_shown(value) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def _headers(table: Table, chinese: bool) -> list[Sequence[str]]:
    return [table.columns, *([[heading(path) for path in table.columns]] if chinese else [])]


def _shown(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return "true" if value else "false"
    return neutral(value)


def _sheet(sheet: "Worksheet", table: Table, chinese: bool) -> None:
    from openpyxl.styles import Font

    headers = _headers(table, chinese)
    for row, values in enumerate([*headers, *table.rows], 1):
        for place, value in enumerate(values, 1):
            if value is not None:
                cell = sheet.cell(row, place)
                safe = neutral(value)
                cell.value = _NOT_IN_XML.sub("", safe)[:CELL] if isinstance(safe, str) else safe
                if isinstance(safe, str):
                    cell.data_type, cell.number_format = "s", "@"
                if row <= len(headers):
                    cell.font = Font(bold=True)
    sheet.freeze_panes = f"B{len(headers) + 1}"


def _saver(data: bytes) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        path.write_bytes(data)

    return save


def _whole(target: Path, save: Callable[[Path], None]) -> Path:
    """Write a file beside its place and move it there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    os.close(handle)
    try:
        save(Path(name))
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
