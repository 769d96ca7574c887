"""Has people told of the emergencies that run, and of those that ended within a day, in the worker's clockwork."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from countynet import tellings
from countynet.db import reading, transaction
from countynet.errors import BadInput, CountyError
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory.load import load_county
from inventory.model import County
from playbooks.emergency import book
from playbooks.emergency.read import FILE, staff
from playbooks.emergency.telling.plan import Staff, Wanted, wanted

SINCE = timedelta(days=1)
"""an end that is older when it is looked at is told to nobody"""


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Write what is to be told now. Raises CountyError with every problem of the county's file, in its words."""
    found = book.lately(engine, now - SINCE)
    if not found:
        return
    try:
        known, county = _ground(settings.county, _stamp(settings.county))
    except BadInput as error:
        raise CountyError(translate_error(error)) from error
    for one in found:
        subject = f"emergency:{one.number}"
        with reading(engine) as session:
            told = tellings.keys(session, subject)
        new = [w for w in wanted(one, known, county, now) if any((w.key, name) not in told for name in w.to)]
        if new:
            _tell(engine, subject, new, now)


def _stamp(county: Path) -> tuple[tuple[str, int], ...]:
    files = [*sorted(county.glob("*.yml")), county / FILE, county / "monitoring" / "notices.yml"]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files if file.is_file())


@lru_cache(maxsize=2)
def _ground(county: Path, _stamp: object) -> tuple[Staff, County]:
    """Return whom the plans mean, and the county: read anew when a file changed, for this is asked every second."""
    return staff(county), load_county(county)


def _tell(engine: Engine, subject: str, new: list[Wanted], now: datetime) -> None:
    with transaction(engine) as session:
        for one in new:
            tellings.tell(session, subject, one.key, one.to, one.message, one.values, now)
