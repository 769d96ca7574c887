"""Who takes which step, from where; nobody approves their own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from countynet.errors import Conflict, NotAllowed
from countynet.people import Actor
from countynet.vocabulary import TerminalState
from inventory.tags import TerminalTag
from inventory.terminals.model import Application
from inventory.terminals.rules import STATES, STEPS, possible, step
from tests.unit.inventory.terminals.people import (
    ADMIN,
    AUDITOR,
    CENTER,
    CLERK,
    COLLEAGUE,
    EVERYBODY,
    OPERATOR,
    OTHER,
    SECOND,
    request,
)

FOUND = Application(1, "u025", TerminalState.ASKED, "u025", request(), datetime(2026, 11, 20, tzinfo=UTC))
WHO: dict[TerminalTag, set[Actor]] = {
    TerminalTag.APPROVED: {CENTER, SECOND},
    TerminalTag.DECLINED: {CENTER, SECOND},
    TerminalTag.CONNECTED: {OPERATOR},
    TerminalTag.WITHDRAWN: {CLERK, COLLEAGUE},
}
FROM = {
    TerminalTag.APPROVED: {TerminalState.ASKED},
    TerminalTag.DECLINED: {TerminalState.ASKED, TerminalState.APPROVED},
    TerminalTag.CONNECTED: {TerminalState.APPROVED},
    TerminalTag.WITHDRAWN: {TerminalState.ASKED},
}


@pytest.mark.parametrize("tag", STEPS)
@pytest.mark.parametrize("state", TerminalState)
@pytest.mark.parametrize("actor", EVERYBODY, ids=lambda actor: actor.name)
def test_a_step_is_taken_by_its_person_from_its_state_and_else_refused(
    tag: TerminalTag, state: TerminalState, actor: Actor
) -> None:
    found = replace(FOUND, state=state)
    may = actor in WHO[tag] and state in FROM[tag]
    assert (tag in possible(actor, found)) is may
    if may:
        assert step(tag, actor, found).after not in FROM[tag]
    else:
        with pytest.raises(NotAllowed if actor not in WHO[tag] else Conflict):
            step(tag, actor, found)


def test_nobody_approves_what_they_asked_for_themselves() -> None:
    own = replace(FOUND, asker=CENTER.name)
    with pytest.raises(NotAllowed):
        step(TerminalTag.APPROVED, CENTER, own)
    assert TerminalTag.APPROVED not in possible(CENTER, own)
    assert step(TerminalTag.APPROVED, SECOND, own).after is TerminalState.APPROVED


def test_who_asked_may_withdraw_whatever_their_role() -> None:
    own = replace(FOUND, asker=CENTER.name)
    assert step(TerminalTag.WITHDRAWN, CENTER, own)
    assert step(TerminalTag.WITHDRAWN, CLERK, own)
    with pytest.raises(NotAllowed):
        step(TerminalTag.WITHDRAWN, OTHER, own)


def test_an_auditor_and_an_administrator_take_no_step() -> None:
    for state in TerminalState:
        for actor in (AUDITOR, ADMIN):
            assert possible(actor, replace(FOUND, state=state)) == ()


def test_every_state_has_a_name() -> None:
    assert set(STATES) == set(TerminalState)
