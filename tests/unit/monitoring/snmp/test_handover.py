"""Who is taken over, for how long, and who never is."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from monitoring.snmp import trouble
from monitoring.snmp.handover import AGAIN, HOPELESS, Handover
from monitoring.snmp.seam import Answer, Question, Target

QUESTION, OTHER = Question((), (("1.3.1",),)), Question((), (("1.3.2",),))


class Scripted:
    """A poller, and one that asks one at a time, whose answers are errors by device; it counts who was asked."""

    def __init__(self, **errors: str) -> None:
        self.errors, self.asked = errors, list[str]()

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> dict[str, Answer]:
        answers = {target.device: await self.ask_one(target, question) for target in targets}
        for answer in answers.values() if each else ():
            assert each is not None
            each(answer)
        return {} if each else answers

    async def ask_one(self, target: Target, question: Question) -> Answer:
        self.asked.append(target.device)
        return Answer(target, error=self.errors.get(target.device, ""))

    def close(self) -> None:
        self.asked.clear()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(poller: Handover, *devices: str, question: Question = QUESTION) -> dict[str, Answer]:
    return asyncio.run(poller.ask([Target(device, "192.0.2.1", n) for n, device in enumerate(devices)], question))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("error", sorted(trouble.BAFFLED))
def test_whom_the_engine_cannot_handle_is_asked_by_the_other_at_once_and_from_then_on(error: str, clock: Clock) -> None:
    engine, other = Scripted(odd=error), Scripted()
    poller = Handover(engine, other, clock)
    first = asked(poller, "good", "odd")
    assert (first["odd"].error, first["odd"].why, first["good"].why) == ("", error, "")
    asked(poller, "good", "odd")
    assert engine.asked == ["good", "odd", "good"]
    assert other.asked == ["odd", "odd"]
    assert {target.device: why for target, why in poller.taken().items()} == {"odd": error}


@pytest.mark.parametrize(
    "error", [trouble.NO_ANSWER, trouble.SLOW, trouble.CLOCK, trouble.OTHER_ADDRESS, trouble.CLOSED]
)
def test_the_dead_the_slow_and_replays_are_not_handed_over(error: str, clock: Clock) -> None:
    other = Scripted()
    assert asked(Handover(Scripted(a=error), other, clock), "a")["a"].error == error
    assert other.asked == []


def test_only_the_question_that_baffles_is_taken_over(clock: Clock) -> None:
    engine, other = Scripted(odd=trouble.ASTRAY), Scripted()
    poller = Handover(engine, other, clock)
    asked(poller, "odd")
    engine.errors.clear()
    assert asked(poller, "odd", question=OTHER)["odd"].why == ""
    assert other.asked == ["odd"]


def test_after_an_hour_our_engine_is_tried_again(clock: Clock) -> None:
    engine, other = Scripted(odd=trouble.ASTRAY), Scripted()
    poller = Handover(engine, other, clock)
    asked(poller, "odd")
    engine.errors.clear()
    clock.now = AGAIN + 1
    assert asked(poller, "odd")["odd"].why == ""
    assert poller.taken() == {} or engine.asked == ["odd", "odd"]


def test_whom_neither_can_handle_keeps_our_error_and_is_not_tried_at_every_round(clock: Clock) -> None:
    engine, other = Scripted(odd=trouble.UNREADABLE), Scripted(odd=trouble.NO_ANSWER)
    poller = Handover(engine, other, clock)
    for _round in range(3):
        assert asked(poller, "odd")["odd"].error == trouble.UNREADABLE
    assert other.asked == ["odd"]
    assert poller.taken() == {}
    clock.now = HOPELESS + 1
    asked(poller, "odd")
    assert other.asked == ["odd", "odd"]


def test_when_the_other_fails_later_our_engine_has_the_next_turn(clock: Clock) -> None:
    engine, other = Scripted(odd=trouble.ASTRAY), Scripted()
    poller = Handover(engine, other, clock)
    asked(poller, "odd")
    other.errors["odd"] = trouble.NO_ANSWER
    assert asked(poller, "odd")["odd"].error == trouble.NO_ANSWER
    engine.errors.clear()
    assert asked(poller, "odd")["odd"].error == ""
    assert engine.asked == ["odd", "odd"]


def test_answers_are_handed_over_one_by_one_where_that_is_wanted(clock: Clock) -> None:
    poller, taken = Handover(Scripted(odd=trouble.ASTRAY), Scripted(), clock), list[str]()

    async def work() -> dict[str, Answer]:
        targets = [Target("good", "192.0.2.1"), Target("odd", "192.0.2.2")]
        return await poller.ask(targets, QUESTION, lambda answer: taken.append(answer.target.device))

    assert asyncio.run(work()) == {}
    assert sorted(taken) == ["good", "odd"]
