"""Applications as a sheet of a workbook and as paper."""

from fpdf import FPDF
from openpyxl import Workbook

from countynet.i18n import _, translate
from countynet.paper import rows, says
from countynet.sheets import fill
from monitoring.evaluation.served.model import Applications, Served, Service
from monitoring.evaluation.served.show import COLUMNS, cells, faults, named, summary
from monitoring.evaluation.served.show import rows as rows_of


def sheet(made: Workbook, found: Applications) -> None:
    """Add a sheet with every service of every application, figures as numbers."""
    body = (_figures(app, service) for app in found.all for service in (app.services or (None,)))
    fill(made.create_sheet(translate(_("Applications"))), [translate(column) for column in COLUMNS], body, "C2")


def _figures(app: Served, service: Service | None) -> tuple[object, ...]:
    if service is None:
        return (named(app), translate(_("nobody asked it")))
    row = list(cells(app, service))
    row[4:7] = [service.availability, service.mean, service.p95]
    return tuple(row)


def pages(report: FPDF, found: Applications) -> None:
    """Print them from a new page on."""
    report.add_page()
    says(report, translate(_("Applications")), 13)
    for app in found.all:
        says(report, summary(app), 9)
    says(report, faults(found), 9)
    body = [[str(cell) for cell in row] for row in rows_of(found)]
    rows(report, [translate(column) for column in COLUMNS], body, (4, 4, *(2,) * 9), range(2, 11))
