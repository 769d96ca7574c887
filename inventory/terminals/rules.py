"""The way of an application and who may take which step. Pure.

    asked -> approved -> connected
      |  \\______|
      |          \\-> declined
      +-> withdrawn

The unit asks and may withdraw until the center decides; the center approves or declines, and may take an order back by
declining it; the operator connects. An auditor or administrator takes no step, and nobody approves what they asked for
themselves. A wrong person is NotAllowed; a wrong order is Conflict: the page showed an older state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from countynet.errors import Conflict, NotAllowed
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import Role, TerminalState
from inventory.tags import TerminalTag
from inventory.terminals.model import Application


@dataclass(frozen=True)
class Step:
    """One kind of step: from where, to where, by whom."""

    before: tuple[TerminalState, ...]
    after: TerminalState
    role: Role


ASKED, APPROVED = TerminalState.ASKED, TerminalState.APPROVED
STEPS: Mapping[TerminalTag, Step] = {
    TerminalTag.APPROVED: Step((ASKED,), APPROVED, Role.CENTER),
    TerminalTag.DECLINED: Step((ASKED, APPROVED), TerminalState.DECLINED, Role.CENTER),
    TerminalTag.CONNECTED: Step((APPROVED,), TerminalState.CONNECTED, Role.OPERATOR),
    TerminalTag.WITHDRAWN: Step((ASKED,), TerminalState.WITHDRAWN, Role.UNIT),
}
STATES = {
    TerminalState.ASKED: _("asked, to be decided"),
    TerminalState.APPROVED: _("approved, to be connected"),
    TerminalState.DECLINED: _("not approved"),
    TerminalState.CONNECTED: _("connected"),
    TerminalState.WITHDRAWN: _("withdrawn"),
}
"""what a state is called"""
ROLES = {Role.CENTER: _("the center"), Role.OPERATOR: _("the operator"), Role.UNIT: _("the unit itself")}
TURN = {TerminalState.ASKED: Role.CENTER, TerminalState.APPROVED: Role.OPERATOR}
"""who has to act next"""


def may_ask(actor: Actor, unit: str) -> None:
    """Refuse with NotAllowed unless the actor is the unit's clerk, or the center writing a telephone call down."""
    if actor.role is not Role.CENTER and actor.clerk_of != unit:
        raise NotAllowed(_("{actor} may not apply for a terminal of {unit}"), actor=actor.name, unit=unit)


def may_remove(actor: Actor, unit: str) -> None:
    """Refuse with NotAllowed unless the actor is the unit's clerk or the center."""
    if actor.role is not Role.CENTER and actor.clerk_of != unit:
        raise NotAllowed(_("{actor} may not remove a terminal of {unit}"), actor=actor.name, unit=unit)


def may_configure(actor: Actor, found: Application) -> None:
    """Refuse unless it is the operator (NotAllowed), about a terminal that is connected (Conflict)."""
    if actor.role is not Role.OPERATOR:
        raise NotAllowed(_("only the operator has a device configured"))
    if found.state is not TerminalState.CONNECTED:
        raise Conflict(_("the terminal is not connected yet"))


def step(tag: TerminalTag, actor: Actor, found: Application) -> Step:
    """Return the step; NotAllowed for the wrong person, Conflict when the application does not stand where it begins.

    Who asked may withdraw, whatever their role.
    """
    wanted = STEPS[tag]
    if not _is_for(tag, actor, found):
        role = translate(ROLES[wanted.role])
        raise NotAllowed(_("{actor} may not take this step: it is for {role}"), actor=actor.name, role=role)
    if tag is TerminalTag.APPROVED and actor.name == found.asker:
        raise NotAllowed(_("{actor} asked for it; somebody else has to approve it"), actor=actor.name)
    if found.state not in wanted.before:
        raise Conflict(_('the application stands at "{state}" now'), state=translate(STATES[found.state]))
    return wanted


def _is_for(tag: TerminalTag, actor: Actor, found: Application) -> bool:
    wanted = STEPS[tag].role
    if wanted is Role.UNIT:
        return actor.name == found.asker or actor.clerk_of == found.unit
    return actor.role is wanted


def possible(actor: Actor, found: Application) -> tuple[TerminalTag, ...]:
    """Return the steps that a person may take now, for the buttons of a page."""
    return tuple(
        tag
        for tag, wanted in STEPS.items()
        if found.state in wanted.before
        and _is_for(tag, actor, found)
        and not (tag is TerminalTag.APPROVED and actor.name == found.asker)
    )
