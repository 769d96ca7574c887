"""The asset list: systems with level, filing and assessment, what each stands on, and what the checks say of it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from audit import words
from audit.assets import workbook
from audit.checks.papers import SYSTEMS
from audit.papers import of_county
from audit.systems import levels, systems
from countynet.vocabulary import Verdict
from dashboard.assets.pages import AssetsPage
from dashboard.records.views import XLSX, download
from dashboard.web import services, show

assets = Blueprint("assets", __name__)


@assets.get("/audit/assets")
def page() -> ResponseReturnValue:
    """Show the list."""
    county = services().county.whole()
    held = of_county(county)
    points = [p for decide in SYSTEMS for p in decide(held) if p.verdict is Verdict.FAIL]
    found = [(point.subject, words.sentence(point)) for point in points]
    carried = sorted(levels(county).items(), key=lambda pair: (-max(pair[1].values()), pair[0]))
    devices = [(name, max(each.values()), each) for name, each in carried]
    return show(AssetsPage(systems(county), found, devices))


@assets.get("/audit/assets.xlsx")
def book() -> ResponseReturnValue:
    """Return the list as a workbook."""
    return download(workbook(services().county.whole()), "countynet-assets.xlsx", XLSX)
