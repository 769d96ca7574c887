"""What an action on an application came to, kept as an event; a trial of the backup also in the inventory."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

import countynet
from countynet import clock
from countynet.canonical import JSON, canonical
from countynet.db import transaction
from countynet.errors import CountyError
from countynet.events import record
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from inventory.backups import backup_job
from inventory.load import load_county
from inventory.record.edit import Author, Set
from inventory.record.repository import Repository
from playbooks.applications.deployed import Deployed, one
from playbooks.applications.kinds import kinds
from playbooks.applications.mirror import recipe
from playbooks.servers.run import Heard, RunResult
from playbooks.tags import AppTag

SAYS = frozenset({"Say what was saved", "Say how it compares", "Say what was restored"})
"""the tasks whose words are a JSON document for us"""
TAGS = {
    "deploy": AppTag.DEPLOYED,
    "backup": AppTag.SAVED,
    "drill": AppTag.TRIED,
    "restore": AppTag.RESTORED,
    "renew": AppTag.RENEWED,
    "remove": AppTag.REMOVED,
}


DEPLOYS = ("name", "name_en", "hosts", "zone", "services", "deployment")
"""the fields of a description that a deploy depends on"""


def subject(application: str) -> str:
    """Return the subject of an application's events."""
    return f"application:{application}"


@dataclass
class Outcome:
    """Gathers what hosts say of an action."""

    application: str
    action: str
    said: dict[str, JSON] = field(default_factory=dict)
    """by host"""

    def take(self, heard: Heard) -> None:
        """Take what a host said."""
        if heard.host and heard.task in SAYS and heard.outcome == "ok":
            try:
                self.said[heard.host] = json.loads(heard.words)
            except ValueError:
                self.said[heard.host] = {"words": heard.words}

    def keep(self, settings: Settings, engine: Engine, actor: str, result: RunResult) -> None:
        """Record the event. Whatever the inventory says to a trial's day, the trial has happened."""
        hosts: dict[str, JSON] = {host.host: self.said.get(host.host) for host in result.hosts}
        data: dict[str, JSON] = {"action": self.action, "seconds": round(result.seconds, 1), "hosts": hosts}
        if result.good and self.action == "drill":
            data["inventory"] = _note_day(settings, self.application, clock.today(), actor)
        if result.good and self.action == "deploy":
            data |= made_of(settings, self.application)
        if not result.good:
            data["failed"] = [host.host for host in result.hosts if host.error]
        with transaction(engine) as session:
            record(session, TAGS[self.action] if result.good else AppTag.FAILED, actor, subject(self.application), data)


def made_of(settings: Settings, application: str) -> dict[str, JSON]:
    """Return what a deploy puts there: our version, the inventory's commit, and a digest of the description."""
    found: dict[str, JSON] = {"version": countynet.__version__}
    with suppress(CountyError):
        found["description"] = digest(one(load_county(settings.county), kinds(settings.county), application))
        found["commit"] = Repository(settings).head()
    return found


def digest(one: Deployed) -> str:
    """Return what tells one description of an application from another, as far as a deploy depends on it."""
    said = one.application.model_dump(mode="json", include=set(DEPLOYS))
    return hashlib.sha256(canonical({**said, "recipe": recipe(one.found)}).encode()).hexdigest()[:16]


def _note_day(settings: Settings, application: str, day: date, actor: str) -> str:
    """Write into the backup job that it was restored; return the commit, or why there is none."""
    job = backup_job(load_county(settings.county), application)
    if job is None or job.restored_on == day:
        return ""
    reason = translate(_("the backup of {name} was restored on trial and compared"), name=application)
    try:
        edits = [Set("backup_jobs", job.id, "restored_on", day)]
        return Repository(settings).commit(edits, Author(actor), reason).commit
    except CountyError as error:
        return translate_error(error)
