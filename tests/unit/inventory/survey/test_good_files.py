"""What is read from files as units really send them, without a word about notation."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from countynet.vocabulary import Access, UnitKind
from inventory.survey.rows import Answers
from tests.unit.inventory.survey import books
from tests.unit.inventory.survey.books import FORESTRY, NEW, book, csv_of, edited, grid, of, table
from tests.unit.inventory.survey.conftest import Look

Rows = list[list[Any]]


def answers(look: Look, data: bytes, file: str = "f.xlsx") -> list[Answers]:
    found = look({file: data})
    assert [(p.row, p.column, p.problem()) for p in found.problems] == []
    return [entry.row.answers for entry in found.entries]


def one(look: Look, data: bytes, file: str = "f.xlsx") -> Answers:
    (found,) = answers(look, data, file)
    return found


TELEPHONES: tuple[tuple[Any, str], ...] = (
    ("16911110001", "16911110001"),
    (16911110001, "16911110001"),
    (16911110001.0, "16911110001"),
    ("1.6911110001E+10", "16911110001"),
    ("１６９１１１１０００１", "16911110001"),
    ("+86 169-1111-0001", "16911110001"),
    ("0086 16911110001", "16911110001"),
    ("0609-3159138", "0609-3159138"),
    ("（0609）3159138", "0609-3159138"),
    ("0609　3159138", "0609-3159138"),
    ("0609—3159138", "0609-3159138"),
    (6093159138, "0609-3159138"),
    (3159138, "0609-3159138"),
    ("电话：3159138", "0609-3159138"),
    ("010-88886666", "010-88886666"),
    ("16911110001\u200b", "16911110001"),
)


@pytest.mark.parametrize(("written", "meant"), TELEPHONES, ids=lambda value: repr(value))
def test_a_telephone_is_read_however_it_is_written(look: Look, written: object, meant: str) -> None:
    assert one(look, of(信息员="高飞", 信息员电话=written)).officer_telephone == meant


MACS = (
    "0011-2233-4455",
    "00-11-22-33-44-55",
    "0011.2233.4455",
    "00:11:22:33:44:55",
    "001122334455",
    "００１１－２２３３－４４５５",
)


@pytest.mark.parametrize("written", MACS)
def test_a_hardware_address_is_read_in_every_notation(look: Look, written: str) -> None:
    assert one(look, of(MAC地址=written)).macs == ("00:11:22:33:44:55",)


DAYS: tuple[Any, ...] = (
    "2026-03-02",
    "2026年3月2日",
    "2026.3.2",
    "2026/3/2",
    "20260302",
    46083,
    "46083",
    date(2026, 3, 2),
)


@pytest.mark.parametrize("written", DAYS, ids=repr)
def test_a_day_is_read_in_every_notation(look: Look, written: object) -> None:
    found = one(look, of(证书序列号="4a3f 00c1:9b27", 证书颁发日期=written, 证书有效期至=datetime(2029, 3, 1)))
    assert (found.certificate, found.certificate_issued) == ("4A3F00C19B27", date(2026, 3, 2))
    assert found.certificate_expires == date(2029, 3, 1)


@pytest.mark.parametrize("written", ["118.2093", "118°12′33.5″", "东经118.2093", "118.2093°", 118.2093])
def test_degrees_are_read_in_every_notation(look: Look, written: object) -> None:
    found = one(look, of(办公地点="林业局办公楼", 经度=written, 纬度=30.3711))
    assert found.longitude == pytest.approx(118.2093, abs=0.0001)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("是", True), ("√", True), ("Y", True), ("否", False), ("×", False), ("无", False), ("", None)],
)
def test_yes_and_no_are_read_as_they_are_ticked(look: Look, written: str, meant: bool | None) -> None:
    assert one(look, of(是否上网=written, 合同编号="")).may_browse is meant


def test_a_row_may_answer_everything(look: Look) -> None:
    found = one(
        look,
        table({**NEW, "单位编号": "新增", "终端数量": "１台", "印章编号": 3406090012345, "备注": "无", "序号": 1}),
    )
    assert (found.id, found.kind, found.access) == ("new", UnitKind.INSTITUTION, Access.FIBER)
    assert (found.terminals, found.seal) == (1, ("3406090012345",))


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gbk")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_in_any_encoding_and_with_any_delimiter(look: Look, encoding: str, delimiter: str) -> None:
    data = csv_of({**FORESTRY, "信息员": "高\n飞", "信息员电话": "16911110001"}, encoding=encoding, delimiter=delimiter)
    assert one(look, data, "f.csv").officer_name == "高飞"


def test_excels_own_first_line_names_the_delimiter(look: Look) -> None:
    assert (
        one(look, "sep=|\n单位名称|信息员|电话\n清岚县林业局|高飞|16911110001\n".encode(), "f.csv").officer_name
        == "高飞"
    )


def test_a_workbook_named_csv_and_a_csv_named_xlsx_are_read_as_what_they_are(look: Look) -> None:
    assert one(look, of(信息员="高飞", 信息员电话="16911110001"), "a.csv").officer_name == "高飞"


def test_titles_above_the_header_and_notes_below_are_passed_over(look: Look) -> None:
    rows = grid(
        {"序号": 1, **FORESTRY, "信息员": "高飞", "信息员电话": "16911110001"},
        {"序号": "例：", "单位名称": "清岚县某某局", "信息员": "张三", "信息员电话": "16900000000"},
        {"序号": "合计", "单位名称": None, "信息员": 1},
        {"序号": "注：请于月底前报送。"},
        {"序号": None, "单位名称": "单位名称", "信息员": "信息员", "信息员电话": "信息员电话"},
        top=(["清岚县电子政务专网调查表"], ["填报日期：2026年3月"]),
    )
    data = book({"调查表": rows}, {"调查表": ["A1:D1", "A2:D2"]})
    assert one(look, data).officer_name == "高飞"


def test_headings_over_a_persons_columns_are_understood(look: Look) -> None:
    rows: Rows = [
        ["单位名称", "分管领导", None, None, "信息员", None, "是否上网"],
        [None, "姓名", "职务", "联系电话", "姓名", "联系电话", None],
        ["清岚县林业局", "赵一", "副局长", "0609-3151111", "高飞", "16911110001", "否"],
    ]
    data = book({"表": rows}, {"表": ["A1:A2", "B1:D1", "E1:F1", "G1:G2"]})
    found = one(look, data)
    assert (found.leader_name, found.leader_title, found.leader_telephone) == ("赵一", "副局长", "0609-3151111")
    assert (found.officer_name, found.officer_telephone, found.may_browse) == ("高飞", "16911110001", False)


def test_a_bare_telephone_column_belongs_to_the_person_before_it(look: Look) -> None:
    rows: Rows = [
        ["单位名称（盖章）", "分管领导", "职务", "电话", "信息员*", "手机号码"],
        ["清岚县林业局", "赵一", "副局长", "3151111", "高飞", "16911110001"],
    ]
    found = one(look, book({"表": rows}))
    assert (found.leader_telephone, found.officer_telephone) == ("0609-3151111", "16911110001")


def test_english_headers_do_as_well(look: Look) -> None:
    rows: Rows = [["Unit name", "Information officer", "Officer phone", "Access type"]]
    rows.append(["County Forestry Bureau", "Gao Fei", "16911110001", "ADSL"])
    assert one(look, book({"Survey": rows})).officer_name == "Gao Fei"


def form_rows() -> list[list[Any]]:
    return [
        ["清岚县电子政务专网单位情况调查表", None, None, None],
        ["单位名称", "清岚县　林业局", "单位性质", "政府部门"],
        ["办公地点", "林业局办公楼", None, None],
        ["分管领导", "姓名", "赵一", None],
        [None, "职务", "信息员", None],
        [None, "电话", "0609-3151111", None],
        ["信息员", "高飞", "手机", "16911110001"],
        ["终端MAC地址", "0011-2233-4455", "是否上网", "否"],
    ]


def test_a_form_with_labels_beside_the_answers_is_read(look: Look) -> None:
    merges = ["A1:D1", "B3:D3", "A4:A6", "C4:D4", "C5:D5", "C6:D6"]
    found = one(look, book({"表": form_rows()}, {"表": merges}))
    assert (found.name, found.kind, found.building) == ("清岚县林业局", UnitKind.GOVERNMENT, "林业局办公楼")
    assert (found.leader_name, found.leader_title, found.leader_telephone) == ("赵一", "信息员", "0609-3151111")
    assert (found.officer_name, found.officer_telephone, found.macs) == ("高飞", "16911110001", ("00:11:22:33:44:55",))


def test_a_little_table_inside_a_form_is_read(look: Look) -> None:
    rows: Rows = [
        ["单位名称", "清岚县林业局", None, None],
        ["分管领导", "姓名", "职务", "电话"],
        [None, "赵一", "副局长", "0609-3151111"],
        ["信息员", "姓名", "电话", None],
        [None, "高飞", "16911110001", None],
    ]
    found = one(look, book({"表": rows}, {"表": ["B1:D1", "A2:A3", "A4:A5"]}))
    assert (found.leader_name, found.leader_telephone) == ("赵一", "0609-3151111")
    assert (found.officer_name, found.officer_telephone) == ("高飞", "16911110001")


def test_each_sheet_may_hold_a_unit_and_others_nothing(look: Look) -> None:
    sheets = {
        "林业局": grid({**FORESTRY, "信息员": "高飞", "信息员电话": "16911110001"}),
        "水利局": grid({"单位名称": "清岚县水利局", "信息员": "高远", "信息员电话": "16911110002"}),
        "说明": [["填表说明"], ["单位名称按公章填写"]],
        "Sheet3": [],
    }
    assert [found.name for found in answers(look, book(sheets))] == ["清岚县林业局", "清岚县水利局"]


def test_a_hidden_sheet_is_not_read(look: Look) -> None:
    shown = grid({**FORESTRY, "信息员": "高飞", "信息员电话": "16911110001"})
    data = book({"新": shown, "旧": grid({"单位名称": "清岚县水利局", "信息员": "坏"})})
    data = edited(
        data, 'name="旧" sheetId="2" state="visible"', 'name="旧" sheetId="2" state="veryHidden"', "xl/workbook.xml"
    )
    assert one(look, data).name == "清岚县林业局"


def test_a_units_rows_merged_over_its_name_are_one_unit(look: Look) -> None:
    rows: Rows = [["单位名称", "信息员", "信息员电话", "MAC地址"]]
    rows.append(["清岚县林业局", "高飞", "16911110001", "0011-2233-4455"])
    rows.append([None, None, None, "无"])
    data = book({"表": rows}, {"表": ["A2:A3", "B2:B3", "C2:C3"]})
    assert one(look, data).macs == ("00:11:22:33:44:55",)


def test_an_answer_merged_over_several_units_is_the_answer_of_each(look: Look) -> None:
    rows: Rows = [["单位名称", "办公地点"], ["清岚县财政局", "财政局大楼"], ["清岚县审计局", None]]
    found = answers(look, book({"表": rows}, {"表": ["B2:B3"]}))
    assert [each.building for each in found] == ["财政局大楼", "财政局大楼"]


def test_a_formula_with_its_result_is_the_result(look: Look) -> None:
    data = of(合同编号="X")
    data = edited(data, '<c r="B2" t="inlineStr"><is><t>X</t></is></c>', '<c r="B2" t="str"><f>A9</f><v>QL-1</v></c>')
    assert one(look, data).contract == "QL-1"


def test_shared_texts_with_readings_and_several_runs_are_whole(look: Look) -> None:
    cell = "<is><r><t>清岚县</t></r><r><t>林业局</t></r><rPh sb='0' eb='1'><t>qinglan</t></rPh></is>"
    data = edited(of(合同编号="X"), "<is><t>清岚县林业局</t></is>", cell)
    assert one(look, data).name == "清岚县林业局"


def test_a_date_of_a_workbook_that_counts_from_1904_is_right(look: Look) -> None:
    data = of(证书序列号="4A3F00C19B27", 证书颁发日期=datetime(2026, 3, 2), 证书有效期至=datetime(2029, 3, 1))
    data = edited(data, "<workbookPr />", '<workbookPr date1904="1" />', "xl/workbook.xml")
    assert one(look, data).certificate_issued == date(2030, 3, 3)


def test_people_of_several_units_may_be_the_same_and_share_a_landline(look: Look) -> None:
    data = table(
        {**FORESTRY, "信息员": "高飞", "信息员电话": "16911110001", "分管领导": "赵一", "分管领导电话": "3151111"},
        {"单位名称": "清岚县国有石门林场", "信息员": "高飞", "信息员电话": "16911110001", "分管领导": "钱二",
         "分管领导电话": "3151111"},
    )  # fmt: skip
    assert len(answers(look, data)) == 2


def test_a_units_id_does_for_its_name(look: Look) -> None:
    assert one(look, table({"单位编号": "63", "单位名称": None, "是否上网": "是"})).id == "u063"


def test_files_in_folders_below_are_read_and_what_people_did_not_put_there_is_not(look: Look) -> None:
    found = look({"~$a.xlsx": b"lock", ".hidden.csv": b"x", "a.csv": csv_of({**FORESTRY, "信息员": None, "备注": 1})})
    assert (found.problems, len(found.entries)) == ((), 1)


@pytest.mark.parametrize("build", [lambda: books.of(终端数量=3)])
def test_further_terminals_are_noted_and_stop_nothing(look: Look, build: Callable[[], bytes]) -> None:
    found = look({"f.xlsx": build()})
    assert found.problems == ()
    assert [note.values["asked"] for note in found.notes] == [3]
