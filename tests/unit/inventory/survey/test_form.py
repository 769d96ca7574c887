"""The empty form: what it offers, and that what is filled into it is read back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from countynet.i18n import CHINESE, ENGLISH
from inventory.model import County
from inventory.survey.columns import COLUMNS
from inventory.survey.form import form
from tests.unit.inventory.survey import books
from tests.unit.inventory.survey.books import NEW
from tests.unit.inventory.survey.conftest import Look

LANGUAGES = [CHINESE, ENGLISH]


def reopened(county: County | None, language: str, tmp_path: Path) -> Workbook:
    form(county, language).save(tmp_path / "form.xlsx")
    return load_workbook(tmp_path / "form.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_stand_over_each_column(county: County, language: str, tmp_path: Path) -> None:
    sheet = reopened(county, language, tmp_path).worksheets[0]
    first, second = ([cell.value for cell in sheet[row]] for row in (1, 2))
    chinese, english = [column.zh for column in COLUMNS], [column.en for column in COLUMNS]
    assert (first, second) == ((chinese, english) if language == CHINESE else (english, chinese))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_read_back(county: County, language: str, tmp_path: Path, look: Look) -> None:
    workbook = reopened(county, language, tmp_path)
    filled = {
        **NEW, "英文名称": "County Senior University",
        "上级单位": "清岚县教育局", "分管领导职务": "校长", "合同编号": "QL-77",
        "终端数量": "1", "终端MAC地址": "00:11:22:33:44:55", "是否上网": "是", "印章编号": "3406090012345",
        "证书序列号": "4A3F00C19B27", "证书持有人": "吴越", "证书颁发日期": "2026-03-02", "证书有效期至": "2029-03-01",
    }  # fmt: skip
    for place, column in enumerate(COLUMNS, 1):
        workbook.worksheets[0].cell(3, place).value = filled.get(column.zh)
    found = look({"f.xlsx": books.saved(workbook)})
    assert [p.problem() for p in found.problems] == []
    (entry,) = found.entries
    given = entry.answers.model_dump(exclude_none=True)
    assert set(given) == {column.id.replace(".", "_") for column in COLUMNS} - {"id", "longitude", "latitude"}


def test_lists_offer_what_is_possible(county: County, tmp_path: Path) -> None:
    workbook = reopened(county, CHINESE, tmp_path)
    rules = workbook.worksheets[0].data_validations.dataValidation
    assert len(rules) == 5
    lists = workbook["lists"]
    assert lists.sheet_state == "hidden"
    texts = {str(cell.value) for row in lists.iter_rows() for cell in row}
    assert {"政府部门", "光纤", "是", "县行政中心大楼", "清岚县林业局"} <= texts


def test_no_column_is_made_numbers_of(county: County, tmp_path: Path) -> None:
    dimensions = reopened(county, CHINESE, tmp_path).worksheets[0].column_dimensions
    assert {dimensions[letter].number_format for letter in ("K", "M", "S")} == {"@"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_is_no_survey_and_its_instructions_are_no_unit(
    language: str, county: County, tmp_path: Path, look: Look
) -> None:
    found = look({"f.xlsx": books.saved(reopened(county, language, tmp_path))})
    assert [p.advice.message for p in found.problems] == ["the survey in it is empty"]


def test_the_form_can_be_made_before_there_is_a_county(tmp_path: Path) -> None:
    assert reopened(None, CHINESE, tmp_path).sheetnames[0] == "调查表"


def test_each_column_has_a_comment_with_an_example(county: County, tmp_path: Path) -> None:
    sheet = reopened(county, CHINESE, tmp_path).worksheets[0]
    for place, column in enumerate(COLUMNS, 1):
        comment = sheet.cell(1, place).comment
        assert comment is not None
        assert column.example in comment.text
