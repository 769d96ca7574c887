"""An assessment as an xlsx workbook: the whole, the kinds of lines, every unit, with figures as numbers.

Deterministic: the same assessment gives the same bytes, so a report that was signed can be made again and compared. A
value that begins like a formula is written as text.
"""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from countynet.i18n import _, language, translate
from inventory.model import County
from monitoring.evaluation.assess import Assessment
from monitoring.evaluation.show import COLUMNS, kind, summary

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTH = 14


def workbook(county: County, found: Assessment) -> bytes:
    """Return the file."""
    book = Workbook()
    book.properties.created = book.properties.modified = _EPOCH
    book.properties.creator = "countynet"
    first = book.active
    assert isinstance(first, Worksheet)
    _whole(first, county, found)
    _units(book.create_sheet(translate(_("Units"))), county, found)
    raw = BytesIO()
    book.save(raw)
    return _steady(raw.getvalue())


def _whole(sheet: Worksheet, county: County, found: Assessment) -> None:
    sheet.title = translate(_("Summary"))
    title = _("Operations evaluation of {county}, {period}")
    sheet.append(
        [
            translate(
                title, county=county.plan.name if language() == "zh_CN" else county.plan.name_en, period=found.period
            )
        ]
    )
    sheet["A1"].font = Font(bold=True, size=14)
    for line in summary(found):
        sheet.append([line])
    sheet.append([])
    heads = (_("access"), _("units"), _("kept"), _("faults"), _("rent, yuan"), _("deduction, yuan"))
    sheet.append([translate(head) for head in heads])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for group in (*found.kinds, found.whole):
        sheet.append(
            [kind(group.name), group.units, group.kept, group.faults.faults, group.rent / 100, group.deduction / 100]
        )
    sheet.column_dimensions["A"].width = 3 * _WIDTH


def _units(sheet: Worksheet, county: County, found: Assessment) -> None:
    names = {unit.id: unit.name if language() == "zh_CN" else unit.name_en for unit in county.units}
    heads = (COLUMNS[0], _("name"), *COLUMNS[1:])
    sheet.append([translate(head) for head in heads])
    for unit in found.units:
        sums, faults = unit.sums, unit.faults
        sheet.append(
            [
                unit.unit,
                names.get(unit.unit, ""),
                unit.line,
                kind(unit.access),
                unit.target,
                sums.line_availability,
                sums.availability,
                sums.outages,
                faults.faults,
                faults.respond.median,
                faults.repair.median,
                faults.repeats,
                faults.rating,
                unit.rent / 100,
                unit.deduction / 100,
            ]
        )
        sheet.cell(sheet.max_row, 2).data_type = "s"
    sheet.freeze_panes = "C2"
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH


def _steady(content: bytes) -> bytes:
    """Return the archive with every time in it the same."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
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
