"""An emergency's log for the review as a PDF (A4), Chinese glyphs embedded, to be signed and filed.

It says what the page says; one that has ended is dated by its end, so that it is the same bytes when made again.
"""

from collections.abc import Iterable, Sequence

from fpdf import FPDF

from countynet.i18n import _, language, translate
from countynet.moments import shown
from countynet.paper import paper, rows, says
from dashboard.emergencies.pages import Notice, ReviewPage, Row
from inventory.model import County


def printed(county: County, page: ReviewPage) -> bytes:
    """Return the file. Raises MissingCapability without the font."""
    found, report = page.found, paper(page.made)
    title = translate(_("Emergency {number}: {name}"), number=found.number, name=found.plan.name)
    report.set_title(title)
    report.add_page()
    says(report, county.plan.name if language() == "zh_CN" else county.plan.name_en, 10)
    says(report, f"{title} {page.about}".strip(), 18)
    if found.drill:
        says(report, translate(_("This was a drill: no device was touched.")), 11)
    for line in _times(page):
        says(report, line, 10)
    heads = (_("step"), _("who"), _("until"), _("state"), _("when"), _("note"))
    _table(report, _("Steps"), heads, map(_step, page.steps), (12, 4, 6, 4, 7, 9))
    log = ([shown(line.at), line.who, line.text] for line in page.log)
    _table(report, _("What happened"), (_("when"), _("who"), _("what")), log, (3, 3, 16))
    told = map(_told, page.told)
    if page.told:
        _table(report, _("Who was told"), (_("when"), _("recipient"), _("state"), _("what")), told, (3, 3, 3, 10))
    says(report, translate(_("What was learnt")), 13)
    says(report, found.review or translate(_("It has not ended.")), 10)
    report.ln(8)
    for who in (_("For the center (signature, date):"), _("For the operator (signature, date):")):
        says(report, translate(who), 11)
        report.ln(6)
    return bytes(report.output())


def _times(page: ReviewPage) -> Iterable[str]:
    found = page.found
    yield translate(_("Begun {at} by {by}"), at=shown(found.started), by=found.login)
    if found.ended is not None:
        message = _("Ended {at}, after {minutes} minutes; the goal was {goal}")
        yield translate(message, at=shown(found.ended), minutes=found.minutes, goal=found.plan.goal)


def _table(
    report: FPDF,
    title: str,
    heads: Sequence[str],
    body: Iterable[Sequence[str]],
    widths: tuple[int, ...],
) -> None:
    report.ln(3)
    says(report, translate(title), 13)
    rows(report, [translate(head) for head in heads], body, widths, ())


def _step(row: Row) -> Sequence[str]:
    place = row.place
    state = translate(_("{state}, late"), state=row.state) if row.late else row.state
    done = f"{shown(place.at)} {place.login}" if place.at else ""
    return place.step.said, row.who, shown(place.due), state, done, place.note


def _told(notice: Notice) -> Sequence[str]:
    return shown(notice.telling.created), notice.to, notice.state, notice.telling.text
