"""An assessment as pages of paper: the whole with its picture and arithmetic, then every unit."""

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from countynet.i18n import _, language, translate
from countynet.paper import LINE, rows, says
from inventory.model import County
from monitoring.evaluation.assess import Assessment, Group
from monitoring.evaluation.show import COLUMNS, cells, kind, percent, summary
from monitoring.ledger.show import lasting

_BAR = 90
"""millimetres"""


def pages(report: FPDF, county: County, found: Assessment) -> None:
    """Print an assessment from a new page on."""
    _first(report, county, found)
    _units(report, county, found)


def _first(report: FPDF, county: County, found: Assessment) -> None:
    report.add_page()
    name = county.plan.name if language() == "zh_CN" else county.plan.name_en
    title = translate(_("Operations evaluation of {county}, {period}"), county=name, period=found.period)
    says(report, title, 18)
    for line in summary(found):
        says(report, line)
    report.ln(4)
    says(report, translate(_("Availability of the lines, by kind")), 13)
    for group in (*found.kinds, found.whole):
        _bar(report, group)
    report.ln(4)
    says(report, translate(_("How it adds up, hours of all lines together")), 13)
    _arithmetic(report, found.whole)


def _bar(report: FPDF, group: Group) -> None:
    """Draw a group's availability from 90 to 100 percent, with its words."""
    reached = group.sums.line_availability
    report.set_font("han", size=10)
    report.cell(40, LINE, kind(group.name))
    x, y = report.get_x(), report.get_y()
    report.rect(x, y + 1, _BAR, LINE - 2)
    if reached is not None:
        with report.local_context(fill_color=(32, 94, 80)):
            report.rect(x, y + 1, _BAR * min(max(reached - 90, 0) / 10, 1), LINE - 2, style="F")
    report.set_x(x + _BAR + 3)
    said = translate(
        _("{percent}% (scale 90 to 100), {kept} of {counted} kept"),
        percent=percent(reached), kept=group.kept, counted=group.counted,
    )  # fmt: skip
    report.cell(0, LINE, said, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _arithmetic(report: FPDF, whole: Group) -> None:
    sums = whole.sums
    heads = (
        _("up"),
        _("down"),
        _("cut off upstream"),
        _("unknown"),
        _("planned work"),
        _("line alone %"),
        _("the unit's %"),
    )
    hours = [lasting(value) for value in (sums.up, sums.down, sums.shadowed, sums.unknown, sums.planned)]
    row = [*hours, percent(sums.line_availability), percent(sums.availability)]
    rows(report, [translate(head) for head in heads], [row], (1,) * len(heads), range(len(heads)))
    says(report, translate(_("line alone = up / (up + down); the unit's = up / (up + down + cut off upstream)")), 9)


def _units(report: FPDF, county: County, found: Assessment) -> None:
    names = {unit.id: unit.name if language() == "zh_CN" else unit.name_en for unit in county.units}
    report.add_page()
    says(report, translate(_("Units")), 13)
    heads = [translate(_("name")), *(translate(column) for column in COLUMNS)]
    body = ([names.get(u.unit, ""), *map(str, cells(u))] for u in found.units)
    rows(report, heads, body, (9, 2, 3, 4, 2, 3, 3, 2, 2, 3, 3, 2, 2, 3, 3), range(4, len(heads)))
