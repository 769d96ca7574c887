"""Who may approve, how long that counts, and when a plan may begin."""

from datetime import timedelta

import pytest

from countynet.errors import Conflict, CountyError, NotAllowed
from countynet.i18n import set_language, translate_error
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.plan.model import PlanState
from playbooks.plan.rules import Approval, lacks, may_apply, may_approve, standing
from tests.unit.playbooks.plan.samples import NOW, plan

AMY, BOB, CARL = (Actor(name, Role.CENTER) for name in ("amy", "bob", "carl"))
HOUR = timedelta(hours=1)


def refused(
    kind: type[CountyError],
    *,
    actor: Actor = AMY,
    state: PlanState = PlanState.OPEN,
    given: tuple[Approval, ...] = (),
    at: timedelta = HOUR,
) -> None:
    with pytest.raises(kind):
        may_approve(plan(), state, given, actor, NOW + at)


def test_the_center_approves() -> None:
    may_approve(plan(), PlanState.OPEN, (), AMY, NOW)
    may_approve(plan(), PlanState.STOPPED, (Approval("bob", NOW),), AMY, NOW)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CENTER])
def test_nobody_else_does(role: Role) -> None:
    refused(NotAllowed, actor=Actor("eve", role, "u001"))


def test_nobody_approves_their_own_plan() -> None:
    refused(NotAllowed, actor=CARL)


def test_nor_the_one_they_made_at_the_shell_under_the_same_name() -> None:
    own = plan().model_copy(update={"author": "shell:amy"})
    with pytest.raises(NotAllowed):
        may_approve(own, PlanState.OPEN, (), AMY, NOW)


def test_nobody_approves_twice_but_anew_when_the_first_has_run_out_or_was_withdrawn() -> None:
    refused(Conflict, given=(Approval("amy", NOW),))
    may_approve(plan(), PlanState.OPEN, (Approval("amy", NOW),), AMY, NOW + 24 * HOUR)
    may_approve(plan(), PlanState.OPEN, (Approval("amy", NOW, withdrawn=True),), AMY, NOW + HOUR)


@pytest.mark.parametrize("state", [PlanState.DONE, PlanState.STALE])
def test_what_has_ended_is_not_approved(state: PlanState) -> None:
    refused(Conflict, state=state)


def test_what_has_expired_is_not_approved() -> None:
    refused(Conflict, at=timedelta(days=7))


def test_an_approval_counts_for_24_hours_to_the_second() -> None:
    given = (Approval("amy", NOW), Approval("bob", NOW + HOUR), Approval("dan", NOW, withdrawn=True))
    assert [a.login for a in standing(given, NOW + 24 * HOUR - timedelta(seconds=1))] == ["amy", "bob"]
    assert [a.login for a in standing(given, NOW + 24 * HOUR)] == ["bob"]


def test_a_plan_begins_with_all_its_approvals_and_not_with_less() -> None:
    two = plan(approvals=2)
    may_apply(two, PlanState.OPEN, (Approval("amy", NOW), Approval("bob", NOW)), NOW)
    for given in ((), (Approval("amy", NOW),), (Approval("amy", NOW), Approval("bob", NOW - 24 * HOUR))):
        with pytest.raises(Conflict, match="needs 2 approvals"):
            may_apply(two, PlanState.OPEN, given, NOW)


@pytest.mark.parametrize(
    ("need", "have", "english", "chinese"),
    [
        (1, 0, "plan 1 needs 1 approval and has none yet", "方案 1 需要 1 人批准，尚无人批准"),
        (2, 0, "plan 1 needs 2 approvals and has none yet", "方案 1 需要 2 人批准，尚无人批准"),
        (2, 1, "plan 1 needs 2 approvals and has 1", "方案 1 需要 2 人批准，已有 1 人批准"),
        (1, 1, "", ""),
    ],
)
def test_what_a_plan_lacks_is_said_as_people_say_it(need: int, have: int, english: str, chinese: str) -> None:
    lacking = lacks(plan(approvals=need), [Approval(f"p{n}", NOW) for n in range(have)], NOW)
    assert (lacking is None) == (not english)
    for language, words in (("en", english), ("zh", chinese)):
        set_language(language)
        assert (translate_error(lacking) if lacking else "").split(";")[0].split("；")[0] == words
    set_language("en")


def test_one_person_in_two_rows_is_still_one_person() -> None:
    with pytest.raises(Conflict):
        may_apply(plan(approvals=2), PlanState.OPEN, (Approval("amy", NOW), Approval("amy", NOW + HOUR)), NOW + HOUR)


def test_what_stopped_or_broke_off_may_go_on_and_what_is_done_stale_or_expired_may_not() -> None:
    given = (Approval("amy", NOW + timedelta(days=7) - HOUR),)
    for state in (PlanState.STOPPED, PlanState.APPLYING):
        may_apply(plan(), state, given, NOW + timedelta(days=7) - HOUR)
    for state in (PlanState.DONE, PlanState.STALE):
        with pytest.raises(Conflict):
            may_apply(plan(), state, given, NOW + timedelta(days=7) - HOUR)
    with pytest.raises(Conflict, match="expired"):
        may_apply(plan(), PlanState.OPEN, given, NOW + timedelta(days=7))
