"""What pages ask about fixes: what would mend a check's findings, which plans were made for them, and how those stand.

A page looks at a few devices only: to look at one takes as long as a page may take for many. The rest is the job's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from audit.fix import service, store
from audit.fix.model import Remedy
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import MissingCapability
from countynet.jobs import Job, JobState, log_of, submit
from countynet.people import Actor
from countynet.planners import Standing, planner
from countynet.settings import Settings

KIND = "audit-fix"
LOOKED_AT = 6
"""devices that a page looks at"""
RECENT = 50
"""jobs among which the last one for a check is looked for"""


@dataclass(frozen=True)
class Link:
    """The newest plan for a check's findings about a device."""

    run: int
    """the run whose finding it was made for"""
    standing: Standing
    device: str

    @property
    def done(self) -> bool:
        """Whether the device has the plan."""
        return self.device in self.standing.done


@dataclass(frozen=True)
class Asked:
    """A check that fails in a run: about whom, and what would mend those that were looked at."""

    devices: tuple[str, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True)
class Making:
    """A job that makes plans."""

    id: int
    state: str
    log: tuple[str, ...]
    plans: tuple[int, ...]
    """that it made, or found open"""

    @property
    def busy(self) -> bool:
        """Whether it is on its way."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Fixes:
    """Plans for findings, for pages."""

    settings: Settings
    engine: Engine

    def links(self) -> Mapping[tuple[str, str], Link]:
        """Return the newest plan for each check and device; none where no room makes plans."""
        with reading(self.engine) as session:
            rows = store.newest(session)
        if not rows:
            return {}
        try:
            known = planner().standing(self.settings, {row.plan for row in rows.values()})
        except MissingCapability:
            return {}
        return {key: Link(row.run_id, known[row.plan], row.device) for key, row in rows.items() if row.plan in known}

    def asked(self, run: int, check: str, devices: Sequence[str] = ()) -> Asked:
        """Return what fails, and what would mend the first few, or the devices named.

        Raises BadInput for a run or check that there is not, and for a device that does not fail it.
        """
        names = [name for name in service.failing(self.settings, self.engine, run, check)]
        chosen = list(devices or names)[:LOOKED_AT]
        known = {remedy.device: remedy for remedy in service.look(self.settings, self.engine, run, check, chosen)}
        return Asked(tuple(names), tuple(known[name] for name in chosen if name in known))

    def start(self, actor: Actor, run: int, check: str, devices: Sequence[str]) -> int:
        """Have the plans made by the worker; returns the job's number. Raises NotAllowed for who makes no plans."""
        planner().allow(actor)
        params: dict[str, JSON] = {"run": run, "check": check, "devices": list(devices)}
        with transaction(self.engine) as session:
            return submit(session, KIND, params, actor.name)

    def job(self, run: int, check: str) -> Making | None:
        """Return the last job that made plans for a check of a run."""
        with reading(self.engine) as session:
            for job in session.scalars(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(RECENT)):
                if job.params.get("run") == run and job.params.get("check") == check:
                    said = [line.line for line in log_of(session, job.id)]
                    made = json.loads(job.result).get("plans", ())
                    plans = tuple(int(plan["plan"]) for plan in made)
                    return Making(job.id, job.state, (*said, *([job.error] if job.error else [])), plans)
        return None
