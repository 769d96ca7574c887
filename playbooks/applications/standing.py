"""How every application of the inventory stands: what pages, `countynet app list` and `countynet app status` tell.

Asks the database three questions however many applications there are, and no server: what is known of health is the
last look of whoever watches, with when that was. A description that is wrong is told with its application and keeps
nobody from reading about the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _, describe, language
from countynet.settings import Settings
from inventory.backups import backup_job
from inventory.model import Application, BackupJob, County, Host, PolicyRule, Unit
from inventory.model.opened import PREFIX
from playbooks.applications import centers, looks, state
from playbooks.applications.deployed import Deployed, deployable
from playbooks.applications.kinds import Found, readable
from playbooks.applications.looks import Look
from playbooks.applications.outcome import digest
from playbooks.applications.state import Happened, State
from playbooks.plan import store as plans
from playbooks.plan.model import Plan

OLD = timedelta(minutes=15)
"""a look that is older says nothing of now"""


class Stage(StrEnum):
    """How far an application is."""

    OTHERS = "others"
    WRONG = "wrong"
    CENTERS = "centers"
    READY = "ready"
    REMOVED = "removed"
    FAILED = "failed"
    CHANGED = "changed"
    DEPLOYED = "deployed"


STAGES: Mapping[Stage, str] = {
    Stage.OTHERS: _("described; deployed by others"),
    Stage.WRONG: _("its description is wrong"),
    Stage.CENTERS: _("the center's alone; deployed from the center's own machine"),
    Stage.READY: _("not deployed yet"),
    Stage.REMOVED: _("removed from its servers"),
    Stage.FAILED: _("its deploy failed"),
    Stage.CHANGED: _("deployed; described otherwise since"),
    Stage.DEPLOYED: _("deployed"),
}


class Health(StrEnum):
    """Whether it works, as far as is known."""

    UNWATCHED = "unwatched"
    UNKNOWN = "unknown"
    WORKS = "works"
    MISSED = "missed"
    DOWN = "down"


HEALTHS: Mapping[Health, str] = {
    Health.UNWATCHED: _("not watched"),
    Health.UNKNOWN: _("unknown"),
    Health.WORKS: _("works"),
    Health.MISSED: _("did not answer once"),
    Health.DOWN: _("does not answer"),
}


@dataclass(frozen=True)
class Standing:
    """One application as it stands."""

    application: Application
    hosts: tuple[Host, ...]
    one: Deployed | None
    """None where others deploy it, or its description is wrong"""
    problems: tuple[Problem, ...]
    state: State
    look: Look | None
    job: BackupJob | None
    rules: tuple[PolicyRule, ...]
    """what it opens beyond the written policy"""
    plans: tuple[int, ...]
    """those that wait and have to do with it"""
    now: datetime
    kept: bool = False
    """it is the center's alone, and this machine does not open its vault: nothing is done with it from here"""
    unguarded: bool = False
    """what should be the center's alone lies in the county's one vault"""

    @property
    def id(self) -> str:
        """Its id."""
        return self.application.id

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.application.name if language() == "zh_CN" else self.application.name_en

    @property
    def link(self) -> str:
        """Where people open it; empty while it is not there."""
        return f"https://{self.one.deployment.dns}/" if self.one and (self.state.deployed or self.kept) else ""

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self.application.deployment is None:
            return Stage.OTHERS
        if self.one is None:
            return Stage.WRONG
        failed, here = self.state.failed, self.state.deployed
        if failed and failed.data.get("action") == "deploy":
            return Stage.FAILED
        if here is None and self.kept:
            return Stage.CENTERS
        if here is None:
            return Stage.REMOVED if self.state.removed else Stage.READY
        said = here.data.get("description")
        return Stage.CHANGED if said and said != digest(self.one) else Stage.DEPLOYED

    @property
    def health(self) -> Health:
        """Whether it works."""
        if self.state.deployed is None or self.one is None:
            return Health.UNWATCHED
        if self.state.down:
            return Health.DOWN
        if self.look is None or self.now - self.look.at > OLD or self.look.at < self.state.deployed.at:
            return Health.UNKNOWN
        return Health.WORKS if self.look.well else Health.MISSED

    @property
    def since(self) -> datetime | None:
        """Since when its health is what it is; None where that is not known."""
        down = self.state.last_down
        if self.health is Health.DOWN and down:
            return down.at
        return self.look.since if self.look and self.health in (Health.WORKS, Health.MISSED) else None

    @property
    def ends(self) -> datetime | None:
        """When its first certificate ends, as it was seen last."""
        return self.look.ends if self.look and self.state.deployed else None

    @property
    def backup_late(self) -> bool:
        """Whether its last backup is older than its job allows."""
        return self.one is not None and self.job is not None and state.backup_late(self.state, self.job, self.now)

    @property
    def drill_late(self) -> bool:
        """Whether its backup was not tried for too long."""
        return self.one is not None and self.job is not None and state.drill_late(self.state, self.now)

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        one, look = self.one, self.look
        return {
            "id": self.id,
            "name": self.application.name,
            "name_en": self.application.name_en,
            "owner": self.application.owner,
            "level": self.application.level,
            "zone": self.application.zone.value,
            "hosts": [host.name for host in self.hosts],
            "kind": one.found.kind.kind if one else None,
            "dns": one.deployment.dns if one else None,
            "state": self.stage.value,
            "problems": [describe(problem) for problem in self.problems],
            "deployed": _document(self.state.deployed),
            "failed": _document(self.state.failed),
            "kept_apart": self.kept,
            "health": self.health.value,
            "health_since": self.since.isoformat() if self.since else None,
            "looked_at": look.at.isoformat() if look else None,
            "why": look.words if look else "",
            "certificate_ends": self.ends.isoformat() if self.ends else None,
            "saved": _document(self.state.saved),
            "backup_late": self.backup_late,
            "tried": _document(self.state.tried),
            "drill_late": self.drill_late,
            "restored_on": self.job.restored_on.isoformat() if self.job and self.job.restored_on else None,
            "plans": list(self.plans),
        }


