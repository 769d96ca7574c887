"""The one place that asks what time it is.

Every stored time is UTC with a zone; a naive time is refused by type and by review. A date that people write (a
milestone, the end of an exception) is a day of the county's clock, whatever zone the machine stands in.
"""

from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
"""one zone without summer time, so a fixed offset is exact and needs no zone files"""


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day that it is in the county."""
    return now().astimezone(CHINA).date()
