"""Whatever a file or a cell holds, reading it ends in answers or in problems, never in an exception."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.model import County
from inventory.survey.columns import COLUMNS
from inventory.survey.corrected import write_copies
from inventory.survey.grid import Cell, Kind
from inventory.survey.limits import refuse_foreign
from inventory.survey.preview import judge
from inventory.survey.problems import Unreadable
from inventory.survey.reading import read_book, read_files, sources
from inventory.survey.rows import Row
from inventory.survey.telephones import Notation
from inventory.survey.values import read
from inventory.survey.workbook import read_workbook
from tests.unit.inventory.survey import books
from tests.unit.inventory.survey.books import NEW, csv_of, of, table
from tests.unit.inventory.survey.conftest import Look

NOTATION = Notation.of("0609-3110000")
KINDS: tuple[Kind, ...] = ("text", "number", "date", "bool", "error", "formula")
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.eE+-:/ ０１２°′″年月日aboxOlu", max_size=30),
    st.floats().map(repr),
    st.integers().map(str),
    st.datetimes().map(str),
)


@given(st.sampled_from(COLUMNS), TYPED, st.sampled_from(KINDS))
@settings(max_examples=1500, deadline=None)
def test_any_cell_is_an_answer_or_a_problem(column: object, text: str, kind: Kind) -> None:
    assert column in COLUMNS
    for each in COLUMNS:
        if each is column:
            with suppress(Unreadable):
                read(each, Cell(1, 1, text, kind), NOTATION)


@given(st.dictionaries(st.sampled_from([column.id for column in COLUMNS]), TYPED))
@settings(max_examples=150, deadline=None)
def test_any_row_can_be_judged(county: County, texts: dict[str, str]) -> None:
    columns = {column.zh: texts.get(column.id) for column in COLUMNS}
    data = csv_of({**columns, "单位名称": texts.get("name") or "清岚县林业局"}, encoding="utf-8-sig")
    from inventory.survey.delimited import read_table

    try:
        rows, _problems = read_book(read_table("f.csv", data), NOTATION)
    except Unreadable:
        return
    assert all(isinstance(row, Row) for row in rows)
    for problem in judge(county, rows)[1]:
        assert problem.document()["problem"]


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_flipped_bytes_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(table(NEW))
    for _flip in range(chance.randint(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with suppress(Unreadable):
        refuse_foreign(bytes(data), ".xlsx")
        read_book(read_workbook("f.xlsx", bytes(data)), NOTATION)


PARTS = ("xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("seed", range(20))
def test_a_workbook_with_strange_xml_is_read_or_refused(part: str, seed: int, tmp_path: Path) -> None:
    chance, text = random.Random(seed), list(books.part(of(信息员="高"), part))
    for _flip in range(chance.randint(1, 6)):
        text[chance.randrange(len(text))] = chance.choice('0123456789<>"/= ²x-')
    (tmp_path / "f.xlsx").write_bytes(books.replaced(of(信息员="高"), part, "".join(text)))
    found = read_files(sources([tmp_path / "f.xlsx"]), NOTATION)
    write_copies(tmp_path / "corrected", found.books, found.problems)


def test_control_signs_of_a_file_never_reach_the_terminal(look: Look) -> None:
    data = csv_of({"单位名称": "清岚县林业局", "信息员": "高\x1b[31m飞\x07、乙", "信息员电话": "16911110001"})
    (problem,) = look({"bad\x1bname.csv": data}).problems
    assert all(sign.isprintable() for value in problem.document().values() for sign in str(value))
