"""Who may approve a plan, and when it may begin. Pure.

An approval is the center's, never the author's own, once per person, and counts for a day. It is withdrawn when the
plan turns out to be stale. A wrong person is NotAllowed; a wrong moment is Conflict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.plan.model import Plan, PlanState

APPROVAL = timedelta(hours=24)
LIFETIME = timedelta(days=7)
EMERGENCY = "emergency:"
"""with its number, what stands for a person's approval of a plan that is applied at once"""
CHANGERS = frozenset({Role.CENTER, Role.OPERATOR})
"""who has plans made and carries them out once they are approved; to approve is the center's"""
STATES = {
    PlanState.OPEN: _("not begun"),
    PlanState.APPLYING: _("being applied"),
    PlanState.STOPPED: _("stopped half-way"),
    PlanState.DONE: _("applied"),
    PlanState.STALE: _("stale"),
}


def may_change(login: str, role: Role) -> None:
    """Raise NotAllowed for whoever neither makes nor carries out changes."""
    if role not in CHANGERS:
        raise NotAllowed(_("{actor} may not do this: it is for the center and the operator"), actor=login)


@dataclass(frozen=True)
class Approval:
    """One person's consent."""

    login: str
    at: datetime
    withdrawn: bool = False


def standing(approvals: Iterable[Approval], now: datetime) -> tuple[Approval, ...]:
    """Return the approvals that count at a time, the last of each person."""
    last = {a.login: a for a in sorted(approvals, key=lambda a: a.at) if not a.withdrawn and now - a.at < APPROVAL}
    return tuple(last.values())


def may_approve(
    plan: Plan,
    state: PlanState,
    given: Sequence[Approval],
    actor: Actor,
    now: datetime,
    start: datetime | None = None,
) -> None:
    """Raise NotAllowed or Conflict unless this person may approve this plan now.

    Who approved already may do so once more when that ends before `start`, the beginning of the plan's work window.
    """
    if actor.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not approve a plan: it is for the center"), actor=actor.name)
    if plan.author in (actor.name, f"shell:{actor.name}"):
        raise NotAllowed(_("nobody approves their own plan"))
    alive(plan, state, now)
    given_already = any(a.login == actor.name for a in standing(given, now))
    if given_already and not _needed_again(actor.name, given, now, start):
        raise Conflict(_("{actor} has approved plan {plan} already"), actor=actor.name, plan=plan.number)


def _needed_again(login: str, given: Sequence[Approval], now: datetime, start: datetime | None) -> bool:
    """Return whether one more approval counts at the start of the window, and the one given does not."""
    if start is None or start - now >= APPROVAL:
        return False
    return not any(a.login == login for a in standing(given, max(start, now)))


def may_confirm(plan: Plan, given: Sequence[Approval], actor: Actor, note: str) -> None:
    """Raise unless this person may say afterwards that a plan was rightly applied at once.

    NotAllowed for all but the center and for its author, BadInput without a note, Conflict for any other plan.
    """
    if actor.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not approve a plan: it is for the center"), actor=actor.name)
    if plan.author in (actor.name, f"shell:{actor.name}"):
        raise NotAllowed(_("nobody approves their own plan"))
    logins = {approval.login for approval in given}
    if not any(login.startswith(EMERGENCY) for login in logins):
        raise Conflict(_("plan {plan} was not applied at once under an emergency"), plan=plan.number)
    if people := sorted(login for login in logins if not login.startswith(EMERGENCY)):
        raise Conflict(_("plan {plan} was confirmed by {login}"), plan=plan.number, login=people[0])
    if not note.strip():
        raise BadInput([Problem(_("say why it was right"), where="note")])


def may_apply(plan: Plan, state: PlanState, given: Sequence[Approval], now: datetime) -> None:
    """Raise Conflict unless the plan may begin now."""
    alive(plan, state, now)
    if lacking := lacks(plan, given, now):
        raise lacking


def lacks(plan: Plan, given: Iterable[Approval], now: datetime) -> Conflict | None:
    """Return what a plan lacks of the approvals that it needs, as the error of applying it; None for none."""
    have, need = len(standing(given, now)), plan.approvals
    if have >= need:
        return None
    if not have:
        message = _("plan {plan} needs {need} approvals and has none yet; an approval counts for 24 hours")
        return Conflict(message, plan=plan.number, need=need)
    message = _("plan {plan} needs {need} approvals and has {have}; an approval counts for 24 hours")
    return Conflict(message, plan=plan.number, need=need, have=have)


def alive(plan: Plan, state: PlanState, now: datetime) -> None:
    """Raise Conflict for a plan that is done, stale or expired."""
    if state in (PlanState.DONE, PlanState.STALE):
        raise Conflict(_("plan {plan} is {state}"), plan=plan.number, state=translate(STATES[state]))
    if now >= plan.expires:
        raise Conflict(_("plan {plan} has expired; make a new one"), plan=plan.number)
