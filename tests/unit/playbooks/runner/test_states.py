"""Which run begins next, and who may do what with one."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.errors import NotAllowed
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner.states import Claim, may_agree, may_see, may_start, may_touch, startable
from tests.unit.playbooks.runner.samples import playbook

CENTER, OPERATOR, AUDITOR = Actor("bob", Role.CENTER), Actor("amy", Role.OPERATOR), Actor("eve", Role.AUDITOR)


def claim(number: int, actor: str, *targets: str, looks: bool = False) -> Claim:
    return Claim(number, actor, frozenset(targets), looks)


def test_two_runs_touch_one_device_at_once_only_when_both_only_look() -> None:
    running = [claim(1, "amy", "a", "b")]
    assert startable([claim(2, "bob", "b", "c"), claim(3, "bob", "d")], running) == (3,)
    assert startable([claim(2, "bob", "b", looks=True)], running) == ()
    assert startable([claim(2, "bob", "b", looks=True)], [claim(1, "amy", "b", looks=True)]) == (2,)


def test_a_run_that_waits_for_a_device_is_not_passed_by_those_behind_it() -> None:
    running = [claim(1, "amy", "a")]
    waiting = [claim(2, "bob", "a", "b"), claim(3, "carl", "b"), claim(4, "carl", "c")]
    assert startable(waiting, running) == (4,)


def test_whoever_has_fewest_runs_comes_first() -> None:
    waiting = [claim(n, "amy", f"a{n}") for n in range(1, 9)] + [claim(9, "bob", "b")]
    assert startable(waiting, [], most=2) == (1, 9)
    assert startable(waiting, [claim(20, "amy", "x"), claim(21, "carl", "y")], most=3) == (9,)


CLAIMS = st.builds(
    Claim, st.just(0), st.sampled_from("ab"), st.frozensets(st.sampled_from("xyz"), min_size=1), st.booleans()
)


@settings(max_examples=40)
@given(st.lists(CLAIMS, max_size=7), st.integers(1, 4))
def test_what_begins_together_may_stand_together_and_the_oldest_is_never_starved(found: list[Claim], most: int) -> None:
    waiting = [Claim(n, c.actor, c.targets, c.looks) for n, c in enumerate(found)]
    chosen = [waiting[number] for number in startable(waiting, [], most)]
    assert len(chosen) <= most
    assert all(one.beside(other) for one, other in permutations(chosen, 2))
    assert not waiting or 0 in startable(waiting, [], most)


def test_nobody_agrees_to_their_own_run_and_only_the_center_agrees() -> None:
    may_agree(CENTER, "amy")
    for actor, asker in ((CENTER, "bob"), (CENTER, "shell:bob"), (OPERATOR, "bob"), (AUDITOR, "amy")):
        with pytest.raises(NotAllowed):
            may_agree(actor, asker)


def test_an_auditor_sees_every_playbook_and_starts_only_those_that_are_hers() -> None:
    book = playbook()
    assert may_see(book, AUDITOR)
    assert not may_see(book, Actor("clerk", Role.UNIT, "u001"))
    may_start(book, OPERATOR)
    with pytest.raises(NotAllowed):
        may_start(book, AUDITOR)
    may_touch(OPERATOR, "amy")
    may_touch(CENTER, "amy")
    with pytest.raises(NotAllowed):
        may_touch(OPERATOR, "bob")
