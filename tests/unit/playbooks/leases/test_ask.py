"""What the server answers: its clock, then the file; ends are told by our clock however wrong the server's is."""

from datetime import UTC, datetime, timedelta

import pytest

from countynet.errors import DeviceError
from playbooks.leases.ask import understood

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
ENDS = NOW + timedelta(hours=1)
MAC = "02:00:0a:15:01:0a"


def answer(clock: datetime, ends: datetime = ENDS) -> str:
    return f"{int(clock.timestamp())}\n{int(ends.timestamp())} {MAC} 10.21.1.10 * *\n0 {MAC} 10.21.1.11 * *\n"


@pytest.mark.parametrize("seconds", [-4, 0, 4])
def test_clocks_that_are_near_go_alike(seconds: int) -> None:
    said = understood("srv", answer(NOW + timedelta(seconds=seconds)), NOW, NOW)
    assert (said.ahead, said.read.leases[0].ends) == (timedelta(), ENDS)


@pytest.mark.parametrize("off", [timedelta(days=3650), timedelta(seconds=-90)])
def test_a_clock_that_is_wrong_is_told_and_changes_no_end(off: timedelta) -> None:
    said = understood("srv", answer(NOW + off, ENDS + off), NOW, NOW)
    assert (said.ahead, said.read.leases[0].ends, said.read.leases[1].ends) == (off, ENDS, None)


def test_a_slow_answer_says_nothing_of_the_clock() -> None:
    said = understood("srv", answer(NOW + timedelta(seconds=19)), NOW, NOW + timedelta(seconds=20))
    assert said.ahead == timedelta()


@pytest.mark.parametrize("text", ["", "\n", "sh: date: not found\n", "99999999999999\n", "-5\n", "٣\n"])
def test_an_answer_without_a_clock_is_none(text: str) -> None:
    with pytest.raises(DeviceError, match="did not tell its time"):
        understood("srv", text, NOW, NOW)
