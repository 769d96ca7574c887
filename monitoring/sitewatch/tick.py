"""Asks the watches once a minute (`countynet.schedules`), and says what stands (`countynet.troubles`).

Asking runs beside the clockwork, so that a host that does not answer delays nothing. An application that went from the
inventory, or was taken off its servers, is forgotten.
"""

import threading
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select

from countynet import clock, vantage
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.i18n import _, language, set_language, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.takenoff import taken_off
from countynet.troubles import Standing
from countynet.vocabulary import Severity
from inventory import load_county
from inventory.model import Application, County
from monitoring.sitewatch.ask import Answer, ask
from monitoring.sitewatch.standing import of_watch, troubles
from monitoring.sitewatch.store import SiteWatchRow

KIND = "sites"
LOOK = timedelta(minutes=1)
_looked: dict[str, datetime] = {}
_asking: dict[str, threading.Thread] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Begin a round when one is due and none is under way. The worker's clockwork calls this."""
    key = str(engine.url)
    last, busy = _looked.get(key), _asking.get(key)
    if (last is not None and last <= now < last + LOOK) or (busy is not None and busy.is_alive()):
        return
    _looked[key] = now
    thread = threading.Thread(target=_round, args=(settings, engine, language()), name="site watch", daemon=True)
    _asking[key] = thread
    thread.start()


def standing(settings: Settings, engine: Engine) -> tuple[Standing, ...]:
    """Return what stands by what the watches said last; reads the table alone."""
    with reading(engine) as session:
        rows = list(session.scalars(select(SiteWatchRow)))
    found: list[Standing] = []
    for row in rows:
        found += map(_standing, row.standing)
        found += of_watch(row.application, row.failing, row.error, row.looked_at, clock.now())
    return tuple(found)


def watched(engine: Engine, county: County) -> tuple[Application, ...]:
    """Return the applications whose watch is asked."""
    found = tuple(a for a in county.applications if a.deployment and a.deployment.kind == KIND)
    with reading(engine) as session:
        gone = taken_off(session, [one.id for one in found])
    return tuple(one for one in found if one.id not in gone)


def _round(settings: Settings, engine: Engine, spoken: str) -> None:
    set_language(spoken)
    try:
        look(settings, engine, load_county(settings.county))
    except CountyError:  # a county or a vantage that is not there is told by those who need it first
        return


def look(settings: Settings, engine: Engine, county: County) -> None:
    """Ask every watch and keep what it says. Raises Conflict when the county's twin is gone."""
    applications = watched(engine, county)
    netns = vantage.path(settings) if applications else None
    with vantage.within(netns) if netns else nullcontext():
        said = {one.id: _ask(settings, county, one) for one in applications}
    with transaction(engine) as session:
        session.execute(delete(SiteWatchRow).where(SiteWatchRow.application.not_in(said)))
        for name, answer in said.items():
            row = session.get(SiteWatchRow, name) or SiteWatchRow(application=name, standing=[])
            _keep(row, answer, county, clock.now())
            session.add(row)


def _ask(settings: Settings, county: County, one: Application) -> Answer | str:
    """Return what a watch told, or in words why not."""
    assert one.deployment
    name = f"applications/{one.id}/watch-token"
    try:
        vault = Secrets.load(settings)
        if name not in vault.names():
            return translate(_("it was not deployed yet"))
        host = county.host_by_name[one.hosts[0]]
        return ask(str(host.address.ip), one.deployment.dns, vault.get(name).get_secret_value())
    except CountyError as error:
        return translate_error(error)


def _keep(row: SiteWatchRow, answer: Answer | str, county: County, now: datetime) -> None:
    row.asked = now
    if isinstance(answer, str):
        row.failing, row.error = row.failing or now, answer[:300]
        return
    row.failing, row.error, row.looked_at = None, "", answer.looked_at
    found = troubles(row.application, answer.findings, county)
    row.standing = [asdict(one) for one in found]


def _standing(kept: dict[str, Any]) -> Standing:
    return Standing(**{**kept, "severity": Severity(kept["severity"])})
