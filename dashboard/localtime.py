"""The county's clock on the wall: UTC in, China Standard Time out.

China keeps one zone without summer time, so a fixed offset is exact and needs no zone files. Nothing is ever stored
or compared in local time; this module only writes it for people.
"""

from datetime import UTC, datetime

from countynet.clock import CHINA
from countynet.i18n import _, translate


def local(moment: datetime) -> datetime:
    """Return the moment on the county's clock; a naive one is refused."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(CHINA)


def stamp(moment: datetime) -> str:
    """Return date and time, e.g. 2026-11-22 14:03:09."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def clock(moment: datetime) -> str:
    """Return the time of day, e.g. 14:03."""
    return local(moment).strftime("%H:%M")


def machine(moment: datetime) -> str:
    """Return the moment for the `datetime` attribute of a `time` element."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(moment: datetime, now: datetime) -> str:
    """Return the time of day for today, else month, day and time."""
    there, here = local(moment), local(now)
    return there.strftime("%H:%M") if there.date() == here.date() else there.strftime("%m-%d %H:%M")


def lasting(since: datetime, until: datetime) -> str:
    """Return how long, in words, to the precision a person wants."""
    seconds = max(0, int((until - since).total_seconds()))
    if seconds < 60:
        return translate(_("{count} s"), count=seconds)
    if seconds < 3600:
        return translate(_("{count} min"), count=seconds // 60)
    if seconds < 86400:
        return translate(_("{hours} h {minutes} min"), hours=seconds // 3600, minutes=seconds % 3600 // 60)
    return translate(_("{days} d {hours} h"), days=seconds // 86400, hours=seconds % 86400 // 3600)
