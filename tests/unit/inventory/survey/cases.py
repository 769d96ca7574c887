"""Bad survey files, one trouble each: what the preview has to say of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.unit.inventory.survey import books
from tests.unit.inventory.survey.books import FORESTRY, NEW, archive, book, csv_of, edited, grid, new, of, table

Rows = list[list[Any]]
WHOLE = ("", 0, "")


@dataclass(frozen=True)
class Case:
    """A file, and what is said: sheet, row, column letters, message id, suggestion as shown in English."""

    name: str
    build: Callable[[], bytes]
    message: str
    suggestion: str
    place: tuple[str, int, str] = WHOLE
    file: str = "forms.xlsx"


def cell(
    name: str,
    build: Callable[[], bytes],
    column: str,
    message: str,
    suggestion: str,
    row: int = 2,
    sheet: str = "调查表",
) -> Case:
    return Case(name, build, message, suggestion, (sheet, row, column))


def eaten() -> bytes:
    """A CSV file as a spreadsheet saves what it shows."""
    return csv_of({**FORESTRY, "信息员": "新来人", "信息员电话": "1.69905E+10"}, encoding="gb18030")


def uncached() -> bytes:
    return of(信息员电话="=A1&B1")


def error() -> bytes:
    return edited(of(合同编号="X"), '<c r="B2" t="inlineStr"><is><t>X</t></is></c>', '<c r="B2" t="e"><v>#REF!</v></c>')


def dtd() -> bytes:
    sheet = books.part(of(合同编号="X"), books.SHEET)
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return books.replaced(of(合同编号="X"), books.SHEET, bomb + sheet.removeprefix('<?xml version="1.0"?>'))


def zip_bomb() -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", "xl/x.xml": b"0" * (99 << 20)})


def unpacked_bomb() -> bytes:
    return archive({"xl/workbook.xml": "<workbook/>", **{f"xl/{i}.xml": b"0" * (60 << 20) for i in range(2)}})


def merge_bomb() -> bytes:
    return edited(
        of(合同编号="X"), "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    )


def far_cell() -> bytes:
    return edited(of(合同编号="X"), "</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')


def far_column() -> bytes:
    return edited(of(合同编号="X"), "</sheetData>", '<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')


def merged_two_officers() -> bytes:
    rows: Rows = [
        ["单位名称", "信息员", "信息员电话"],
        ["清岚县林业局", "高飞", "16911110001"],
        [None, "高远", "16911110002"],
    ]
    return book({"调查表": rows}, {"调查表": ["A2:A3"]})


def vertical() -> bytes:
    rows: Rows = [
        ["清岚县电子政务调查表", None, None, None],
        ["单位名称", "清岚县林业局", "单位性质", "政府机构部门"],
        ["分管领导", "姓名", "赵一", None],
        [None, "电话", "0609-315", None],
    ]
    return book({"表一": rows}, {"表一": ["A1:D1", "A3:A4"]})


FILES = (
    Case("a symbolic link", lambda: b"", "it is a symbolic link", "put the file itself there", file="link.xlsx"),
    Case("an empty file", lambda: b"", "it is empty", "send it again"),
    Case(
        "an old workbook",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "it is in the old format of Excel, WPS or Word (.xls, .et, .doc)",
        "open it in the spreadsheet program and save it as .xlsx",
        file="old.xls",
    ),
    Case(
        "an old workbook renamed",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "it is in the old format of Excel, WPS or Word (.xls, .et, .doc)",
        "open it in the spreadsheet program and save it as .xlsx",
    ),
    Case(
        "an encrypted workbook",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "the workbook is encrypted with a password",
        "remove the password and save it as .xlsx",
    ),
    Case(
        "a web page named xlsx",
        lambda: b"<html><table><tr><td>x",
        "it is no spreadsheet, whatever its name says",
        "open it in the spreadsheet program and save it as .xlsx",
    ),
    Case(
        "a PDF",
        lambda: b"%PDF-1.7 ...",
        "it is no spreadsheet, whatever its name says",
        "open it in the spreadsheet program and save it as .xlsx",
        file="scan.pdf",
    ),
    Case(
        "a picture",
        lambda: b"\x89PNG\r\n\x1a\n",
        "files named {suffix} are not read",
        "open it in the spreadsheet program and save it as .xlsx",
        file="photo.png",
    ),
    Case(
        "an archive that is no workbook",
        lambda: archive({"readme.txt": "x"}),
        "it is an archive, but no workbook",
        "open it in the spreadsheet program and save it as .xlsx",
    ),
    Case(
        "a Word document",
        lambda: archive(
            {
                "_rels/.rels": '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/d.xml"/>'
                "</Relationships>",
                "word/d.xml": "<document/>",
            }
        ),
        "it is an archive, but no workbook",
        "open it in the spreadsheet program and save it as .xlsx",
    ),
    Case(
        "an OpenDocument sheet",
        lambda: archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "this kind of workbook is not read (.xlsb, .ods)",
        "open it in the spreadsheet program and save it as .xlsx",
    ),
    Case(
        "half a workbook",
        lambda: of(合同编号="X")[:900],
        "the workbook is damaged",
        "open it in the spreadsheet program and save it again as .xlsx",
    ),
    Case(
        "a sheet that is no XML",
        lambda: books.replaced(of(合同编号="X"), books.SHEET, "<sheetData><row>"),
        "the workbook is damaged",
        "open it in the spreadsheet program and save it again as .xlsx",
    ),
    Case(
        "an entity bomb",
        dtd,
        "the workbook's XML has a document type (DTD), which no spreadsheet program writes",
        "open it in the spreadsheet program and save it again as .xlsx",
    ),
    Case(
        "a zip bomb",
        zip_bomb,
        "a part of it is packed {found} times smaller; the limit is {limit} times",
        "send only the survey, in a new workbook",
    ),
    Case(
        "an archive too large unpacked",
        unpacked_bomb,
        "unpacked it would have {found}; the limit is {limit}",
        "send only the survey, in a new workbook",
    ),
    Case(
        "a merged range over everything",
        merge_bomb,
        "it has more merged cells than the limit of {limit}",
        "send only the survey, in a new workbook",
    ),
    Case(
        "a cell in the last row",
        far_cell,
        "it has something in row {found}; the limit is {limit} rows",
        "send only the survey, in a new workbook",
    ),
    Case(
        "a cell in the last column",
        far_column,
        "it has something in column {found}; the limit is {limit} columns",
        "send only the survey, in a new workbook",
    ),
    Case(
        "a file of more than 50 MB",
        lambda: b"a,b\n" * (13 << 20),
        "it has {size}; the limit is {limit}",
        "send only the survey, in a new workbook",
        file="large.csv",
    ),
    Case(
        "text in an unknown encoding",
        lambda: b"\xff\xfe\x00\xd8\x41",
        "its text is in no encoding that we know (UTF-8, UTF-16, GB18030)",
        "open it in the spreadsheet program and save it as .xlsx",
        file="odd.csv",
    ),
    Case(
        "a quotation mark that is never closed",
        lambda: '单位名称,信息员\n清岚县林业局,"高飞\n'.encode(),
        "a quotation mark in line {line} is never closed",
        "close it, or save the file as .xlsx",
        file="quote.csv",
    ),
    Case(
        "a workbook without a survey",
        lambda: book({"一": [["会议通知"], ["各单位："]]}),
        "no survey was found in it: no row of headers with the unit's name, and no label of it",
        "use the form: countynet inventory form",
    ),
    Case(
        "an empty survey",
        lambda: book({"调查表": [["单位名称", "信息员", "信息员电话"]]}),
        "the survey in it is empty",
        "send it again, filled",
    ),
    Case(
        "a survey in a hidden sheet only",
        lambda: edited(of(合同编号="X"), 'state="visible"', 'state="hidden"', "xl/workbook.xml"),
        "no survey was found in it: no row of headers with the unit's name, and no label of it",
        "use the form: countynet inventory form",
    ),
)

CELLS = (
    cell(
        "a telephone that lost digits",
        lambda: of(信息员="新来人", 信息员电话="1.69905E+10"),
        "C",
        "the spreadsheet kept only a rounded number; digits are lost",
        "format the cell as text and type it again",
    ),
    cell(
        "a telephone that lost a digit",
        lambda: of(信息员="新来人", 信息员电话="1699053456"),
        "C",
        "a mobile number has 11 digits, this has {count}",
        "ask the unit for the whole number",
    ),
    cell(
        "a foreign area code without its zero",
        lambda: of(信息员="新来人", 信息员电话=5513159138),
        "C",
        "the leading zero of the area code is missing",
        "0551-3159138",
    ),
    cell(
        "two telephones in one cell",
        lambda: of(信息员="新来人", 信息员电话="0609-3159138/16911110001"),
        "C",
        "more than one number stands in one cell",
        "16911110001",
    ),
    cell(
        "two telephones in two lines",
        lambda: of(信息员="新来人", 信息员电话="0609-3159138\n0609-3159139"),
        "C",
        "more than one number stands in one cell",
        "0609-3159138",
    ),
    cell(
        "an extension",
        lambda: of(信息员="新来人", 信息员电话="0609-3159138转802"),
        "C",
        "a number with an extension cannot be dialled by itself",
        "0609-3159138",
    ),
    cell(
        "a name beside the telephone",
        lambda: of(信息员="新来人", 信息员电话="找小王16911110001"),
        "C",
        "something else stands beside the number",
        "16911110001",
    ),
    cell(
        "no telephone at all",
        lambda: of(信息员="新来人", 信息员电话="见通讯录"),
        "C",
        "this is no telephone number",
        "a number such as 0609-3110000",
    ),
    cell(
        "a telephone that became a date",
        lambda: of(信息员="新来人", 信息员电话=datetime(2026, 3, 2)),
        "C",
        "the spreadsheet made a date of it",
        "format the cell as text and type it again",
    ),
    cell(
        "a name and a telephone in one cell",
        lambda: of(信息员="高飞16911110001"),
        "B",
        "a name and a telephone number stand in one cell",
        "高飞",
    ),
    cell(
        "two people in one cell",
        lambda: of(信息员="高飞、高远", 信息员电话="16911110001"),
        "B",
        "more than one person stands in one cell",
        "高飞",
    ),
    cell(
        "a name of one character",
        lambda: of(信息员="高", 信息员电话="16911110001"),
        "B",
        "a name has at least two characters",
        "the whole name",
    ),
    cell(
        "somebody new without a telephone",
        lambda: of(信息员="新来人", 信息员电话=None),
        "C",
        "the telephone of {name} is missing",
        "",
    ),
    cell("a formula without its result", uncached, "B", "a formula whose result was not saved", "16918655210"),
    cell("an error value", error, "B", "the spreadsheet shows an error here", "type the value itself, not a formula"),
    cell(
        "a unit named without the county",
        lambda: table({"单位名称": "林业局", "合同编号": None}),
        "A",
        "the county has no unit of this name, but {name} ({id}); if it is a new one, write 新增 as its unit id",
        "清岚县林业局",
    ),
    cell(
        "a township named short",
        lambda: table({"单位名称": "城关镇", "信息员": None}),
        "A",
        "the county has no unit of this name, but {name} ({id}); if it is a new one, write 新增 as its unit id",
        "城关镇人民政府",
    ),
    cell(
        "乡 for 镇",
        lambda: table({"单位名称": "城关乡人民政府", "信息员": None}),
        "A",
        "the county has no unit of this name, but {name} ({id}); if it is a new one, write 新增 as its unit id",
        "城关镇人民政府",
    ),
    cell(
        "an abbreviated name",
        lambda: table({"单位名称": "发改局", "信息员": None}),
        "A",
        "the county has no unit of this name, but {name} ({id}); if it is a new one, write 新增 as its unit id",
        "清岚县发展和改革局",
    ),
    cell(
        "an id that nobody has", lambda: table({"单位编号": "u999", **FORESTRY}), "A", "no unit has the id {id}", "u063"
    ),
    cell(
        "an id of another unit",
        lambda: table({"单位编号": "u062", **FORESTRY}),
        "A",
        "{id} is {name}, but the name is that of {other}",
        "u063",
    ),
    cell(
        "a row without a name",
        lambda: table({**FORESTRY, "信息员": None}, {"信息员": "高飞"}),
        "A",
        "the unit's name is missing",
        "the whole name as on the seal",
        row=3,
    ),
    cell(
        "an answer that is not offered",
        lambda: of(单位性质="政府机构部门"),
        "B",
        "this is none of the possible answers",
        "政府部门",
    ),
    cell(
        "an access line written wrong", lambda: of(接入方式="光线"), "B", "this is none of the possible answers", "光纤"
    ),
    cell(
        "another access line than the unit has",
        lambda: of(接入方式="光纤"),
        "B",
        "the unit's line {line} is of another kind; a new line is ordered, not surveyed",
        "ADSL",
    ),
    cell(
        "neither yes nor no",
        lambda: of(是否上网="看情况"),
        "B",
        "this is none of the possible answers",
        "one of: 是/yes, 否/no",
    ),
    cell(
        "a place written short",
        lambda: of(办公地点="林业局办公"),
        "B",
        "the county knows no such place",
        "林业局办公楼",
    ),
    cell(
        "a fiber unit that moves",
        lambda: table({"单位名称": "清岚县财政局", "办公地点": "县行政中心大楼"}),
        "B",
        "the unit sits in {place}; moving a fiber line is ordered, not surveyed",
        "财政局大楼",
    ),
    cell(
        "a parent that is none",
        lambda: of(上级单位="市政府办"),
        "B",
        "the county knows no such unit",
        "a unit of the county",
    ),
    cell(
        "a unit below itself",
        lambda: of(上级单位="清岚县国有石门林场"),
        "B",
        "the unit would stand below itself",
        "the unit above it, or nothing",
    ),
    cell(
        "degrees that are none",
        lambda: of(经度="东边", 纬度=None),
        "B",
        "these are no degrees",
        "degrees such as 118.2047 and 30.3612",
    ),
    cell("a latitude alone", lambda: of(纬度=30.37), "B", "longitude and latitude belong together", "both, or neither"),
    cell(
        "a place far away",
        lambda: of(办公地点="林业局办公楼", 经度=118.2093, 纬度=30.47),
        "C",
        "that is {far} km from {place}",
        "118.2093, 30.3711",
    ),
    cell(
        "a MAC address too short",
        lambda: of(终端MAC地址="00-1E-C9-5A-00"),
        "B",
        "a MAC address has 12 digits 0-9 and a-f; this has {count} signs",
        "twelve digits 0-9 a-f, e.g. 00:1e:c9:5a:00:19",
    ),
    cell(
        "a letter O in a MAC address",
        lambda: of(终端MAC地址="OO-1E-C9-5A-00-19"),
        "B",
        "a MAC address has 12 digits 0-9 and a-f; this has {count} signs",
        "00:1e:c9:5a:00:19",
    ),
    cell(
        "a MAC address that became a number",
        lambda: of(终端MAC地址=1122334455),
        "B",
        "the spreadsheet made a number of a MAC address",
        "00:11:22:33:44:55",
    ),
    cell(
        "a group's MAC address",
        lambda: of(终端MAC地址="01:00:5e:00:00:01"),
        "B",
        "{mac} is no computer's address",
        "see the network card's properties",
    ),
    cell(
        "a MAC address twice in a cell",
        lambda: of(终端MAC地址="0011-2233-4455\n00:11:22:33:44:55"),
        "B",
        "{value} stands here twice",
        "once is enough",
    ),
    cell(
        "more computers than were approved",
        lambda: of(终端MAC地址="0011-2233-4455 0011-2233-4466"),
        "B",
        "the unit has {terminals} terminals, so {count} of these addresses have no place",
        "apply for the further terminal, or say which computer was replaced",
    ),
    cell(
        "no number of computers",
        lambda: of(终端数量="若干"),
        "B",
        "this is no number of computers",
        "a whole number, e.g. 1",
    ),
    cell(
        "a seal's number that lost digits",
        lambda: of(印章编号="3.40609E+12"),
        "B",
        "the spreadsheet kept only a rounded number; digits are lost",
        "format the cell as text and type it again",
    ),
    cell(
        "a seal's number of words",
        lambda: of(印章编号="已备案"),
        "B",
        "a seal's number has 4 to 32 digits and letters",
        "as registered, e.g. 3406090012345",
    ),
    cell(
        "a certificate with a letter O",
        lambda: of(证书序列号="4A3FOOC19B27"),
        "B",
        "a certificate's serial has 4 to 40 digits 0-9 and A-F",
        "4A3F00C19B27",
    ),
    cell(
        "a certificate's day that does not exist",
        lambda: of(证书序列号="4A3F00C19B27", 证书颁发日期="2026-02-30", 证书有效期至="2029-03-01"),
        "C",
        "there is no such day",
        "a date such as 2026-03-02",
    ),
    cell(
        "a day that could be two",
        lambda: of(证书序列号="4A3F00C19B27", 证书颁发日期="3/4/26", 证书有效期至="2029-03-01"),
        "C",
        "this is no date that means one day only",
        "a date such as 2026-03-02",
    ),
    cell(
        "a certificate without its last day",
        lambda: of(证书序列号="4A3F00C19B27", 证书颁发日期="2026-03-02", 证书有效期至=None),
        "D",
        "a new certificate needs this day",
        "a date such as 2026-03-02",
    ),
    cell(
        "a certificate that expires first",
        lambda: of(证书序列号="4A3F00C19B27", 证书颁发日期="2026-03-02", 证书有效期至="2025-03-02"),
        "D",
        "the certificate expires before it is issued",
        "a day after it is issued",
    ),
    cell(
        "a contract's number with a slip",
        lambda: table({"单位名称": "清岚县林业局", "合同编号": "QLDX-2026-AO63"}),
        "B",
        "the line {line} has another number",
        "QLDX-2026-A063",
    ),
    cell(
        "another line's contract",
        lambda: of(合同编号="QLDX-2026-G001"),
        "B",
        "{value} belongs to another unit already: {place}",
        "each unit's own",
    ),
    cell(
        "a header with a slip",
        lambda: of(单位编号="u063", 单位性制="政府部门"),
        "C",
        "no column of the survey has this header",
        "单位性质",
        row=1,
    ),
    cell(
        "a column twice",
        lambda: book({"调查表": [["单位名称", "单位性质", "单位类别"], ["清岚县林业局", "政府部门", None]]}),
        "C",
        "this column stands here twice",
        "keep one of them",
        row=1,
    ),
    cell(
        "a unit twice in one table",
        lambda: table({**FORESTRY, "合同编号": None}, {"单位名称": "清岚县 林业局"}),
        "A",
        "{name} stands already in {place}",
        "keep one of them: the one that is right",
        row=3,
    ),
    cell(
        "a seal of two units",
        lambda: table(
            {**FORESTRY, "印章编号": "3406090000001"},
            {"单位名称": "清岚县水利局", "印章编号": "３４０６０９００００００１"},
        ),
        "B",
        "{value} belongs to another unit already: {place}",
        "each unit's own",
        row=3,
    ),
    cell(
        "a MAC address of two units",
        lambda: table({**FORESTRY, "MAC": "0011-2233-4455"}, {"单位名称": "清岚县水利局", "MAC": "00:11:22:33:44:55"}),
        "B",
        "{value} belongs to another unit already: {place}",
        "each unit's own",
        row=3,
    ),
    cell(
        "a certificate of two units",
        lambda: table(
            {**FORESTRY, "证书序列号": "4A3F00C19B27", "证书颁发日期": "2026-03-02", "证书有效期至": "2029-03-01"},
            {
                "单位名称": "清岚县水利局",
                "证书序列号": "4a3f 00c1 9b27",
                "证书颁发日期": 46083,
                "证书有效期至": "2029.3.1",
            },
        ),
        "B",
        "{value} belongs to another unit already: {place}",
        "each unit's own",
        row=3,
    ),
    cell(
        "a mobile of two people",
        lambda: table(
            {**FORESTRY, "信息员": "高飞", "信息员电话": "16911110001"},
            {"单位名称": "清岚县水利局", "信息员": "高远", "信息员电话": "+86 169-1111-0001"},
        ),
        "C",
        "{value} is the number of {name} already: {place}",
        "each person's own number",
        row=3,
    ),
    cell(
        "a mobile of somebody in the county",
        lambda: of(信息员="高飞", 信息员电话="16990534565"),
        "C",
        "{value} is the number of {name} already: {place}",
        "each person's own number",
    ),
    cell(
        "two officers for one merged unit",
        merged_two_officers,
        "B",
        "the rows of one unit give two answers",
        "one answer; another unit has a row of its own",
        row=3,
    ),
    cell(
        "a new unit without a leader", lambda: new(分管领导=None), "", "a new unit has to answer this", "the name only"
    ),
    cell(
        "a new unit on a line that its place has not",
        lambda: new(接入方式="ADSL"),
        "H",
        "{place} has no such line",
        "光纤",
    ),
    cell(
        "a new unit in a place unknown",
        lambda: new(办公地点="白云山庄"),
        "C",
        "the county knows no such place",
        "a place of the list, or longitude and latitude beside the new one",
    ),
    cell(
        "a new village office without its township",
        lambda: new(单位性质="村级站点", 上级单位=""),
        "I",
        "a village or branch office needs the unit above it",
        "its name",
    ),
    cell("a value of a form", vertical, "D", "this is none of the possible answers", "政府部门", row=2, sheet="表一"),
)
"""each has one problem in one place, except those that follow from it by design: see `ALSO`"""
ALSO = frozenset(("a value of a form", "two officers for one merged unit", "a new unit without a leader"))
CASES = (
    *FILES,
    *CELLS,
    Case(
        "a CSV that a spreadsheet saved",
        eaten,
        "the spreadsheet kept only a rounded number; digits are lost",
        "format the cell as text and type it again",
        ("", 2, "C"),
        "wps.csv",
    ),
)
__all__ = ["ALSO", "CASES", "NEW", "Case", "grid"]
