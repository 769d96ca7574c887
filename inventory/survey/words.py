"""The words with which units answer where only some answers are possible. Pure data.

A word that stands here means exactly one thing; a word that does not is asked about, with the nearest one proposed.
"""

from collections.abc import Mapping

from countynet.i18n import _
from countynet.vocabulary import Access, UnitKind

KIND_NAMES: Mapping[UnitKind, tuple[str, str]] = {
    UnitKind.PARTY: ("党委部门", "party"),
    UnitKind.GOVERNMENT: ("政府部门", "government"),
    UnitKind.CONGRESS: ("人大政协", "congress"),
    UnitKind.JUDICIAL: ("政法机关", "judicial"),
    UnitKind.GROUP: ("群团组织", "group"),
    UnitKind.INSTITUTION: ("事业单位", "institution"),
    UnitKind.TOWNSHIP: ("乡镇", "township"),
    UnitKind.VILLAGE: ("村级站点", "village"),
    UnitKind.BRANCH: ("分支机构", "branch"),
}
"""what the form offers, in Chinese and English"""
ACCESS_NAMES: Mapping[Access, tuple[str, str]] = {
    Access.FIBER: ("光纤", "fiber"),
    Access.LEASED: ("专线", "leased"),
    Access.ADSL: ("ADSL", "adsl"),
}
YES_NO: Mapping[bool, tuple[str, str]] = {True: ("是", "yes"), False: ("否", "no")}

KINDS: Mapping[str, UnitKind] = {
    **{word: kind for kind, words in KIND_NAMES.items() for word in (*words, kind.value)},
    **dict.fromkeys(("党委", "党委机关", "党群部门", "县委部门", "党委办公室"), UnitKind.PARTY),
    **dict.fromkeys(("政府", "政府机关", "政府组成部门", "行政机关", "县政府部门", "行政单位"), UnitKind.GOVERNMENT),
    **dict.fromkeys(("人大", "政协", "人大机关", "政协机关", "人大、政协"), UnitKind.CONGRESS),
    **dict.fromkeys(("政法", "政法单位", "司法机关", "公检法司"), UnitKind.JUDICIAL),
    **dict.fromkeys(("群团", "群众团体", "人民团体", "群团部门", "社会团体", "群团机关"), UnitKind.GROUP),
    **dict.fromkeys(
        ("事业", "直属事业单位", "全额事业单位", "全额拨款事业单位", "参公事业单位", "参公单位", "差额事业单位"),
        UnitKind.INSTITUTION,
    ),
    **dict.fromkeys(("乡", "镇", "乡镇政府", "镇政府", "乡政府", "乡镇人民政府", "town"), UnitKind.TOWNSHIP),
    **dict.fromkeys(("村", "村级", "村居", "村委会", "村(居)", "村（居）", "社区", "村站点"), UnitKind.VILLAGE),
    **dict.fromkeys(("分支", "下属机构", "派出机构", "分局", "branchoffice"), UnitKind.BRANCH),
}
ACCESSES: Mapping[str, Access] = {
    **{word.lower(): access for access, words in ACCESS_NAMES.items() for word in (*words, access.value)},
    **dict.fromkeys(("光纤接入", "10m光纤", "10兆光纤", "光纤10m", "fibre", "10mfiber", "opticalfiber"), Access.FIBER),
    **dict.fromkeys(("数字专线", "ddn", "专线接入", "租用专线", "leasedline", "ddn专线"), Access.LEASED),
    **dict.fromkeys(("adsl接入", "adslvpn", "adsl+vpn", "adsl-vpn", "宽带vpn", "vpn", "adsl(vpn)"), Access.ADSL),
}
ANSWERS: Mapping[str, bool] = {
    **dict.fromkeys(("是", "有", "可", "可以", "允许", "需要", "要", "上网", "√", "✓", "✔", "☑", "对"), True),
    **dict.fromkeys(("yes", "y", "true", "t", "1"), True),
    **dict.fromkeys(("否", "无", "没有", "不", "不可", "不可以", "不允许", "不需要", "不要", "不上网"), False),
    **dict.fromkeys(("×", "✗", "✘", "☒", "x", "no", "n", "false", "f", "0"), False),
}
BLANKS = frozenset(
    ("", "无", "没有", "暂无", "-", "--", "—", "——", "/", "\\", "n/a", "na", "none", "nil", "不详", "待定")
)
"""what stands for an empty cell where anything else would be a value"""
NEW = frozenset(("新增", "新", "新单位", "新增单位", "new"))
"""what the column of the unit's id says of a unit that only looks like one of the county's"""
EXAMPLES = ("例", "示例", "样例", "范例", "填写示例", "举例", "example", "sample", "e.g")
"""how a row begins that shows how to fill the form"""
TOTALS = frozenset(("合计", "总计", "小计", "共计", "累计", "total", "totals", "subtotal", "grandtotal", "sum"))
NOTES = ("注", "说明", "填表", "填报", "备注", "制表", "审核", "单位盖章", "盖章", "签字", "日期", "note", "remark")
"""how a line below or above the table begins that is no unit"""
ANY_OF = _("one of: {choices}")
