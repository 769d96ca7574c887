"""Who was invited to a session, who came, and who did not."""

import pytest

from inventory.model import County
from inventory.rollout import sessions, sessions_of
from tests.unit.inventory.rollout.small import TODAY, changed, day, small


@pytest.fixture
def few(county: County) -> County:
    return small(county)


def test_sessions_stand_by_their_date(few: County) -> None:
    assert [s.training.id for s in sessions(few, TODAY)] == ["t1", "t2"]


def test_a_unit_is_present_with_its_people_and_absent_with_none(few: County) -> None:
    held = sessions(few, TODAY)[0]
    assert [(p.unit.id, p.people, p.guest) for p in held.present] == [("u001", 3, False), ("u004", 2, True)]
    assert [u.id for u in held.absent] == ["u002"]
    assert (held.people, held.came, held.percent) == (5, 1, 50)


def test_nobody_is_absent_before_the_day(few: County) -> None:
    coming = sessions(few, TODAY)[1]
    assert (coming.held, coming.absent, coming.percent) == (False, (), 0)
    assert [u.id for u in sessions(few, day("11-16"))[1].absent] == ["u003", "u004"]


def test_a_session_of_an_unknown_batch_invites_nobody(few: County) -> None:
    lost = few.trainings[0].model_copy(update={"batch": "nowhere"})
    found = sessions(changed(few, trainings=(lost,)), day("12-01"))[0]
    assert (found.batch, found.invited, found.absent, found.percent) == (None, (), (), 0)


def test_a_unit_sees_the_sessions_it_was_invited_to_or_came_to(few: County) -> None:
    assert [s.training.id for s in sessions_of(few, "u004", TODAY)] == ["t1", "t2"]
    assert [s.training.id for s in sessions_of(few, "u002", TODAY)] == ["t1"]
    assert sessions_of(few, "u005", TODAY) == ()
