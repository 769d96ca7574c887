"""Has applications watched, backups made when due, backups tried, certificates renewed (`countynet.schedules`).

What is due is asked for as everybody asks: a run in the queue, in the name of the schedule. One application is saved at
a time, as a night's backups would otherwise want the same disk; what cannot be read of the county is left to whoever
reads it next, and told there. What is the center's alone is left to the center's own machine, which is said once.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from countynet.db import transaction
from countynet.errors import CountyError
from countynet.events import record
from countynet.people import SCHEDULE, Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.backups import backup_job
from inventory.model import County
from playbooks.applications import centers, state, watch
from playbooks.applications.deployed import ISSUER
from playbooks.applications.kinds import readable
from playbooks.applications.outcome import subject
from playbooks.present import present_county
from playbooks.runner import book
from playbooks.runner.states import UNENDED
from playbooks.tags import AppTag

ACTOR = Actor(SCHEDULE, Role.CENTER)
MINUTES = 5
"""so often it is looked"""
_looked: dict[str, datetime] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Ask for what is due."""
    last = _looked.get(str(settings.county))
    if last is not None and (now - last).total_seconds() < MINUTES * 60:
        return
    _looked[str(settings.county)] = now
    try:
        county = present_county(settings)
    except CountyError:  # a county that cannot be read is told by every command
        return
    if any(a.deployment for a in county.applications):
        watch.begin(settings, engine, county)
        if not _busy(engine):
            _ask(settings, engine, county, now)


def _busy(engine: Engine) -> bool:
    """Whether one of our runs waits or runs."""
    runs = [run for name in ("app-backup", "app-drill", "app-renew") for run in book.newest(engine, ACTOR, 5, name)]
    return any(run.state in UNENDED for run in runs)


def _ask(settings: Settings, engine: Engine, county: County, now: datetime) -> None:
    elsewhere = centers.closed(settings, county, readable(settings.county)[0])
    for application in sorted(elsewhere):
        _leave(engine, application, "all")
    issues = any(a.deployment and a.deployment.kind == ISSUER for a in county.applications if a.id in elsewhere)
    for playbook, application in due(engine, county, now, lambda name: watch.ends(settings, name)):
        if application in elsewhere:
            continue
        if playbook == "app-renew" and issues:
            _leave(engine, application, "renew")
            continue
        book.ask(settings, engine, county, playbook, {"application": application}, ACTOR)
        return


def _leave(engine: Engine, application: str, what: str) -> None:
    """Say what of an application is left to the center's own machine: once, until such a thing is done here again."""
    last = state.of(engine, application).last
    done = list(AppTag) if what == "all" else [AppTag.DEPLOYED, AppTag.RENEWED]
    since = [last[tag].at for tag in done if tag in last and tag is not AppTag.LEFT]
    left = last.get(AppTag.LEFT)
    if left is None or any(at > left.at for at in since):
        with transaction(engine) as session:
            record(session, AppTag.LEFT, ACTOR.name, subject(application), {"action": "leave", "what": what})


def due(
    engine: Engine, county: County, now: datetime, ends: Callable[[str], datetime | None] = lambda name: None
) -> list[tuple[str, str]]:
    """Return what is due, as playbook and application: backups first. `ends`: when a certificate does."""
    saved, renewed, tried = list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[str, str]]()
    for application in (a for a in county.applications if a.deployment):
        assert application.deployment
        stands, job = state.of(engine, application.id), backup_job(county, application.id)
        if state.renewal_due(stands, ends(application.id), now):
            renewed.append(("app-renew", application.id))
        if job is None or job.target.partition(":")[0] not in county.host_by_name:
            continue
        if state.backup_due(stands, job, application.deployment.backup_at, now):
            saved.append(("app-backup", application.id))
        elif state.drill_due(stands, now):
            tried.append(("app-drill", application.id))
    return saved + renewed + tried
