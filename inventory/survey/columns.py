"""What the survey asks, as a table: one row for each column of the form. Pure data.

The reader, the form, the checks and the edits all go by this table, so a question is added here and nowhere else.
Headers are compared without spaces, punctuation and notes in brackets (`inventory.survey.text.label`). A person's
columns can stand under a heading of their own (分管领导: 姓名, 职务, 电话), so `GROUPS` and `PARTS` combine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from countynet.i18n import _
from inventory.survey.text import label

Kind = Literal[
    "id", "name", "english", "kind", "person", "title", "telephone", "access", "contract", "count", "macs", "yes",
    "seals", "serial", "date", "longitude", "latitude",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One question of the survey."""

    id: str
    zh: str
    en: str
    kind: Kind
    example: str
    """what the form shows, and its English where it differs"""
    example_en: str = ""
    needed: bool = False
    """whether a unit that the county does not know yet has to answer it"""
    also: tuple[str, ...] = ()
    """other headers that mean the same"""
    hint: str = ""
    """msgid: how to answer"""


COLUMNS: tuple[Column, ...] = (
    Column("id", "单位编号", "Unit id", "id", "u089", also=("编号", "单位代码", "unitnumber", "unitcode", "id"),
           hint=_("the county's id of the unit if you know it; 新增 or new for a unit that is new")),
    Column("name", "单位名称", "Unit name", "name", "清岚县林业局", needed=True,
           also=("单位", "单位全称", "名称", "填报单位", "单位名", "部门名称", "机构名称", "unit", "name",
                 "organisation",
                 "department", "unitfullname"),
           hint=_("the whole name as on the seal")),
    Column("name_en", "英文名称", "English name", "english", "County Forestry Bureau",
           also=("单位英文名称", "单位英文名", "英文名", "nameinenglish", "unitenglishname", "nameen"),
           hint=_("may be left empty")),
    Column("kind", "单位性质", "Kind of unit", "kind", "政府部门", "government", needed=True,
           also=("单位类别", "单位类型", "机构类型", "机构性质", "性质", "类别", "kind", "type", "unittype",
                 "unitkind"),
           hint=_("choose from the list")),
    Column("parent", "上级单位", "Parent unit", "name", "清岚县林业局",
           also=("主管单位", "上级主管单位", "主管部门", "上级部门", "隶属单位", "隶属关系", "parent", "belongsto"),
           hint=_("a village or branch office names the unit above it; others may leave it empty")),
    Column("building", "办公地点", "Place of work", "name", "县行政中心大楼", needed=True,
           also=("办公地址", "地址", "单位地址", "办公楼", "办公场所", "所在楼宇", "楼宇", "building", "place",
                 "address",
                 "office", "officeaddress"),
           hint=_("choose from the list; a place that is not in it needs longitude and latitude")),
    Column("longitude", "经度", "Longitude", "longitude", "118.2047", also=("东经", "lon", "lng"),
           hint=_("degrees, WGS-84; may be left empty")),
    Column("latitude", "纬度", "Latitude", "latitude", "30.3612", also=("北纬", "lat"),
           hint=_("degrees, WGS-84; may be left empty")),
    Column("leader.name", "分管领导", "Leader", "person", "朱兆荣", needed=True, hint=_("the name only")),
    Column("leader.title", "分管领导职务", "Leader's title", "title", "副局长", "deputy director",
           hint=_("may be left empty")),
    Column("leader.telephone", "分管领导电话", "Leader's telephone", "telephone", "0609-3159138", needed=True,
           hint=_("one number: a landline with its area code, or a mobile")),
    Column("officer.name", "信息员", "Information officer", "person", "肖思远", hint=_("the name only")),
    Column("officer.telephone", "信息员电话", "Information officer's telephone", "telephone", "16990534565",
           hint=_("one number: a landline with its area code, or a mobile")),
    Column("access", "接入方式", "Access line wanted", "access", "光纤", "fiber", needed=True,
           also=("线路类型", "接入类型", "申请接入方式", "线路接入方式", "网络接入方式", "上网方式", "access", "line",
                 "accessline", "linetype", "accesstype"),
           hint=_("choose from the list")),
    Column("contract", "合同编号", "Contract number", "contract", "QLDX-2026-G001",
           also=("合同号", "线路合同编号", "线路合同号", "专线合同编号", "contract", "contractno"),
           hint=_("the line's number in the contract with the operator")),
    Column("terminals", "终端数量", "Number of terminals", "count", "1",
           also=("终端数", "电脑数量", "计算机数量", "电脑台数", "计算机台数", "联网终端数量", "终端台数",
                 "terminals",
                 "computers", "terminalcount", "numberofcomputers"),
           hint=_("a whole number; one is the rule, a further one is applied for")),
    Column("macs", "终端MAC地址", "Terminal MAC addresses", "macs", "00:1e:c9:5a:00:19",
           also=("mac", "mac地址", "网卡地址", "网卡mac地址", "物理地址", "网卡物理地址", "终端mac", "电脑mac地址",
                 "计算机mac地址", "macaddress", "macaddresses", "terminalmac", "terminalmacaddress"),
           hint=_("twelve digits 0-9 a-f each; several in lines of their own")),
    Column("may_browse", "是否上网", "May browse the Internet", "yes", "否", "no",
           also=("是否上互联网", "是否上因特网", "是否需要上网", "能否上网", "上网权限", "是否访问互联网",
                 "是否允许上网",
                 "browse", "maybrowse", "internet", "internetaccess"),
           hint=_("yes or no")),
    Column("seal", "印章编号", "Seal number", "seals", "3406090012345",
           also=("电子印章编号", "公章编号", "印章编码", "印章号", "电子印章", "公章编码", "印章备案编号", "seal",
                 "sealno"),
           hint=_("as registered with the public security bureau; several in lines of their own")),
    Column("certificate", "证书序列号", "Certificate serial", "serial", "4A3F00C19B27",
           also=("数字证书序列号", "证书编号", "数字证书编号", "证书号", "ca证书编号", "ca证书序列号", "certificate",
                 "certificateserialnumber", "certificateno"),
           hint=_("digits 0-9 A-F, as the USB key shows it")),
    Column("certificate_holder", "证书持有人", "Certificate holder", "person", "肖思远",
           also=("持证人", "证书使用人", "holder"),
           hint=_("without it the certificate is the unit's own")),
    Column("certificate_issued", "证书颁发日期", "Certificate issued on", "date", "2026-03-02",
           also=("证书生效日期", "证书起始日期", "颁发日期", "发证日期", "证书签发日期", "issuedon", "issued"),
           hint=_("year-month-day")),
    Column("certificate_expires", "证书有效期至", "Certificate expires on", "date", "2029-03-01",
           also=("证书到期日期", "证书截止日期", "有效期至", "到期日期", "证书失效日期", "expireson", "expires",
                 "validuntil"),
           hint=_("year-month-day")),
)  # fmt: skip
BY_ID: Mapping[str, Column] = {column.id: column for column in COLUMNS}

