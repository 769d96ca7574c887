"""The one place that asks what time it is.

Every stored time is UTC with a zone; a naive time is refused by type and by review.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)
