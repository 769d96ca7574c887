"""Who acted, as people read it."""

from countynet.i18n import set_language
from countynet.people import SCHEDULE, called


def test_the_calendar_is_said_in_words_and_a_login_as_it_is() -> None:
    set_language("en")
    assert (called(SCHEDULE), called("amy")) == ("the calendar", "amy")
    set_language("zh_CN")
    assert (called(SCHEDULE), called("amy")) == ("定时任务", "amy")
