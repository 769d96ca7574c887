"""What a watch said, as troubles that stand: one a unit and kind, so that a hundred dead links are one alarm. Pure.

What damages a unit's site now (down, changed, unreviewed, words, personal data) is the unit's fault; what is only late
or stale is told as an alarm, and opens no fault that a line that fails later would join.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from countynet.canonical import JSON
from countynet.i18n import _
from countynet.troubles import Standing
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.sitewatch.ask import Told

SILENT = timedelta(minutes=10)
"""so long may a watch not answer"""
IDLE = timedelta(hours=1)
"""so long may it not have looked"""
FAULTS = frozenset({Severity.CRITICAL, Severity.MAJOR})
MESSAGES = {
    "down": _("Site of {unit_en} ({unit}): {url} does not answer as it should ({detail})"),
    "changed": _("Site of {unit_en} ({unit}): {url} differs from what was published ({detail})"),
    "unreviewed": _("Site of {unit_en} ({unit}): {url} is online without a review ({detail})"),
    "words": _("Site of {unit_en} ({unit}): {url} has words that the county watches ({detail})"),
    "personal": _("Site of {unit_en} ({unit}): {url} shows personal data ({detail})"),
    "stale": _("Site of {unit_en} ({unit}): {url} was not renewed in time ({detail})"),
    "broken": _("Site of {unit_en} ({unit}): links of {url} lead nowhere ({detail})"),
    "letters": _("Site of {unit_en} ({unit}): a letter waits for its answer ({detail})"),
    "report": _("Site of {unit_en} ({unit}): the yearly report on disclosure is missing ({detail})"),
}
"""per kind of finding; a kind that is not known here is told with OTHER"""
OTHER = _("Site of {unit_en} ({unit}): {url}: {detail}")
RANK = {severity: place for place, severity in enumerate(Severity)}


def troubles(application: str, findings: Iterable[Told], county: County) -> Iterator[Standing]:
    """Yield one trouble a unit and kind: the gravest finding, the oldest of those."""
    worst: dict[tuple[str, str], Told] = {}
    for one in sorted(findings, key=lambda told: (RANK[told.severity], told.since, told.key)):
        worst.setdefault((one.unit, one.kind), one)
    for (unit, kind), one in sorted(worst.items()):
        known = county.unit_by_id.get(unit)
        names = (known.name, known.name_en) if known else (unit, unit)
        values: dict[str, JSON] = {"unit": names[0], "unit_en": names[1], "url": one.url, "detail": one.detail}
        fault = unit if known and one.severity in FAULTS else None
        key = f"{application}.{unit}.{kind}"
        yield Standing(key, one.severity, application, MESSAGES.get(kind, OTHER), values, unit=fault)


def of_watch(
    application: str, failing: datetime | None, error: str, looked_at: datetime | None, now: datetime
) -> Iterator[Standing]:
    """Yield that a watch does not answer, or answers and has stopped looking."""
    if failing is not None:
        if now - failing >= SILENT:
            message = _("The watch of the sites {application} does not answer: {error}")
            said: dict[str, JSON] = {"application": application, "error": error}
            yield Standing(f"{application}.silent", Severity.MAJOR, application, message, said)
    elif looked_at is not None and now - looked_at >= IDLE:
        message = _("The watch of the sites {application} has not looked since {time}")
        idle: dict[str, JSON] = {"application": application, "time": looked_at.isoformat(timespec="minutes")}
        yield Standing(f"{application}.idle", Severity.MAJOR, application, message, idle)
