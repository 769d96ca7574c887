"""Freeze periods as a county writes them: times on its clock, every mistake at once with its line."""

from datetime import UTC, datetime, timedelta

import pytest

from countynet.errors import BadInput
from playbooks.freezes.model import OWN, Freeze, read

GOOD = """freezes:
- id: spring
  begins: 2027-02-05
  ends: 2027-02-12
  reason: 春节值守
  reason_en: Spring festival
- {id: night, begins: 2027-01-01 18:00, ends: 2027-01-02 06:30, reason: 割接, on: zone=server}
"""


def found(text: str) -> tuple[Freeze, ...]:
    return read(OWN.as_posix(), text.encode())


def test_a_day_is_its_beginning_and_as_an_end_its_end_on_the_countys_clock() -> None:
    night, spring = found(GOOD)
    assert (spring.begins, spring.ends) == (
        datetime(2027, 2, 4, 16, tzinfo=UTC),
        datetime(2027, 2, 12, 16, tzinfo=UTC),
    )
    assert (night.begins.hour, night.on) == (10, "zone=server")
    assert spring.at(spring.begins)
    assert spring.at(spring.ends - timedelta(seconds=1))
    assert not spring.at(spring.ends), "its end is not part of it"
    assert not spring.at(spring.begins - timedelta(seconds=1))
    assert found("") == ()


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("{id: a, begins: 2027-02-30, ends: 2027-03-01, reason: x}", "begins"),
        ("{id: a, begins: 2027-02-03, ends: soon, reason: x}", "ends"),
        ("{id: a, begins: 2027-02-03, ends: 2027-02-01, reason: x}", "ends"),
        ("{id: a, begins: 2027-02-03, ends: 2029-02-01, reason: x}", "ends"),
        ("{id: a, begins: 2027-02-03, ends: 2027-02-04}", "reason"),
        ("{id: a, begins: 2027-02-03, ends: 2027-02-04, reason: ''}", "reason"),
        ("{id: a, begins: 2027-02-03, ends: 2027-02-04, reason: x, colour: red}", "colour"),
        ("{id: spring, begins: 2027-02-03, ends: 2027-02-04, reason: x}", "id"),
        ("{id: A b, begins: 2027-02-03, ends: 2027-02-04, reason: x}", "id"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(row: str, where: str) -> None:
    with pytest.raises(BadInput) as error:
        found(GOOD + f"- {row}\n")
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.where.rpartition(".")[2]) == (OWN.as_posix(), 8, where)


def test_several_mistakes_are_said_at_once() -> None:
    with pytest.raises(BadInput) as error:
        found(GOOD + "- {id: a, begins: x, ends: y, reason: z}\nholidays: []\n")
    assert len(error.value.problems) == 3
