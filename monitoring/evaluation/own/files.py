"""The ranking as a sheet of a workbook and as pages of paper."""

from collections.abc import Iterator

from fpdf import FPDF
from openpyxl import Workbook

from countynet.i18n import _, translate
from countynet.paper import rows, says
from countynet.sheets import fill
from inventory.model import County
from inventory.rent_table import safe, unit_name
from monitoring.evaluation.own.model import Ranked, Ranking
from monitoring.evaluation.own.show import COLUMNS, cells, findings, remarks, told, working


def sheet(made: Workbook, county: County, found: Ranking) -> None:
    """Add a sheet with every unit, and one with what was found at which."""
    heads = [translate(column) for column in COLUMNS]
    fill(made.create_sheet(translate(_("Ranking of units"))), heads, (_row(county, one) for one in found.units), "D2")
    told_of = made.create_sheet(translate(_("Findings at units")))
    fill(told_of, [translate(head) for head in (_("unit"), _("name"), _("finding"))], _found(county, found))


def _row(county: County, one: Ranked) -> tuple[object, ...]:
    name = safe(unit_name(county, one.unit))
    return (one.rank, one.unit, name, one.score, *(part.score for part in one.parts), _all(one))


def _all(one: Ranked) -> str:
    return "; ".join((working(one), *(told(part) for part in one.parts)))


def _found(county: County, found: Ranking) -> Iterator[tuple[object, ...]]:
    for one in found.units:
        for line in findings(one.facts):
            yield one.unit, safe(unit_name(county, one.unit)), line


def pages(report: FPDF, county: County, found: Ranking) -> None:
    """Print the ranking from a new page on."""
    report.add_page()
    says(report, translate(_("Ranking of units' own network work")), 13)
    for line in remarks(found):
        says(report, line, 9)
    heads = [translate(column) for column in COLUMNS]
    body = (cells(one, county.unit_by_id[one.unit]) for one in found.units)
    rows(report, heads, body, (2, 2, 8, 2, 2, 2, 2, 3, 3, 16), (0, *range(3, 9)))
