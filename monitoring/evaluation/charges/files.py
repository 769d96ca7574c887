"""A month's charges as a workbook and as paper; the same bytes whenever a month that is over is made again."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from fpdf import FPDF
from openpyxl import Workbook

from countynet.clock import CHINA
from countynet.i18n import _, language, translate
from countynet.paper import paper, rows, says, signatures
from countynet.sheets import book, content, fill
from inventory.model import County
from inventory.rent import Sum, by_contract, whole, yuan
from inventory.rent_table import access, safe, unit_name
from monitoring.evaluation.charges.model import Charge, Charges
from monitoring.evaluation.charges.show import COLUMNS, SIGN, cells, deducted, outage, why

_SUMS = (_("contract"), _("supplier"), _("lines"), _("rent, yuan"), _("deduction, yuan"), _("to pay, yuan"))
_ROWS = (_("month"), COLUMNS[0], _("name"), *COLUMNS[1:3], _("number in the contract"), *COLUMNS[3:], _("why"))
_OUTAGES = (_("month"), _("unit"), _("line"), _("outages"))


def workbook(county: County, found: Charges) -> bytes:
    """Return a month's lines, sums and outages as a workbook."""
    made, first = book()
    made.remove(first)
    sheets(made, county, [found])
    return content(made)


def sheets(made: Workbook, county: County, months: Iterable[Charges]) -> None:
    """Add the sheets of some months: the lines, what each contract comes to, the outages behind deductions."""
    told = list(months)
    lines = made.create_sheet(translate(_("Rent")))
    fill(lines, _heads(_ROWS), (_row(county, charge) for found in told for charge in found.all), "D2")
    sums = made.create_sheet(translate(_("Contracts")))
    fill(sums, _heads((_("month"), *_SUMS)), (row for found in told for row in _sums(found)))
    outages = made.create_sheet(translate(_("Outages deducted")))
    fill(outages, _heads(_OUTAGES), (row for found in told for row in _outages(found)))


def _heads(columns: Iterable[str]) -> list[str]:
    return [translate(column) for column in columns]


def _row(county: County, charge: Charge) -> tuple[object, ...]:
    line = charge.line
    return (
        str(charge.month),
        line.unit,
        safe(unit_name(county, line.unit)),
        line.line,
        translate(access(line)),
        line.contract_line,
        line.contract,
        charge.promised,
        charge.reached,
        line.amount / 100,
        line.deduction / 100,
        line.total / 100,
        why(charge),
    )


def _sums(found: Charges) -> Iterator[tuple[object, ...]]:
    for name, supplier, one in totals(found):
        yield (str(found.month), name, supplier, one.lines, one.amount / 100, one.deduction / 100, one.total / 100)


def totals(found: Charges) -> Iterator[tuple[str, str, Sum]]:
    """Yield each contract with its supplier and its sum, then all."""
    suppliers = {line.contract: line.supplier for line in found.lines}
    for one in by_contract(found.lines):
        yield one.key or translate(_("without contract")), suppliers[one.key], one
    yield translate(_("all")), "", whole(found.lines)


def _outages(found: Charges) -> Iterator[tuple[object, ...]]:
    for charge in deducted(found):
        for one in charge.outages:
            yield str(found.month), charge.line.unit, charge.line.line, outage(one)


def printed(county: County, found: Charges) -> bytes:
    """Return a month as a PDF with places to sign. Raises MissingCapability without the font."""
    report = paper(datetime.combine(found.month.after.first, time(), CHINA).astimezone(UTC))
    pages(report, county, found)
    signatures(report, *map(translate, SIGN))
    return bytes(report.output())


def pages(report: FPDF, county: County, found: Charges, only_deducted: bool = False) -> None:
    """Print a month from a new page on: sums by contract, the lines, and why something is deducted."""
    report.add_page()
    name = county.plan.name if language() == "zh_CN" else county.plan.name_en
    title = translate(_("Rent of lines of {county}, {month}"), county=name, month=found.month)
    if not report.title:
        report.set_title(title)
    says(report, title, 15)
    if found.said is not None:
        says(report, found.said.text())
    sums = [(n, s, str(o.lines), yuan(o.amount), yuan(o.deduction), yuan(o.total)) for n, s, o in totals(found)]
    rows(report, _heads(_SUMS), sums, (3, 3, 1, 2, 2, 2), range(2, 6))
    shown = list(deducted(found)) if only_deducted else found.all
    if shown:
        report.ln(4)
        heads = [translate(_("name")), *_heads(COLUMNS)]
        body = ([unit_name(county, c.line.unit), *cells(c)] for c in shown)
        rows(report, heads, body, (6, 2, 2, 3, 3, 2, 2, 2, 2, 2), range(5, 10))
    _reasons(report, found)


def _reasons(report: FPDF, found: Charges) -> None:
    """Print why each deduction is made, with its outages."""
    charges = list(deducted(found))
    if not charges:
        return
    report.ln(4)
    says(report, translate(_("Why something is deducted")), 13)
    for charge in charges:
        said = (f"{charge.line.unit} {charge.line.line}: {why(charge)}", *(f"    {outage(o)}" for o in charge.outages))
        says(report, "\n".join(said), 8)