def standings(settings: Settings, engine: Engine, county: County, only: Iterable[str] = ()) -> tuple[Standing, ...]:
    """Return how the applications of a county stand (some of them), in the order of the inventory."""
    wanted = set(only) or {application.id for application in county.applications}
    chosen = [application for application in county.applications if application.id in wanted]
    known, broken = readable(settings.county)
    with reading(engine) as session:
        states = state.of_all(session, [application.id for application in chosen])
        seen = looks.kept(session)
        waiting = [Plan.model_validate_json(body) for _number, body in plans.waiting(session, PREFIX)]
    now = clock.now()
    kept, unguarded = centers.closed(settings, county, known), centers.unguarded(settings, county, known)
    changes = {plan.number: _changed(plan) for plan in waiting if plan.expires > now}
    found = []
    for application in chosen:
        one, problems = _judged(county, application, known, broken)
        found.append(
            Standing(
                application=application,
                hosts=tuple(county.host_by_name[name] for name in application.hosts),
                one=one,
                problems=problems,
                state=states[application.id],
                look=seen.get(application.id),
                job=backup_job(county, application.id),
                rules=opened(county, application.id),
                plans=tuple(n for n, text in changes.items() if f"{PREFIX}{application.id}-" in text),
                now=now,
                kept=application.id in kept,
                unguarded=application.id in unguarded,
            )
        )
    return tuple(found)


def _changed(plan: Plan) -> str:
    """Return the lines that a plan changes; what stands around them is not what it is about."""
    return "\n".join(line for device in plan.devices for line in device.diff.splitlines() if line[:1] in ("+", "-"))


def opened(county: County, application: str) -> tuple[PolicyRule, ...]:
    """Return the rules that an application makes beyond the written policy: app-<id>-<n>."""
    start = f"{PREFIX}{application}-"
    return tuple(rule for rule in county.rules if rule.id.removeprefix(start).isdigit() and rule.id.startswith(start))


def used_by(county: County, application: Application, unit: Unit) -> bool:
    """Whether an application is for a unit: its own, in the reach, or (deployed by others) let through to its hosts."""
    sources = {"units", f"unit:{unit.id}", *(["browsing-units"] if unit.may_browse else [])}
    if application.owner == unit.id:
        return True
    if application.deployment is not None:
        return not sources.isdisjoint(application.deployment.reach)
    targets = {f"zone:{application.zone.value}", *(f"host:{name}" for name in application.hosts)}
    services = set(application.services)
    return any(r.source in sources and r.target in targets and services & set(r.services) for r in county.policy)


def _judged(
    county: County, application: Application, known: Mapping[str, Found], broken: tuple[Problem, ...]
) -> tuple[Deployed | None, tuple[Problem, ...]]:
    if application.deployment is None:
        return None, ()
    try:
        return deployable(county, dict(known))[application.id], ()
    except BadInput as error:
        mine = f"applications[{application.id}]"
        about = tuple(problem for problem in error.problems if problem.where.startswith(mine))
        if about:
            return None, (*about, *broken)
    hosts = tuple(county.host_by_name[name] for name in application.hosts)
    return Deployed(application, application.deployment, known[application.deployment.kind], hosts), ()


def _document(happened: Happened | None) -> dict[str, JSON] | None:
    return happened.document() if happened else None
