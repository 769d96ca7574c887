"""Greedy set cover: everything is covered, nothing is kept that adds nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from topology.confirm.classes.cover import cover

SETS = st.lists(st.frozensets(st.integers(0, 30)), max_size=25)


def test_one_that_covers_all_is_enough() -> None:
    assert cover([frozenset({1}), frozenset({1, 2, 3}), frozenset({2, 3})]) == [1]


def test_of_two_as_good_the_cheaper_is_kept() -> None:
    assert cover([frozenset({1, 2}), frozenset({1, 2})], {0: 1}) == [1]


def test_nothing_is_covered_by_nothing() -> None:
    assert cover([]) == []
    assert cover([frozenset()]) == []


@settings(max_examples=60, deadline=None)
@given(SETS)
def test_what_is_kept_covers_all_and_each_adds_something(sets: list[frozenset[int]]) -> None:
    chosen, covered = cover(sets), set[int]()
    for index in chosen:
        assert not sets[index] <= covered
        covered |= sets[index]
    assert covered == set().union(*sets)


@settings(max_examples=60, deadline=None)
@given(SETS)
def test_each_step_takes_the_set_that_adds_most(sets: list[frozenset[int]]) -> None:
    left = set[int]().union(*sets)
    for index in cover(sets):
        assert len(sets[index] & left) == max(len(one & left) for one in sets)
        left -= sets[index]
