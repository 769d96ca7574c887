"""Proposed changes: who proposes sees what became of it, the center reviews, merges or declines."""

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.i18n import _, translate, translate_error
from dashboard.access import ACCESS
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import say, typed
from dashboard.inventory.proposals.pages import ProposalPage, ProposalRow, ProposalsPage
from dashboard.inventory.rows import rows
from dashboard.services.record import Review
from dashboard.web import person, services, show
from inventory.record.proposals import Proposal

ENDED = 50
STATES = {"open": _("open"), "merged": _("merged"), "declined": _("declined")}


@inventory.get("/inventory/proposals")
def proposals() -> ResponseReturnValue:
    """List the proposals; a clerk's own only."""
    who = person()
    found = [_row(p) for p in services().inventory.proposals() if who.unit is None or p.entry.login == who.login]
    waiting = tuple(row for row in found if row.open)
    ended = tuple(row for row in found if not row.open)[:ENDED]
    return show(ProposalsPage(waiting, ended, who.unit is not None))


@inventory.get("/inventory/proposals/<int:proposal>")
def proposal(proposal: int) -> ResponseReturnValue:
    """Show one proposal."""
    return show(_page(proposal))


@inventory.post("/inventory/proposals/<int:proposal>/merge")
def merge(proposal: int) -> ResponseReturnValue:
    """Merge a proposal."""
    return _decide(proposal, lambda: services().inventory.merge(person(), proposal, typed(request.form, "reason")))


@inventory.post("/inventory/proposals/<int:proposal>/decline")
def decline(proposal: int) -> ResponseReturnValue:
    """Decline a proposal."""
    return _decide(proposal, lambda: services().inventory.decline(person(), proposal, typed(request.form, "reason")))


def _decide(number: int, take: Callable[[], object]) -> ResponseReturnValue:
    if services().inventory.review(number) is None:
        abort(404)
    try:
        take()
    except BadInput as error:
        return show(_page(number, tuple(say(problem, place=True) for problem in error.problems)), 400)
    except NotAllowed as error:
        return show(_page(number, (translate_error(error),)), 403)
    except Conflict as error:
        return show(_page(number, (translate_error(error),)), 409)
    return redirect(url_for("inventory.proposal", proposal=number), 303)


def _page(number: int, problems: tuple[str, ...] = ()) -> ProposalPage:
    who, found = person(), services().inventory.review(number)
    if found is None:
        abort(404)
    own = found.proposal.entry.login == who.login
    if who.unit is not None and not own:
        abort(403)
    return _context(found, own, problems)


def _context(found: Review, own: bool, problems: tuple[str, ...]) -> ProposalPage:
    who = person()
    return ProposalPage(
        proposal=_row(found.proposal),
        rows=rows(found.changes),
        diff=found.diff if who.unit is None else "",
        overtaken=rows(found.overtaken),
        note=found.note,
        may_decide=found.proposal.state == "open" and ACCESS["inventory.merge"].admits(who),
        own=own,
        linked=who.unit is None,
        typed=typed(request.form, "reason"),
        problems=problems,
    )


def _row(found: Proposal) -> ProposalRow:
    entry = found.entry
    return ProposalRow(
        number=found.number,
        state=translate(STATES[found.state]),
        open=found.state == "open",
        author=entry.author,
        login=entry.login,
        at=entry.at,
        reason=found.reason,
        objects=entry.trailers("Object"),
    )
