"""What is learned of agents: how much at once, how long to wait, and what outlives a restart."""

import json
import random

import pytest

from monitoring.snmp.learned import FIRST, MOST, SLOWEST, Habits, Manner, Trip, kept, restored
from monitoring.snmp.message import MESSAGE_SIZE
from monitoring.snmp.seam import Question

ONE, OTHER = Question(("1.3.1",), (("1.3.2",),)), Question(("1.3.1",), (("1.3.3",),))


def poll(habits: Habits, room: int, octets: int = 20, answers: int = 5) -> None:
    """A poll of an agent whose answers hold `room` variables of so many octets."""
    for _answer in range(answers):
        asked = habits.limit
        if asked > room:
            habits.cut(room)
        habits.came(octets * min(asked, room), asked)
        habits.answered(min(asked, room))
    habits.ended((10,))


def test_it_grows_to_what_fits_one_datagram_and_no_further() -> None:
    habits = Habits()
    for _poll in range(20):
        poll(habits, MOST)
    assert 0.7 * MESSAGE_SIZE < habits.limit * 20 <= MESSAGE_SIZE
    before = habits.limit
    for _poll in range(20):
        poll(habits, MOST)
    assert habits.limit == before  # it stands still, else no answer would look like the last


def test_an_agent_that_cuts_is_asked_for_what_it_gives() -> None:
    habits = Habits()
    for _poll in range(30):
        poll(habits, 17)
    assert habits.limit == 17


def test_too_big_halves_down_to_one_and_is_tried_again_much_later() -> None:
    habits = Habits(limit=40)
    assert habits.too_much()
    assert (habits.limit, habits.ceiling) == (20, 20)
    for _poll in range(99):
        poll(habits, MOST, octets=5)
    assert habits.limit == 20
    poll(habits, MOST, octets=5)
    assert habits.limit == 30
    one = Habits(limit=1)
    assert not one.too_much()


def test_a_size_that_never_came_through_is_too_much_when_two_in_a_row_come_through_only_smaller() -> None:
    habits = Habits(limit=40)
    habits.answered(20, lost=40)
    habits.answered(12)  # the short end of a table says nothing of a size
    assert habits.limit == 40
    habits.answered(1, lost=40)
    assert habits.limit == 20


def test_a_size_that_came_through_before_is_not_doubted_for_a_line_that_loses() -> None:
    habits, chance = Habits(limit=40), random.Random(7)
    habits.answered(40)
    for _request in range(2000):
        habits.answered(*((20, 40) if chance.random() < 0.25 else (40, 0)))
    assert habits.limit == 40
    for _request in range(8):  # the way became narrower: nothing of that size comes through any more
        habits.answered(20, lost=40)
    assert habits.limit == 20


def test_what_would_be_fragmented_is_too_much() -> None:
    habits = Habits(limit=100)
    habits.came(2 * MESSAGE_SIZE, 100)
    assert habits.limit == 50


def test_timeouts_follow_round_trips_as_rfc_6298_says() -> None:
    trip = Trip()
    assert trip.timeout(1.0, 0.5) == 1.0
    trip.add(0.4)
    assert (trip.smoothed, trip.variation) == (0.4, 0.2)
    assert trip.timeout(1.0, 0.5) == pytest.approx(1.2)
    for _answer in range(100):
        trip.add(0.01)
    assert trip.timeout(1.0, 0.5) == 0.5
    for _answer in range(100):
        trip.add(60)
    assert trip.timeout(1.0, 0.5) == SLOWEST


def test_it_outlives_a_restart() -> None:
    manner = Manner()
    manner.of(ONE).limit = 33
    manner.trip.add(0.25)
    again = restored(json.loads(json.dumps(kept(manner))))
    assert (again.of(ONE).limit, again.of(OTHER).limit) == (33, FIRST)
    assert again.trip.smoothed == 0.25
    assert kept(again)["asked"] != {}


@pytest.mark.parametrize("document", [{}, {"asked": 3}, {"asked": {"x": [1]}}, {"trip": ["a", 1]}, {"trip": [-1, 0]}])
def test_a_document_of_another_form_is_left_alone(document: dict[str, object]) -> None:
    manner = restored(document)
    assert manner.of(ONE).limit == FIRST
    assert manner.trip.smoothed == 0


def test_limits_out_of_range_are_brought_in() -> None:
    from monitoring.snmp.learned import key_of

    assert restored({"asked": {key_of(ONE): [900, 900]}}).of(ONE).limit == MOST
    assert restored({"asked": {key_of(ONE): [0, 5]}}).of(ONE).limit == 1
