"""A report without an account, and its receipt.

Who guesses learns nothing: a wrong code gets the same answer whatever is wrong with it, and addresses that guess are
stopped. Only refused attempts count against an address, because in a big outage a whole county reports through a few
addresses of a mobile network; what is taken counts against the unit's code (`Public`). The receipt's secret is in no
address: the browser that filed the report has it in its signed cookie, any other one types it.
"""

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from countynet.errors import BadInput
from countynet.i18n import _, translate
from dashboard.language import told
from dashboard.report.pages import ReceiptPage, ReportPage
from dashboard.security import limiter
from dashboard.uploads import photographs
from dashboard.web import services, show
from monitoring.faults.reports.public import Receipt, Refusal

report = Blueprint("report", __name__)
GUESSES = "10 per minute; 40 per hour"
LENGTHS = {"code": 40, "telephone": 40, "title": 80, "description": 2000, "number": 12, "secret": 40}
WRONG_CODE = _("This code is not valid. It is on the card from the county information center; or call the center.")
TOO_MANY = _(
    "There were several reports with this code within an hour. We have them; if it is urgent, call the center."
)
WRONG_RECEIPT = _("Number and secret do not belong together.")


def refused(response: Response) -> bool:
    """Tell whether an answer counts against the address that asked."""
    return response.status_code == 403


@report.get("/report")
def form() -> ResponseReturnValue:
    """Show the form."""
    return show(ReportPage())


@report.post("/report")
@limiter.limit(GUESSES, deduct_when=refused)
def file() -> ResponseReturnValue:
    """Take a report and hand out its receipt."""
    telephone, title, description = _text("telephone"), _text("title"), _text("description")
    try:
        answer = services().public.file(_text("code"), telephone, title, description)
    except BadInput as error:
        return show(ReportPage(telephone, title, description, told(error)), 400)
    if isinstance(answer, Refusal):
        said, status = (WRONG_CODE, 403) if answer is Refusal.CODE else (TOO_MANY, 429)
        return show(ReportPage(telephone, title, description, translate(said)), status)
    return _with(answer)


@report.get("/report/receipt")
def receipt() -> ResponseReturnValue:
    """Show how far the report is whose receipt this browser has; otherwise ask for one."""
    mine = _mine()
    standing = services().public.standing(mine) if mine else None
    return show(ReceiptPage(mine if standing else None, standing))


@report.post("/report/receipt")
@limiter.limit(GUESSES, deduct_when=refused)
def look() -> ResponseReturnValue:
    """Take a receipt that somebody typed."""
    number = _text("number")
    said = Receipt(int(number) if number.isascii() and number.isdigit() else 0, _text("secret"))
    if services().public.standing(said) is None:
        return show(ReceiptPage(problem=translate(WRONG_RECEIPT)), 403)
    return _with(said)


@report.post("/report/photographs")
@limiter.limit("20 per minute; 60 per hour")
def add() -> ResponseReturnValue:
    """Put photographs to one's own report."""
    mine = _mine()
    if mine is None:
        return redirect(url_for("report.receipt"), 303)
    try:
        services().public.add(mine, photographs())
    except BadInput as error:
        return show(ReceiptPage(mine, services().public.standing(mine), told(error)), 400)
    return redirect(url_for("report.receipt"), 303)


@report.post("/report/done")
def done() -> ResponseReturnValue:
    """Forget the receipt in this browser: a telephone may be borrowed."""
    session.pop("receipt", None)
    return redirect(url_for("report.form"), 303)


def _with(found: Receipt) -> ResponseReturnValue:
    session["receipt"] = [found.number, found.secret]
    return redirect(url_for("report.receipt"), 303)


def _mine() -> Receipt | None:
    kept = session.get("receipt")
    return Receipt(kept[0], kept[1]) if kept else None


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[: LENGTHS[name]]
