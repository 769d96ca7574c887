"""Small builders of survey files, good and bad: tables, forms, CSV in any encoding, archives by hand."""

import csv
import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

Value = Any
Rows = Sequence[Mapping[str, Value]]
FORESTRY = {"单位名称": "清岚县林业局"}
"""u063, on ADSL, with one terminal"""
NEW = {
    "单位名称": "清岚县老年大学",
    "单位性质": "事业单位",
    "办公地点": "县行政中心大楼",
    "分管领导": "周正",
    "分管领导电话": "0609-3151234",
    "信息员": "吴越",
    "信息员电话": "16911112222",
    "接入方式": "光纤",
}


def headers(rows: Rows) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def grid(*rows: Mapping[str, Value], top: Sequence[Sequence[Value]] = ()) -> list[list[Value]]:
    names = headers(rows)
    return [*map(list, top), names, *([row.get(name) for name in names] for row in rows)]


def saved(workbook: Workbook) -> bytes:
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()


def book(sheets: Mapping[str, Sequence[Sequence[Value]]], merges: Mapping[str, Sequence[str]] | None = None) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merges or {}).get(name, ()):
            sheet.merge_cells(area)
    return saved(workbook)


def table(*rows: Mapping[str, Value], top: Sequence[Sequence[Value]] = (), merges: Sequence[str] = ()) -> bytes:
    return book({"调查表": grid(*rows, top=top)}, {"调查表": merges})


def of(**answers: Value) -> bytes:
    """One row of the forestry bureau with further answers."""
    return table({**FORESTRY, **answers})


def new(**answers: Value) -> bytes:
    """One row of a new unit with other answers; None leaves one out."""
    return table({name: value for name, value in {**NEW, **answers}.items() if value is not None})


def text(rows: Sequence[Sequence[Value]], delimiter: str = ",") -> str:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def csv_of(*rows: Mapping[str, Value], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    return text(grid(*rows), delimiter).encode(encoding)


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return data.getvalue()


def replaced(data: bytes, part: str, content: bytes | str) -> bytes:
    """A workbook with one part exchanged."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        parts: dict[str, bytes | str] = {name: packed.read(name) for name in packed.namelist()}
    return archive({**parts, part: content})


def part(data: bytes, name: str) -> str:
    """A part as the standard library's writer puts it; lxml, where it is installed, refers to letters by number."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        text = packed.read(name).decode()
    lettered = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])) if int(match[1]) > 127 else match[0], text)
    return re.sub(r"(?<=[\w\"])/>", " />", lettered)


SHEET = "xl/worksheets/sheet1.xml"


def edited(data: bytes, old: str, new: str, name: str = SHEET) -> bytes:
    """A workbook with a text in one part exchanged."""
    before = part(data, name)
    assert old in before, f"{old!r} is not in {before[:2000]}"
    return replaced(data, name, before.replace(old, new))
