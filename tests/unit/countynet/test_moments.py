"""Times as people write them."""

from datetime import UTC, datetime

import pytest

from countynet.errors import BadInput
from countynet.moments import moment, shown


def test_a_time_is_the_countys_unless_it_names_a_zone() -> None:
    assert moment("2026-11-27 02:00", "--at") == datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    assert moment("2026-11-27T02:00:00+00:00", "--at") == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def test_a_day_is_its_beginning_or_its_last_second() -> None:
    assert moment("2026-11-27", "--at") == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    assert moment("2026-11-27", "--at", end_of_day=True) == datetime(2026, 11, 27, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "9999-12-31", "02:00", "2026-11-27 25:00"])
def test_what_is_no_time_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        moment(text, "--at", end_of_day=True)
    assert "2026-11-27 02:00" in caught.value.problems[0].wanted


def test_people_read_the_countys_clock_with_its_zone() -> None:
    assert shown(datetime(2026, 11, 26, 18, 0, tzinfo=UTC)) == "2026-11-27 02:00 CST"
