"""Times as people write them: the county's clock unless a zone is given. Kept in UTC.

`2026-11-27` alone is a day: its beginning or its end, as the caller says. A time that cannot be read is BadInput with
the forms that can.
"""

from datetime import UTC, date, datetime, time, timedelta

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _

FORMS = _("2026-11-27, 2026-11-27 02:00 or 2026-11-27T02:00:00+08:00")


def moment(text: str, where: str, *, end_of_day: bool = False) -> datetime:
    """Return the time that a text means, in UTC; `where` names the option. Raises BadInput."""
    words = text.strip()
    try:
        if len(words) <= 10:
            day = date.fromisoformat(words)
            whole = datetime.combine(day + timedelta(days=end_of_day), time(), clock.CHINA)
            return (whole - timedelta(seconds=end_of_day)).astimezone(UTC)
        found = datetime.fromisoformat(words)
    except (ValueError, OverflowError):
        raise BadInput([Problem(_("this is no time"), where=where, found=text, wanted=FORMS)]) from None
    return (found if found.tzinfo else found.replace(tzinfo=clock.CHINA)).astimezone(UTC)


def shown(at: datetime) -> str:
    """Return a time on the county's clock, for people: to the minute, with its zone."""
    return f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M %Z}"