GROUPS: Mapping[str, str] = {
    **dict.fromkeys(
        ("分管领导", "分管负责人", "主管领导", "主管负责人", "负责人", "领导", "单位领导", "单位负责人",
        "分管信息化领导",
         "leader", "responsibleleader", "head"), "leader"),
    **dict.fromkeys(
        ("信息员", "联络员", "信息联络员", "信息管理员", "网络管理员", "网管员", "联系人", "经办人", "officer",
         "informationofficer", "contact", "contactperson"), "officer"),
}  # fmt: skip
"""headings above a person's columns; alone, the person's name"""
PARTS: Mapping[str, str] = {
    **dict.fromkeys(("姓名", "名字", "name"), "name"),
    **dict.fromkeys(("职务", "职位", "职务职称", "title", "position", "post"), "title"),
    **dict.fromkeys(
        ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "移动电话", "办公电话",
        "固定电话", "座机",
         "单位电话", "telephone", "tel", "phone", "mobile", "telephonenumber", "phonenumber",
         "mobilephone"), "telephone"),
}  # fmt: skip
"""columns that belong to the person named above or before them"""
IGNORED = frozenset(
    ("序号", "备注", "传真", "邮箱", "电子邮箱", "邮编", "邮政编码", "填表日期", "填报日期", "填表人", "盖章",
    "单位盖章", "qq",
     "微信", "基本情况", "单位基本情况", "基本信息", "单位信息", "线路情况", "终端情况", "网络情况", "印章情况",
     "证书情况",
     "no", "remarks", "remark", "notes", "fax", "email", "postcode", "date")
)  # fmt: skip
"""headers that units add and nobody needs"""


@dataclass(frozen=True)
class Header:
    """What a header means: a column, a heading of a person, a person's part, or nothing that we need."""

    column: str = ""
    group: str = ""
    part: str = ""


def _spelled() -> dict[str, Header]:
    known = {word: Header() for word in map(label, IGNORED)}
    for word, part in PARTS.items():
        known[label(word)] = Header(part=part)
    for word, group in GROUPS.items():
        known[label(word)] = Header(group=group)
        for tail, part in PARTS.items():
            if f"{group}.{part}" in BY_ID:
                for joint in ("", "的", "s"):
                    known[label(word + joint + tail)] = Header(f"{group}.{part}", group)
    for column in COLUMNS:
        for text in (column.zh, column.en, *column.also):
            known.setdefault(label(text), Header(column.id, column.id.partition(".")[0] if "." in column.id else ""))
    known[label("name")] = known[label("单位")] = Header("name")
    return known


HEADERS: Mapping[str, Header] = _spelled()
"""what each known header means, by its label"""


def header(text: str) -> Header | None:
    """Return what a header means: the whole of it, else its first line that means anything; None if nothing does."""
    found = HEADERS.get(label(text)) if text else None
    if found is None and "\n" in text:
        return next((known for line in text.splitlines() if (known := HEADERS.get(label(line)))), None)
    return found
