"""An assessment as a PDF to be signed and printed, Chinese glyphs embedded (fpdf2, WenQuanYi Micro Hei of Debian).

Deterministic: its time is the end of the period, its id comes from its content, so that a closed month gives the same
bytes for ever. Without the font it refuses: a PDF with empty boxes for Chinese is worth nothing.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from countynet.errors import MissingCapability
from countynet.i18n import _, language, translate
from inventory.model import County
from monitoring.evaluation.assess import Assessment, Group
from monitoring.evaluation.show import COLUMNS, cells, kind, percent, summary
from monitoring.ledger.show import lasting

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
_MARGIN, _LINE, _BAR = 12, 6, 90
"""millimetres"""


class _Report(FPDF):
    """A page with its number below."""

    def footer(self) -> None:
        """Print the page's number."""
        self.set_y(-_MARGIN)
        self.set_font("han", size=8)
        self.cell(0, _LINE, f"{self.page_no()}/{{nb}}", align="C")


def printed(county: County, found: Assessment, font: Path = FONT) -> bytes:
    """Return the file. Raises MissingCapability without the font."""
    if not font.is_file():
        raise MissingCapability(_("a PDF needs the Debian package {package}"), package="fonts-wqy-microhei")
    report = _Report("landscape", format="A4")
    report.set_creation_date(found.period.ends)
    report.set_lang("zh-CN" if language() == "zh_CN" else "en")
    report.add_font("han", fname=font)
    report.set_margin(_MARGIN)
    report.set_auto_page_break(True, 2 * _MARGIN)
    _first(report, county, found)
    _units(report, county, found)
    _signatures(report)
    return bytes(report.output())


def _first(report: FPDF, county: County, found: Assessment) -> None:
    report.add_page()
    name = county.plan.name if language() == "zh_CN" else county.plan.name_en
    title = translate(_("Operations evaluation of {county}, {period}"), county=name, period=found.period)
    report.set_title(title)
    _says(report, title, 18)
    for line in summary(found):
        _says(report, line)
    report.ln(4)
    _says(report, translate(_("Availability of the lines, by kind")), 13)
    for group in (*found.kinds, found.whole):
        _bar(report, group)
    report.ln(4)
    _says(report, translate(_("How it adds up, hours of all lines together")), 13)
    _arithmetic(report, found.whole)


def _says(report: FPDF, text: str, size: int = 10) -> None:
    report.set_font("han", size=size)
    report.multi_cell(0, size * 0.6, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _bar(report: FPDF, group: Group) -> None:
    """Draw a group's availability from 90 to 100 percent, with its words."""
    reached = group.sums.line_availability
    report.set_font("han", size=10)
    report.cell(40, _LINE, kind(group.name))
    x, y = report.get_x(), report.get_y()
    report.rect(x, y + 1, _BAR, _LINE - 2)
    if reached is not None:
        report.set_fill_color(32, 94, 80)
        report.rect(x, y + 1, _BAR * min(max(reached - 90, 0) / 10, 1), _LINE - 2, style="F")
    report.set_x(x + _BAR + 3)
    said = translate(
        _("{percent}% (scale 90 to 100), {kept} of {counted} kept"),
        percent=percent(reached), kept=group.kept, counted=group.counted,
    )  # fmt: skip
    report.cell(0, _LINE, said, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


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
    _table(report, [translate(head) for head in heads], [row])
    _says(report, translate(_("line alone = up / (up + down); the unit's = up / (up + down + cut off upstream)")), 9)


def _units(report: FPDF, county: County, found: Assessment) -> None:
    names = {unit.id: unit.name if language() == "zh_CN" else unit.name_en for unit in county.units}
    report.add_page()
    _says(report, translate(_("Units")), 13)
    heads = [translate(_("name")), *(translate(column) for column in COLUMNS)]
    _table(
        report, heads, ([names.get(u.unit, ""), *map(str, cells(u))] for u in found.units), (4, *(2,) * len(COLUMNS))
    )


def _table(
    report: FPDF, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: tuple[int, ...] | None = None
) -> None:
    report.set_font("han", size=8)
    plain = FontFace(emphasis="", fill_color=(230, 236, 234))
    with report.table(
        headings_style=plain, borders_layout=TableBordersLayout.ALL, col_widths=widths, line_height=4.2
    ) as table:
        for row in (heads, *rows):
            table.row(row)


def _signatures(report: FPDF) -> None:
    report.ln(8)
    report.set_font("han", size=10)
    for who in (_("For the center (signature, seal, date):"), _("For the operator (signature, seal, date):")):
        report.cell(0, 14, translate(who), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
