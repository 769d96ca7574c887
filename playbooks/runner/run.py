"""A run as everybody is shown it: secrets of the launch form masked, times in UTC. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from countynet.canonical import JSON
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner.model import Playbook
from playbooks.runner.states import SEERS, UNENDED, RunState
from playbooks.runner.store import RunHostRow, RunLineRow, RunRow

MASK = "••••"


@dataclass(frozen=True)
class HostEnd:
    """How one host or device came out: tasks as intended, those that changed something among them."""

    host: str
    ok: int
    changed: int
    error: str


@dataclass(frozen=True)
class Run:
    """One run of a playbook."""

    number: int
    playbook: Playbook
    given: Mapping[str, str]
    targets: tuple[str, ...]
    looks: bool
    follows: int | None
    asker: Actor
    state: RunState
    asked: datetime
    approver: str
    started: datetime | None
    ended: datetime | None
    plan: int | None
    words: str
    cancelled_by: str = ""
    hosts: tuple[HostEnd, ...] = ()
    defaulted: Mapping[str, str] = field(default_factory=dict)
    """the values of `given` that nobody gave, with where the county has them from"""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state not in UNENDED

    @property
    def seconds(self) -> float | None:
        """How long it took; None before its end, and when it never began."""
        return (self.ended - self.started).total_seconds() if self.started and self.ended else None

    @property
    def failed(self) -> tuple[str, ...]:
        """The hosts that failed."""
        return tuple(end.host for end in self.hosts if end.error)

    def seen_by(self, actor: Actor) -> bool:
        """Whether somebody is shown this run: their own, and all to the center and the auditor.

        An operator sees what operators may run; a unit sees its own alone.
        """
        if actor.role in SEERS or self.asker.name == actor.name:
            return True
        if actor.role is Role.UNIT:
            return self.asker.unit == actor.unit and self.asker.role is Role.UNIT
        return actor.role in self.playbook.may_run

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "run": self.number,
            "playbook": self.playbook.id,
            "given": {name: value for name, value in self.given.items() if name not in self.defaulted},
            "defaulted": {n: {"value": self.given.get(n, ""), "from": told} for n, told in self.defaulted.items()},
            "targets": list(self.targets),
            "looks": self.looks,
            "follows": self.follows,
            "by": self.asker.name,
            "state": self.state.value,
            "asked": self.asked.isoformat(),
            "approver": self.approver,
            "started": self.started.isoformat() if self.started else None,
            "ended": self.ended.isoformat() if self.ended else None,
            "seconds": self.seconds,
            "plan": self.plan,
            "words": self.words,
            "hosts": [
                {"host": end.host, "ok": end.ok, "changed": end.changed, "error": end.error} for end in self.hosts
            ],
        }


@dataclass(frozen=True)
class Line:
    """One thing that a run said; `outcome` is empty when a task begins."""

    number: int
    at: datetime
    host: str
    task: str
    outcome: str
    words: str

    @classmethod
    def of(cls, row: RunLineRow) -> "Line":
        """Return a line as it is shown."""
        return cls(row.id, row.at, row.host, row.task, row.outcome, row.words)

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "line": self.number,
            "at": self.at.isoformat(),
            "host": self.host,
            "task": self.task,
            "outcome": self.outcome,
            "words": self.words,
        }


def run_of(row: RunRow, hosts: Sequence[RunHostRow] = (), defaulted: Mapping[str, str] | None = None) -> Run:
    """Return a run as it is shown."""
    playbook = Playbook.model_validate(row.description)
    given = {name: MASK if value and name in playbook.secrets else value for name, value in row.given.items()}
    return Run(
        row.id,
        playbook,
        given,
        tuple(row.targets),
        row.looks,
        row.follows,
        Actor(row.actor, Role(row.role), row.unit or None),
        RunState(row.state),
        row.asked,
        row.approver,
        row.started,
        row.ended,
        row.plan,
        row.words,
        row.cancel_by,
        tuple(HostEnd(host.host, host.ok, host.changed, host.error) for host in hosts),
        defaulted or {},
    )
