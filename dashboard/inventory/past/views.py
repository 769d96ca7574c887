"""The last commits, one commit, the difference of two dates, and undo with its reason."""

from datetime import timedelta

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate_error
from dashboard.access import ACCESS
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import say, typed
from dashboard.inventory.past.pages import CommitPage, DiffPage, LogPage
from dashboard.inventory.rows import commit as shown
from dashboard.inventory.rows import rows
from dashboard.web import person, services, show
from inventory.record.history import Depends, Revision

PER_PAGE = 20
ROWS = 8
"""changes of a commit that the list shows; its own page has all"""
MOST = 1000
"""changes that one difference shows"""
MONTH = timedelta(days=30)


@inventory.get("/inventory/log")
def log() -> ResponseReturnValue:
    """Show the last commits."""
    said = request.args.get("skip", "0")
    skip = int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0
    found = services().inventory.log(PER_PAGE + 1, skip)
    return show(
        LogPage(
            commits=tuple(shown(revision, ROWS) for revision in found[:PER_PAGE]),
            newer=url_for("inventory.log", skip=max(0, skip - PER_PAGE) or None) if skip else "",
            older=url_for("inventory.log", skip=skip + PER_PAGE) if len(found) > PER_PAGE else "",
            may_undo=ACCESS["inventory.undo"].admits(person()),
        )
    )


@inventory.get("/inventory/commits/<commit>")
def commit(commit: str) -> ResponseReturnValue:
    """Show one commit."""
    return show(_page(commit))


@inventory.post("/inventory/commits/<commit>/undo")
def undo(commit: str) -> ResponseReturnValue:
    """Take one commit back."""
    page = _page(commit)
    reason = typed(request.form, "reason")
    try:
        if not reason:
            raise BadInput([Problem(_("say why: a change needs a reason"))])
        done = services().inventory.undo(person(), page.commit.commit, reason)
    except Depends as error:
        told = (translate_error(error), *(say(problem, place=True) for problem in error.problems))
        return show(_page(commit, reason, told), 409)
    except Conflict as error:
        return show(_page(commit, reason, (translate_error(error),)), 409)
    except BadInput as error:
        return show(_page(commit, reason, tuple(say(problem) for problem in error.problems)), 400)
    return redirect(url_for("inventory.commit", commit=done.commit or page.commit.commit), 303)


def _page(commit: str, reason: str = "", problems: tuple[str, ...] = ()) -> CommitPage:
    found = services().inventory.detail(commit)
    if found is None:
        abort(404)
    one = shown(found.revision, MOST)
    later = tuple(shown(Revision(entry, ())) for entry in found.later)
    may_undo = ACCESS["inventory.undo"].admits(person()) and not one.first
    return CommitPage(one, found.diff, later, may_undo, reason, problems)


@inventory.get("/inventory/diff")
def diff() -> ResponseReturnValue:
    """Show what differs between two dates; the last month by default."""
    today = clock.today()
    since = request.args.get("since", "").strip()[:64] or (today - MONTH).isoformat()
    until = request.args.get("until", "").strip()[:64] or today.isoformat()
    try:
        found = services().inventory.between(since, until)
    except BadInput as error:
        return show(DiffPage(since, until, (), 0, tuple(say(problem) for problem in error.problems)), 400)
    return show(DiffPage(since, until, rows(found[:MOST]), len(found)))
