"""Facts that a run asks beside devices and countynet itself: measurements, known vulnerabilities, the log's guards.

A list of vulnerabilities that cannot be read is a fact, too: the check fails and says why.
"""

from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Engine

from audit.log.state import LogState, look
from audit.vulnerabilities.model import Listed
from audit.vulnerabilities.store import current
from countynet.db import reading
from countynet.errors import BadInput
from countynet.i18n import translate_error
from countynet.measured import Measured, measured
from countynet.settings import Settings

PEAKS = timedelta(days=30)
"""so far back the fullest hour is looked for"""


class Further(TypedDict):
    """By the names that `audit.facts.Facts` has for them."""

    measured: Measured | None
    listed: Listed | None
    listed_error: str
    log: LogState


def facts(settings: Settings, engine: Engine, now: datetime) -> Further:
    """Return these facts. Reads only."""
    with reading(engine) as session:
        log = look(settings, session, now)
    listed, error = _listed(settings)
    return Further(measured=measured(settings, engine, now - PEAKS, now), listed=listed, listed_error=error, log=log)


def _listed(settings: Settings) -> tuple[Listed | None, str]:
    try:
        return current(settings)[0], ""
    except BadInput as error:
        return None, translate_error(error)
