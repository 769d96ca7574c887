"""Who is asked again soon after its agent failed."""

from monitoring.poller.again import PAUSE, TIMES, Again
from monitoring.snmp.seam import Answer, Target

EVERYBODY = frozenset(("a", "b"))


def answer(device: str, error: str = "") -> Answer:
    return Answer(Target(device, "192.0.2.1"), error=error)


def test_who_failed_is_asked_every_few_seconds_until_it_answers() -> None:
    again = Again()
    again.polled([answer("a", "no answer"), answer("b")], 100)
    assert again.due(101, EVERYBODY) == frozenset()
    assert again.due(100 + PAUSE, EVERYBODY) == {"a"}
    assert again.due(101 + PAUSE, EVERYBODY) == frozenset()  # it is being asked
    again.polled([answer("a", "no answer")], 102 + PAUSE)
    assert again.due(102 + 2 * PAUSE, EVERYBODY) == {"a"}
    again.polled([answer("a")], 103 + 2 * PAUSE)
    assert again.due(1000, EVERYBODY) == frozenset()


def test_whose_ping_is_silent_is_not_asked() -> None:
    again = Again()
    again.polled([answer("a", "no answer"), answer("b", "no answer")], 0)
    assert again.due(PAUSE, {"b"}) == {"b"}


def test_what_lasts_is_left_to_the_rounds() -> None:
    again, asked = Again(), 0
    again.polled([answer("a", "no answer")], 0)
    for second in range(10 * TIMES):
        if again.due(second, EVERYBODY):
            asked += 1
            again.polled([answer("a", "no answer")], second)
    assert asked == TIMES
