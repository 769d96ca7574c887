"""An assessment as sheets of a workbook: the whole, the kinds of lines, every unit, with figures as numbers.

Deterministic: the same assessment gives the same bytes, so a report that was signed can be made again and compared. A
value that begins like a formula is written as text.
"""

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from countynet.i18n import _, language, translate
from countynet.sheets import WIDTH, fill
from inventory.model import County
from monitoring.evaluation.assess import Assessed, Assessment
from monitoring.evaluation.show import COLUMNS, kind, summary


def fill_in(made: Workbook, first: Worksheet, county: County, found: Assessment) -> None:
    """Write the whole into the first sheet, every unit into one of its own."""
    _whole(first, county, found)
    _units(made.create_sheet(translate(_("Units"))), county, found)


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
    sheet.column_dimensions["A"].width = 3 * WIDTH


def _units(sheet: Worksheet, county: County, found: Assessment) -> None:
    names = {unit.id: unit.name if language() == "zh_CN" else unit.name_en for unit in county.units}
    heads = (COLUMNS[0], _("name"), *COLUMNS[1:])
    body = ((unit.unit, names.get(unit.unit, ""), *_figures(unit)) for unit in found.units)
    fill(sheet, [translate(head) for head in heads], body, "C2")


def _figures(unit: Assessed) -> tuple[object, ...]:
    sums, faults = unit.sums, unit.faults
    return (
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
    )
