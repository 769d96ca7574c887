"""Copies for correction: the bad cells coloured and commented in both languages, everything else as it was."""

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from countynet.i18n import set_language
from inventory.survey.corrected import COLOUR, write_copies
from tests.unit.inventory.survey import books
from tests.unit.inventory.survey.books import FORESTRY, book, csv_of, edited, of, table
from tests.unit.inventory.survey.conftest import Look


def copied(look: Look, tmp_path: Path, data: bytes, file: str = "f.xlsx") -> Workbook:
    found = look({file: data})
    (path,) = write_copies(tmp_path / "corrected", found.reading.books, found.problems)
    return load_workbook(path)


def note(workbook: Workbook, place: str) -> str:
    cell = workbook.worksheets[0][place]
    assert cell.fill.fgColor.rgb == COLOUR
    assert cell.comment is not None
    return str(cell.comment.text)


def test_a_bad_cell_is_coloured_and_says_why_in_both_languages(look: Look, tmp_path: Path) -> None:
    data = of(信息员="新来人", 信息员电话="0609-3159138转802")
    text = note(copied(look, tmp_path, data), "C2")
    assert text.index("extension") < text.index("分机")
    assert text.count("0609-3159138") == 2


def test_the_language_of_the_run_comes_first(look: Look, tmp_path: Path) -> None:
    set_language("zh")
    text = note(copied(look, tmp_path, of(信息员="新来人", 信息员电话="0609-3159138转802")), "C2")
    assert text.index("分机") < text.index("extension")


def test_other_cells_stay_as_they_were(look: Look, tmp_path: Path) -> None:
    sheet = copied(look, tmp_path, table({**FORESTRY, "信息员": "高", "信息员电话": 16911110001})).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["清岚县林业局", "高", 16911110001]
    assert sheet["A2"].fill.fill_type is None


def test_a_problem_inside_a_merged_cell_marks_the_whole_of_it(look: Look, tmp_path: Path) -> None:
    rows = [["单位名称", "信息员", None], ["清岚县林业局", "高", None]]
    workbook = copied(look, tmp_path, book({"表": rows}, {"表": ["B2:C2"]}))
    assert "two characters" in note(workbook, "B2")
    assert [str(area) for area in workbook.worksheets[0].merged_cells.ranges] == ["B2:C2"]


def test_a_missing_answer_is_marked_where_it_should_stand(look: Look, tmp_path: Path) -> None:
    assert "telephone" in note(copied(look, tmp_path, of(信息员="新来人", 信息员电话=None)), "C2")


def test_what_was_said_in_a_comment_before_is_kept(look: Look, tmp_path: Path) -> None:
    from openpyxl.comments import Comment

    workbook = load_workbook(BytesIO(of(信息员="高", 信息员电话="16911110001")))
    workbook.worksheets[0]["B2"].comment = Comment("ask her again", "clerk")
    assert note(copied(look, tmp_path, books.saved(workbook)), "B2").endswith("ask her again")


def test_a_csv_file_becomes_a_workbook_in_which_no_text_is_a_formula(look: Look, tmp_path: Path) -> None:
    data = csv_of({**FORESTRY, "信息员": "高", "信息员电话": "16911110001", "备注": "=1+1"}, encoding="gbk")
    workbook = copied(look, tmp_path, data, "wps.csv")
    assert "two characters" in note(workbook, "B2")
    assert workbook.worksheets[0]["D2"].data_type == "s"


def test_a_workbook_that_openpyxl_refuses_is_rebuilt(look: Look, tmp_path: Path) -> None:
    data = books.replaced(of(信息员="高", 信息员电话="16911110001"), "xl/theme/theme1.xml", "<!DOCTYPE x []><x/>")
    assert "two characters" in note(copied(look, tmp_path, data), "B2")


def test_a_link_over_everything_is_not_unrolled(look: Look, tmp_path: Path) -> None:
    links = '</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    data = edited(of(信息员="高", 信息员电话="16911110001"), "</sheetData>", links)
    assert "two characters" in note(copied(look, tmp_path, data), "B2")


def test_a_corrected_copy_is_read_like_any_other(look: Look, tmp_path: Path) -> None:
    workbook = copied(look, tmp_path, of(信息员="高", 信息员电话="16911110001"))
    workbook.worksheets[0]["B2"].value = "高飞"
    found = look({"f.xlsx": books.saved(workbook)})
    assert found.problems == ()


def test_a_file_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    from inventory.survey.corrected import free_path

    assert free_path(tmp_path, "../../etc/x.csv") == tmp_path / "etc" / "x.xlsx"
    assert free_path(tmp_path, "/etc/x.csv") == tmp_path / "etc" / "x.xlsx"
