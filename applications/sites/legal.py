"""Categories of the disclosure directory as the law has them. Pure data.

Regulation on the Disclosure of Government Information (政府信息公开条例, State Council decree 711, in force since
2019-05-15): article 20 (1)-(15) for every administrative organ, article 21 for the county's departments and for
townships, article 12 (guide and directory), article 50 (yearly report before 31 January).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A heading of the directory."""

    code: str
    basis: str
    """where the law says so"""
    name: str
    name_en: str


_ARTICLE_20 = (
    ("行政法规、规章和规范性文件", "Regulations, rules and normative documents"),
    (
        "机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名",
        "Functions, structure, address, hours, contact and heads",
    ),
    ("国民经济和社会发展规划、专项规划、区域规划及相关政策", "Development plans and related policies"),
    ("国民经济和社会发展统计信息", "Statistics of the economy and social development"),
    (
        "办理行政许可和其他对外管理服务事项的依据、条件、程序以及办理结果",
        "Licences and services: basis, conditions, procedure, results",
    ),
    (
        "实施行政处罚、行政强制的依据、条件、程序以及具有一定社会影响的行政处罚决定",
        "Penalties and compulsory measures: basis, conditions, procedure, decisions of public concern",
    ),
    ("财政预算、决算信息", "Budgets and final accounts"),
    ("行政事业性收费项目及其依据、标准", "Administrative fees with their basis and rates"),
    ("政府集中采购项目的目录、标准及实施情况", "Central government procurement: catalogue, standards, execution"),
    ("重大建设项目的批准和实施情况", "Approval and execution of major construction projects"),
    (
        "扶贫、教育、医疗、社会保障、促进就业等方面的政策、措施及其实施情况",
        "Poverty relief, education, health, social security, employment: policies and execution",
    ),
    ("突发公共事件的应急预案、预警信息及应对情况", "Emergencies: plans, warnings and response"),
    (
        "环境保护、公共卫生、安全生产、食品药品、产品质量的监督检查情况",
        "Inspections of environment, public health, work safety, food, medicine and product quality",
    ),
    (
        "公务员招考的职位、名额、报考条件等事项以及录用结果",
        "Civil service recruitment: posts, numbers, conditions, results",
    ),
    (
        "法律、法规、规章和国家有关规定规定应当主动公开的其他政府信息",
        "Other information that has to be disclosed by law",
    ),
)
_COUNTY = "市政建设、公共服务、公益事业、土地征收、房屋征收、治安管理、社会救助"
_TOWNSHIP = "农业农村政策、农田水利、承包经营权流转、宅基地审核、土地征收、房屋征收、筹资筹劳、社会救助"

GUIDE = Category("guide", "第十二条", "政府信息公开指南", "Guide to disclosure")
REPORT = Category("report", "第五十条", "政府信息公开工作年度报告", "Yearly report on disclosure")
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")
ARTICLE_20 = tuple(
    Category(f"a20-{number:02d}", f"第二十条（{numeral}）", name, name_en)
    for number, (numeral, (name, name_en)) in enumerate(zip(NUMERALS, _ARTICLE_20, strict=True), 1)
)
COUNTY = Category("a21-county", "第二十一条", _COUNTY, "Matters of the county's own (article 21)")
TOWNSHIP = Category("a21-township", "第二十一条", _TOWNSHIP, "Matters of the township's own (article 21)")
CATEGORIES = (GUIDE, *ARTICLE_20, COUNTY, TOWNSHIP, REPORT)
DISCLOSING = ("government", "township", "institution")
"""kinds of units that keep a directory: administrative organs, and public institutions by article 55"""


def categories_of(kind: str) -> tuple[Category, ...]:
    """Return the categories of a kind of unit: a township has its own matters, a department the county's."""
    other = COUNTY if kind == "township" else TOWNSHIP
    return tuple(category for category in CATEGORIES if category is not other)
