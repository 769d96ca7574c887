"""What the pages of applications ask: how each stands, what happened to it, what somebody may start on it.

The state is `playbooks.applications.standing`'s, as `countynet app list` tells it; who may start what is the runner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from countynet.db import reading
from countynet.settings import Settings
from dashboard.runs.service import actor
from dashboard.users.model import Person
from inventory.model import Application, County, Unit
from playbooks.applications import state
from playbooks.applications.driven import Driven, driven
from playbooks.applications.kinds import readable
from playbooks.applications.standing import Standing, standings, used_by
from playbooks.applications.state import Happened
from playbooks.runner import book
from playbooks.runner.run import Run
from playbooks.tags import AppTag

SHOWN = 10
"""backups, trials, times that it was down, and runs"""


@dataclass(frozen=True)
class Done:
    """One backup or trial: how it ended."""

    at: datetime
    by: str
    good: bool
    seconds: float
    said: Mapping[str, object]
    """what the hosts said of it: snapshot, files, bytes ..."""


@dataclass(frozen=True)
class Outage:
    """A time that it did not answer."""

    began: datetime
    ended: datetime | None
    words: str
    fault: int | None


@dataclass(frozen=True)
class Past:
    """What happened to an application, the newest first."""

    backups: tuple[Done, ...]
    drills: tuple[Done, ...]
    outages: tuple[Outage, ...]


@dataclass(frozen=True)
class Applications:
    """The applications of a county."""

    settings: Settings
    engine: Engine

    def all(self, county: County) -> tuple[Standing, ...]:
        """Return how every application stands."""
        return standings(self.settings, self.engine, county)

    def of_unit(self, county: County, unit: Unit) -> tuple[Standing, ...]:
        """Return how the applications stand that a unit owns or may use."""
        mine = [application.id for application in county.applications if used_by(county, application, unit)]
        return standings(self.settings, self.engine, county, mine) if mine else ()

    def down(self, county: County) -> tuple[Application, ...]:
        """Return the applications that are known not to answer, with one question at most."""
        deployed = {one.id: one for one in county.applications if one.deployment}
        if not deployed:
            return ()
        with reading(self.engine) as session:
            states = state.of_all(session, deployed)
        return tuple(one for name, one in deployed.items() if states[name].deployed and states[name].down)

    def get(self, county: County, name: str) -> Standing | None:
        """Return how one stands, None when there is none of that id."""
        if all(application.id != name for application in county.applications):
            return None
        return standings(self.settings, self.engine, county, [name])[0]

    def drives(self, county: County, found: Standing) -> Driven | None:
        """Return what a description drives, None where others deploy it or the description is wrong."""
        return driven(county, found.one, readable(self.settings.county)[0]) if found.one else None

    def past(self, name: str) -> Past:
        """Return what happened to an application."""
        with reading(self.engine) as session:
            found = state.past(session, name)
        return Past(_done(found, AppTag.SAVED, "backup"), _done(found, AppTag.TRIED, "drill"), _outages(found))

    def runs(self, person: Person, name: str) -> tuple[Run, ...]:
        """Return the newest runs on an application that somebody is shown."""
        return book.about(self.engine, actor(person), "application", name, SHOWN)


def _done(found: tuple[tuple[AppTag, Happened], ...], tag: AppTag, action: str) -> tuple[Done, ...]:
    mine = [(t, one) for t, one in found if t is tag or (t is AppTag.FAILED and one.data.get("action") == action)]
    return tuple(
        Done(one.at, one.by, t is tag, float(one.data.get("seconds", 0)), _said(one)) for t, one in mine[:SHOWN]
    )


def _said(one: Happened) -> Mapping[str, object]:
    said = one.data.get("hosts", {})
    return {key: value for words in said.values() if isinstance(words, dict) for key, value in words.items()}


def _outages(found: tuple[tuple[AppTag, Happened], ...]) -> tuple[Outage, ...]:
    outages, ended = list[Outage](), None
    for tag, one in found:
        if tag is AppTag.UP:
            ended = one.at
        elif tag is AppTag.DOWN:
            outages.append(Outage(one.at, ended, str(one.data.get("words", "")), one.data.get("fault")))
            ended = None
    return tuple(outages[:SHOWN])
