"""Drift and backups out of `playbooks`, and their jobs out of the foundation's tables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import CountyError, NotAllowed
from countynet.i18n import _
from countynet.jobs import Job, JobState, submit
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.services.model import JobView
from dashboard.services.real import job_logs
from dashboard.services.running import Done, DriftDevice, DriftView, VersionView
from dashboard.users.model import Person
from inventory import running
from inventory.running import Cause
from playbooks.backup import history
from playbooks.backup.history import Version
from playbooks.backup.jobs import KIND as TAKE
from playbooks.backup.jobs import RESTORE
from playbooks.drift.jobs import ACCEPT, LOOK
from playbooks.drift.report import Drift, read
from playbooks.drift.show import did, summary
from playbooks.plan.rules import may_change


def only_center(person: Person) -> None:
    """Raise NotAllowed for anybody but the center."""
    if person.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not do this: it is for the center"), actor=person.login)


@dataclass(frozen=True)
class Jobs:
    """The jobs of one kind each."""

    engine: Engine

    def last(self, kind: str, device: str = "") -> tuple[Job, JobView] | None:
        """Return the last job of a kind (about a device)."""
        with reading(self.engine) as session:
            for job in session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(200)):
                if device in ("", job.params.get("device")):
                    return job, job_logs.view(session, job)
        return None

    def view(self, kind: str) -> JobView | None:
        """Return the last job of a kind as pages see it."""
        found = self.last(kind)
        return found[1] if found else None

    def submit(self, person: Person, kind: str, params: Mapping[str, JSON]) -> int:
        """Queue a job, unless one with the same order waits or runs: then that one's number."""
        with transaction(self.engine) as session:
            for job in session.scalars(select(Job).where(Job.kind == kind, Job.state.in_(job_logs.BUSY))):
                if job.params == dict(params):
                    return job.id
            return submit(session, kind, params, person.login)

    def done(self, kind: str, device: str, key: str) -> Done | None:
        """Return how the last job of a kind (about a device) ended; `key` is its result's number."""
        found = self.last(kind, device)
        if found is None:
            return None
        job, view = found
        result: dict[str, Any] = json.loads(job.result)
        return Done(view, str(job.params.get("device", "")), result.get(key))


@dataclass(frozen=True)
class RealDrifts:
    """The `Drifts` protocol."""

    engine: Engine

    def last(self) -> DriftView:
        """Return the report of the last job that ended well."""
        chosen = select(Job.result).where(Job.kind == LOOK, Job.state == JobState.DONE).order_by(Job.id.desc()).limit(1)
        with reading(self.engine) as session:
            result = session.scalar(chosen)
        if result is None:
            return DriftView(None, 0, (), ())
        report = read(json.loads(result))
        errors = tuple((name, error.message) for name, error in report.errors.items())
        more = tuple((name, tuple(line.text for line in lines)) for name, lines in report.unmanaged.items())
        return DriftView(report.at, report.looked, tuple(_device(drift) for drift in report.drifts), errors, more)

    def look(self, person: Person) -> int:
        """Queue a look."""
        may_change(person.login, person.role)
        return Jobs(self.engine).submit(person, LOOK, {"devices": []})

    def accept(self, person: Person, device: str) -> int:
        """Queue a proposal."""
        only_center(person)
        return Jobs(self.engine).submit(person, ACCEPT, {"device": device})

    def job(self) -> JobView | None:
        """Return the last look."""
        return Jobs(self.engine).view(LOOK)

    def accepted(self) -> Done | None:
        """Return the last proposal."""
        return Jobs(self.engine).done(ACCEPT, "", "proposal")


def _device(drift: Drift) -> DriftDevice:
    return DriftDevice(
        name=drift.device,
        summary=summary(drift),
        fields=tuple((d.path, d.intended, d.running) for d in drift.differences),
        unmanaged=tuple(line.text for line in drift.unmanaged),
        people=tuple(did(person) for person in drift.people),
        diff=drift.diff,
    )


@dataclass(frozen=True)
class RealBackups:
    """The `Backups` protocol."""

    settings: Settings
    engine: Engine

    def newest(self) -> Sequence[VersionView]:
        """Return the newest versions."""
        return [_version(version) for version in history.last_of_all(self.settings)]

    def versions(self, device: str, limit: int) -> Sequence[VersionView]:
        """Return a device's versions."""
        if device not in running.devices(self.settings):
            return []
        return [_version(version) for version in history.versions(self.settings, device)[:limit]]

    def text(self, device: str, commit: str) -> str | None:
        """Return a version's text."""
        found = self._find(device, commit)
        return history.text(self.settings, found) if found else None

    def diff(self, device: str, old: str, new: str) -> str | None:
        """Return the difference of two versions."""
        was, is_ = self._find(device, old), self._find(device, new)
        return history.diff(self.settings, was, is_) if was and is_ else None

    def take(self, person: Person) -> int:
        """Queue a look at all devices."""
        may_change(person.login, person.role)
        return Jobs(self.engine).submit(person, TAKE, {"devices": [], "cause": Cause.MANUAL.value})

    def restore(self, person: Person, device: str, commit: str) -> int:
        """Queue the plan."""
        may_change(person.login, person.role)
        return Jobs(self.engine).submit(person, RESTORE, {"device": device, "version": commit})

    def job(self) -> JobView | None:
        """Return the last look."""
        return Jobs(self.engine).view(TAKE)

    def restored(self, device: str) -> Done | None:
        """Return the last plan."""
        return Jobs(self.engine).done(RESTORE, device, "plan")

    def _find(self, device: str, commit: str) -> Version | None:
        try:
            return next((v for v in history.versions(self.settings, device) if v.commit == commit), None)
        except CountyError:
            return None


def _version(version: Version) -> VersionView:
    return VersionView(version.device, version.commit, version.at, version.actor, version.why)
