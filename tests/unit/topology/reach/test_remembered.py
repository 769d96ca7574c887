"""Answers that an engine keeps of itself."""

from weakref import ref

from topology.reach.arrivals import remembered


class Asked:
    def __init__(self) -> None:
        self.times = 0

    @remembered
    def double(self, number: int) -> int:
        """Return it twice."""
        self.times += 1
        return 2 * number

    @remembered
    def sum(self, *numbers: int) -> int:
        """Return the sum."""
        self.times += 1
        return sum(numbers)


def test_what_was_asked_once_is_not_worked_out_again() -> None:
    one, other = Asked(), Asked()
    assert [one.double(3), one.double(3), one.double(4), one.sum(1, 2), one.sum(1, 2), one.sum(3)] == [6, 6, 8, 3, 3, 3]
    assert (one.times, other.times) == (4, 0)
    assert other.double(5) == 10


def test_the_object_is_let_go_with_the_last_who_uses_it() -> None:
    asked = Asked()
    asked.double(1)
    asked.sum(1, 2)
    gone = ref(asked)
    del asked
    assert gone() is None
