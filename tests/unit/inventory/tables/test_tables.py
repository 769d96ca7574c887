"""The inventory as tables: everything is there, and nothing in them runs."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from inventory.cli import app
from inventory.load import SECTIONS
from inventory.model import County
from inventory.tables import Table, tables, write_csv, write_xlsx
from inventory.tables.headings import WORDS
from inventory.tables.neutral import is_risky, neutral


def table(county: County, name: str) -> Table:
    return next(each for each in tables(county) if each.name == name)


def test_every_section_and_the_plan_are_tables(county: County) -> None:
    found = tables(county)
    assert [each.name for each in found] == ["plan", *SECTIONS]
    assert {each.name: len(each.rows) for each in found if each.name in SECTIONS} == {
        name: len(getattr(county, name)) for name in SECTIONS
    }
    assert all(len(row) == len(each.columns) for each in found for row in each.rows)


def test_a_field_inside_a_field_is_a_column_with_a_dot(county: County) -> None:
    units = table(county, "units")
    row = dict(zip(units.columns, units.rows[0], strict=True))
    officer = county.units[0].officer
    assert officer is not None
    assert (row["number"], row["officer.telephone"]) == (1, officer.telephone)
    assert str(row["terminals"]).startswith("name=pc-001 address=10.21.1.10")
    assert dict(zip(units.columns, units.rows[3], strict=True))["connected_on"] == "2026-03-02"


def test_every_column_has_its_chinese(county: County) -> None:
    words = {word for each in tables(county) for path in each.columns for word in path.split(".")}
    assert not words - set(WORDS)


RISKY = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '"=1"', "'=1", "＝1", "＋1", "－1", "＠x",
         "\u200b=1", "\ufeff=1", "\u3000=1", "|cmd", "%0A"]  # fmt: skip


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_a_program_may_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("value", ["林业局", "0609-3159138", "10.21.1.0/24", "a=b", "", -5, 3.5, True, None, "fd00::1"])
def test_what_is_harmless_stays_as_it_is(value: str | float | None) -> None:
    assert neutral(value) == value


@given(st.text())
def test_nothing_neutralised_begins_a_formula(text: str) -> None:
    found = neutral(text)
    assert isinstance(found, str)
    assert found.startswith("'") or not is_risky(found)
    assert not found.lstrip().startswith(("=", "+", "-", "@"))


def evil(county: County) -> County:
    unit = county.units[0].model_copy(update={"name": '=HYPERLINK("http://x")', "name_en": "@x\x07"})
    fields = {name: getattr(county, name) for name in County.model_fields}
    return County.model_construct(**{**fields, "units": (unit,)})


def test_the_workbook_holds_texts_as_texts_and_numbers_as_numbers(county: County, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "out", tables(evil(county)))
    workbook = load_workbook(path)
    assert workbook.sheetnames == ["plan", *SECTIONS]
    sheet = workbook["units"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, sheet[2], strict=True))
    assert row["name"].value == '\'=HYPERLINK("http://x")'
    assert (row["name"].data_type, row["number"].data_type, row["leader.telephone"].number_format) == ("s", "n", "@")


def test_csv_files_open_as_utf_8_in_excel_and_read_back(county: County, tmp_path: Path) -> None:
    paths = write_csv(tmp_path, tables(evil(county)), chinese=True)
    assert {path.stem for path in paths} == {"plan", *SECTIONS}
    data = (tmp_path / "units.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1][:3] == ["编号", "序号", "名称"]
    assert rows[2][2] == '\'=HYPERLINK("http://x")'
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("words", [[], ["out", "--netbox", "http://127.0.0.1:1/"]], ids=["neither", "both"])
def test_an_export_goes_to_one_place(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "county"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["export", *words])
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())
