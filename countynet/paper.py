"""Paper for reports: an A4 page in landscape, Chinese glyphs embedded (fpdf2, WenQuanYi Micro Hei of Debian).

Deterministic: its time is given, its id comes from its content, so that what is made again is the same bytes. Without
the font it refuses: a PDF with empty boxes for Chinese is worth nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from countynet.errors import MissingCapability
from countynet.i18n import _, language

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
MARGIN, LINE = 12, 6
"""millimetres"""


class Paper(FPDF):
    """Pages with their number below."""

    def footer(self) -> None:
        """Print the page's number."""
        self.set_y(-MARGIN)
        self.set_font("han", size=8)
        self.cell(0, LINE, f"{self.page_no()}/{{nb}}", align="C")


def paper(at: datetime, font: Path = FONT) -> Paper:
    """Return paper without a page, dated. Raises MissingCapability without the font."""
    if not font.is_file():
        raise MissingCapability(_("a PDF needs the Debian package {package}"), package="fonts-wqy-microhei")
    report = Paper("landscape", format="A4")
    report.set_creation_date(at)
    report.set_lang("zh-CN" if language() == "zh_CN" else "en")
    report.add_font("han", fname=font)
    report.set_margin(MARGIN)
    report.set_auto_page_break(True, 2 * MARGIN)
    return report


def says(report: FPDF, text: str, size: int = 10) -> None:
    """Print a paragraph."""
    report.set_font("han", size=size)
    report.multi_cell(0, size * 0.6, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def rows(
    report: FPDF, heads: Sequence[str], body: Iterable[Sequence[str]], widths: Sequence[int], figures: Collection[int]
) -> None:
    """Print a table; its head is repeated on each page. `figures`: the columns that are set to the right."""
    report.set_font("han", size=8)
    plain = FontFace(emphasis="", fill_color=(230, 236, 234))
    sides = tuple("RIGHT" if number in figures else "LEFT" for number in range(len(heads)))
    with report.table(
        headings_style=plain, borders_layout=TableBordersLayout.ALL, col_widths=tuple(widths), line_height=4.2,
        text_align=sides,
    ) as table:  # fmt: skip
        for row in (heads, *body):
            table.row(row)


def signatures(report: FPDF, *who: str) -> None:
    """Print where people sign and seal: a line for each, already in the reader's language."""
    report.ln(8)
    report.set_font("han", size=10)
    for line in who:
        report.cell(0, 14, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
