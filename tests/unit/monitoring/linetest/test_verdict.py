"""What a clerk is told of a line, in both languages."""

from typing import Any

import pytest

from countynet.i18n import set_language
from countynet.vocabulary import Access
from inventory.model import Circuit
from monitoring.linetest.verdict import Measured, Port, verdict
from tests.unit.monitoring.linetest.samples import circuit

WELL = Port("ge0", True, 1_200_000.0, 90_000.0, 0.0)


def found(**more: Any) -> Measured:
    return Measured(**{"device": "cpe-001", "sent": 20, "trips": (3.0,) * 20, "port": WELL, **more})


def told(measured: Measured, line: Circuit | None = None) -> tuple[bool, str]:
    said = verdict(measured, line or circuit())
    return all(one.good for one in said), "\n".join(one.said() for one in said)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def test_a_good_line_is_told_with_its_figures() -> None:
    good, words = told(found(trips=(3.0,) * 19))
    assert (good, "19 of 20" in words, "1.2 of 10 Mbit/s to the unit, 0.09 of 10" in words) == (True, True, True)


def test_a_silent_device_is_first_a_matter_of_power() -> None:
    good, words = told(found(trips=(), port=None))
    assert (good, "has power" in words) == (False, True)
    set_language("zh")
    assert "电源" in told(found(trips=(), port=None))[1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"trips": (3.0,) * 18}, "2 of 20 test packets did not"),
        ({"trips": ()}, "20 of 20 test packets did not"),
        ({"trips": (61.0,) * 20}, "slow to answer: 61.0 ms"),
        ({"port": Port("ge0", False, 0.0, 0.0, 0.0)}, "ge0 into the line is down"),
        ({"port": Port("ge0", True, 0.0, 0.0, 1.5)}, "damages packets: 1.5"),
        ({"port": Port("ge0", True, 8_000_000.0, 0.0, 0.0)}, "line is full"),
        ({"port": Port("ge0", True, 0.0, 9_000_000.0, None)}, "line is full"),
    ],
)
def test_what_is_wrong_is_said_first(more: dict[str, Any], words: str) -> None:
    good, said = told(found(**more))
    assert (good, words in said.splitlines()[0]) == (False, True)


def test_what_was_not_measured_is_said_not_to_be_known() -> None:
    assert told(found(port=None)) == (True, told(found(port=None))[1])
    assert "not known" in told(found(port=None))[1]
    assert "could not be measured" in told(found(port=Port("ge0", True, None, 5.0, None)))[1]


def test_an_adsl_line_may_take_longer() -> None:
    assert told(found(trips=(61.0,) * 20), circuit(access=Access.ADSL))[0]
