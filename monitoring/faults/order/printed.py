"""A work order as a PDF (A4), Chinese glyphs embedded: fpdf2 and the font of `countynet.paper`.

Deterministic for one order: its time is the order's own. Without the font it refuses.
"""

from collections.abc import Iterable
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from countynet.errors import MissingCapability
from countynet.i18n import _, language, translate
from countynet.moments import shown
from countynet.paper import FONT
from inventory.model import County
from monitoring.faults.order.document import Order

_MARGIN, _LINE, _BLANK = 14, 5, 11
"""millimetres"""


def printed(county: County, found: Order, font: Path = FONT) -> bytes:
    """Return the file. Raises MissingCapability without the font."""
    if not font.is_file():
        raise MissingCapability(_("a PDF needs the Debian package {package}"), package="fonts-wqy-microhei")
    page = FPDF("portrait", format="A4")
    page.set_creation_date(found.made)
    page.set_lang("zh-CN" if language() == "zh_CN" else "en")
    page.set_title(found.title)
    page.add_font("han", fname=font)
    page.set_margin(_MARGIN)
    page.set_auto_page_break(True, _MARGIN)
    page.add_page()
    _says(page, county.plan.name if language() == "zh_CN" else county.plan.name_en, 10)
    _says(page, found.title, 18)
    _says(page, translate(_("Printed at {at}"), at=shown(found.made)), 9)
    page.ln(2)
    _pairs(page, ((translate(line.name), line.text) for line in found.lines))
    if found.readings:
        _says(page, translate(_("Readings of the line when this was printed")), 12)
        _pairs(
            page,
            ((translate(one.what), f"{translate(one.value)}  {one.where}{_age(one.old)}") for one in found.readings),
        )
    _says(page, translate(_("To bring")), 12)
    for thing in found.bring:
        _says(page, f"[  ] {translate(thing)}", 10)
    _blanks(page, found)
    return bytes(page.output())


def _age(old: bool) -> str:
    return f" ({translate(_('old'))})" if old else ""


def _says(page: FPDF, text: str, size: int) -> None:
    page.set_font("han", size=size)
    page.multi_cell(0, size * 0.55, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _pairs(page: FPDF, pairs: Iterable[tuple[str, str]]) -> None:
    page.set_font("han", size=10)
    plain = FontFace(emphasis="")
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, col_widths=(1, 3), line_height=_LINE,
        first_row_as_headings=False, headings_style=plain,
    ) as table:  # fmt: skip
        for name, text in pairs:
            table.row((name, text))
    page.ln(2)


def _blanks(page: FPDF, found: Order) -> None:
    """Draw what is filled in by hand, kept together."""
    if page.get_y() + _BLANK * (len(found.blanks) + 1) > page.h - _MARGIN:
        page.add_page()
    _says(page, translate(_("Filled in at the place")), 12)
    page.set_font("han", size=10)
    for blank in found.blanks:
        page.cell(70, _BLANK, translate(blank))
        page.line(page.get_x(), page.get_y() + _BLANK - 2, page.w - _MARGIN, page.get_y() + _BLANK - 2)
        page.ln(_BLANK)
