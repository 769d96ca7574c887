"""The contexts of the pages of responses to findings about terminals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit.terminals.model import Finding
from audit.terminals.respond.model import HOWS, How, Response, Stage
from countynet.jobs import Job, JobState


@dataclass(frozen=True)
class RespondPage:
    """One finding: what was done about it, and what may be."""

    template: ClassVar[str] = "scans/respond/respond.html"
    one: Finding
    responses: Sequence[Response]
    cut: Sequence[str]
    """who else would be cut off at the port"""
    job: Job | None
    emergencies: Sequence[tuple[int, str]]
    """those that run, with their plans"""
    may: bool
    may_confirm: bool
    now: datetime
    problems: Sequence[str]
    typed: Mapping[str, str]
    hows: ClassVar[Mapping[How, str]] = HOWS
    released: ClassVar[tuple[Stage, ...]] = (Stage.TOLD, Stage.RELEASING, Stage.RELEASED)

    @property
    def busy(self) -> bool:
        """Whether something about it is on its way."""
        return self.job is not None and self.job.state in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class ResponsesPage:
    """What was done about findings, and how far it is."""

    template: ClassVar[str] = "scans/respond/list.html"
    found: Sequence[Response]
    names: Mapping[str, str]
    """units' names by id"""
    now: datetime
