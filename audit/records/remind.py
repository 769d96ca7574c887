"""Reminds people of regulations that they have to acknowledge, and tells somebody of those who did not.

Through `countynet.tellings`, so each is told once: when a text comes, when its time is over, and a week later the name
that the regulation gives is told how many are missing. A unit is told through whoever speaks for it; anybody else only
if the county's notices know the login as a name (a regulation that asks them stands on their first page all the same).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from audit.records.readers import Asked, Reader, Readers
from countynet import tellings
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.i18n import _
from countynet.settings import Settings
from countynet.tellings import UNIT

EVERY = timedelta(seconds=60)
LATER = timedelta(days=7)
"""after the time is over: somebody else is told"""
NEW = _("Please read and acknowledge the regulation {title} ({edition}) by {due}: sign in to countynet.")
LATE = _("The regulation {title} ({edition}) should have been acknowledged by {due}: sign in to countynet.")
MISSING = _("{count} people have not acknowledged the regulation {title} ({edition}), due {due}: {names}")
NAMED = 12
"""how many names a telling lists"""
_last: dict[str, datetime] = {}

Wanted = tuple[str, str, tuple[str, ...], str, dict[str, JSON]]
"""subject, key, recipients, message, values"""


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Have told what is due; looks once a minute."""
    place = str(engine.url)
    if place in _last and timedelta() <= now - _last[place] < EVERY:
        return
    _last[place] = now
    remind(settings, engine, now)


def remind(settings: Settings, engine: Engine, now: datetime) -> int:
    """Have told what is due; return how many tellings are new. Raises BadInput for notices that are wrong."""
    asked = Readers(settings, engine).asked()
    wanted = [each for one in asked if one.missing for each in _of(one, _known(settings.county), now)]
    with reading(engine) as session:
        told = {pair for subject in {each[0] for each in wanted} for pair in tellings.keys(session, subject)}
    new = [each for each in wanted if any((each[1], name) not in told for name in each[2])]
    if not new:
        return 0
    with transaction(engine) as session:
        return sum(tellings.tell(session, *each, now) for each in new)


def _known(county: Path) -> frozenset[str]:
    return tellings.names(county) or frozenset()


def _of(one: Asked, known: frozenset[str], now: datetime) -> Iterator[Wanted]:
    regulation, subject = one.regulation, f"regulation:{one.held.number}"
    values: dict[str, JSON] = {
        "title": regulation.title, "edition": regulation.edition, "due": f"{regulation.due:%Y-%m-%d}",
    }  # fmt: skip
    key, to = f"{subject}:{regulation.document[:16]}", tuple(filter(None, (_name(r, known) for r in one.missing)))
    late = now > regulation.due
    yield subject, f"{key}:{'late' if late else 'new'}", to, LATE if late else NEW, values
    if now > regulation.due + LATER and regulation.escalate_to in known:
        names = [reader.who.name for reader in one.missing]
        said = ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")
        more: dict[str, JSON] = {**values, "count": len(names), "names": said}
        yield subject, f"{key}:missing", (regulation.escalate_to,), MISSING, more


def _name(reader: Reader, known: frozenset[str]) -> str:
    """Return the name by which somebody is told; empty when there is none."""
    who = reader.who
    if who.clerk_of is not None:
        return f"{UNIT}{who.clerk_of}"
    return who.name if who.name in known else ""
