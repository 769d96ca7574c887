"""The accountant's table: no cell is a formula, whatever somebody wrote into the inventory."""

import csv
import io
from contextvars import copy_context

import pytest

from countynet.i18n import set_language
from inventory.model import County
from inventory.month import Month
from inventory.rent import rent
from inventory.rent_table import COLUMNS, rows, safe
from inventory.rent_table import csv as csv_of
from tests.unit.inventory.rollout.small import changed


@pytest.mark.parametrize(
    "cell", ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "  =1", "\u3000=1", "\t=1", "\r\n=1", "|cmd", "\ufeff=1"]
)
def test_what_looks_like_a_formula_becomes_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "u001", "清岚县=1", "QL-2026", "'=1"])
def test_what_does_not_is_left_alone(cell: str) -> None:
    assert safe(cell) == cell


def cells(county: County, language: str) -> list[list[str]]:
    """Return the CSV of a language as a spreadsheet reads it; the tests after this one keep their own language."""

    def write() -> str:
        set_language(language)
        return csv_of(county, rent(county, Month(2026, 11)))

    return list(csv.reader(io.StringIO(copy_context().run(write).removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_evil_name_is_text_in_every_language(county: County, language: str) -> None:
    evil = county.units[0].model_copy(update={"name": '=HYPERLINK("x")', "name_en": "@evil"})
    circuit = county.circuits[0].model_copy(update={"contract": "+1,\n=2"})
    bad = changed(county, units=(evil, *county.units[1:]), circuits=(circuit, *county.circuits[1:]))
    found = cells(bad, language)
    assert {len(row) for row in found} == {len(COLUMNS)}
    assert not [cell for row in found for cell in row if cell[:1] in "=+@-" and cell]
    assert found[1][4] == "'+1,\n=2"


def test_every_line_is_a_row(county: County) -> None:
    lines = rent(county, Month(2026, 11))
    assert len(list(rows(county, lines))) == len(lines)
