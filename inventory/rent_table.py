"""A month's rent as a table: rows for the screen, a CSV file for the accountant's spreadsheet, a JSON document.

The CSV has a byte order mark and CRLF, so that WPS and Excel read its Chinese, and no cell of it is a formula: text
that begins like one gets an apostrophe before it. Pure, but for `write`.
"""

import csv as csv_format
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import CHINESE, _, language, translate
from inventory.model import County
from inventory.month import Month
from inventory.rent import RentLine, Sum, by_contract, by_supplier, by_unit, whole, yuan

COLUMNS = (
    _("unit"),
    _("name"),
    _("line"),
    _("access"),
    _("number in the contract"),
    _("contract"),
    _("supplier"),
    _("first day"),
    _("days"),
    _("days of the month"),
    _("rent per month"),
    _("amount"),
    _("deduction"),
    _("to pay"),
)
ACCESS = {
    "fiber": _("10M fiber"),
    "leased": _("leased line"),
    "adsl": _("ADSL with VPN"),
}
BACKUP = {
    "dial-up": _("backup: dial-up"),
    "adsl": _("backup: ADSL"),
    "leased": _("backup: leased line"),
}
FORMULA = "=+-@＝＋－＠|%\t\r\n"


def access(line: RentLine) -> str:
    """Return how a line reaches its unit, as a message id."""
    return (BACKUP if line.backup else ACCESS).get(line.access, line.access)


def unit_name(county: County, unit: str) -> str:
    """Return a unit's name in the present language; of an unknown unit, its id."""
    found = county.unit_by_id.get(unit)
    return unit if found is None else found.name if language() == CHINESE else found.name_en


def rows(county: County, lines: Sequence[RentLine]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each line, as `COLUMNS` has them."""
    for r in lines:
        text = (
            r.unit,
            unit_name(county, r.unit),
            r.line,
            translate(access(r)),
            r.contract_line,
            r.contract,
            r.supplier,
        )
        money = (yuan(r.amount), yuan(r.deduction), yuan(r.total))
        yield (*(safe(cell) for cell in text), str(r.begins), str(r.days), str(r.month_days), str(r.rent), *money)


def totals(lines: Sequence[RentLine]) -> Iterator[tuple[str, ...]]:
    """Yield each contract's sum and the whole."""
    suppliers = {line.contract: line.supplier for line in lines}
    for found in by_contract(lines):
        name = found.key or translate(_("without contract"))
        yield (name, suppliers[found.key], *_sum(found))
    yield (translate(_("all")), "", *_sum(whole(lines)))


def _sum(found: Sum) -> tuple[str, ...]:
    return (str(found.lines), yuan(found.amount), yuan(found.deduction), yuan(found.total))


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" \u3000\ufeff").startswith(tuple(FORMULA)) else cell


def csv(county: County, lines: Sequence[RentLine]) -> str:
    """Return the lines as CSV with headings in the present language."""
    text = io.StringIO(newline="")
    writer = csv_format.writer(text)
    writer.writerow(translate(column) for column in COLUMNS)
    writer.writerows(rows(county, lines))
    return "\ufeff" + text.getvalue()


def write(file: Path, text: str) -> None:
    """Write a CSV file. Raises BadInput when that cannot be."""
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        message = _("{file} cannot be written: {reason}")
        raise BadInput([Problem(message, {"file": str(file), "reason": error.strerror or str(error)})]) from error


def document(month: Month, lines: Sequence[RentLine]) -> dict[str, JSON]:
    """Return what `--json` prints; money in fen."""
    return {
        "month": str(month),
        "currency": "CNY",
        "unit_of_money": "fen",
        "lines": [_line(line) for line in lines],
        "by_unit": [_json(found) for found in by_unit(lines)],
        "by_supplier": [_json(found) for found in by_supplier(lines)],
        "by_contract": [_json(found) for found in by_contract(lines)],
        "whole": _json(whole(lines)),
    }


def _line(r: RentLine) -> dict[str, JSON]:
    return {
        "unit": r.unit,
        "line": r.line,
        "backup": r.backup,
        "access": r.access,
        "contract_line": r.contract_line,
        "contract": r.contract,
        "supplier": r.supplier,
        "begins": str(r.begins),
        "days": r.days,
        "month_days": r.month_days,
        "rent_yuan": r.rent,
        "amount": r.amount,
        "deduction": r.deduction,
        "total": r.total,
    }


def _json(found: Sum) -> dict[str, JSON]:
    sums: dict[str, JSON] = {"lines": found.lines, "amount": found.amount, "deduction": found.deduction}
    return {"key": found.key, **sums, "total": found.total}
