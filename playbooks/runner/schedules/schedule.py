"""A schedule as everybody is shown it, and who may do what with it. Pure; secrets masked, times in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from countynet.canonical import JSON
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner.model import Playbook
from playbooks.runner.run import MASK
from playbooks.runner.schedules.rhythm import Every, Rhythm
from playbooks.runner.schedules.store import ScheduleRow, TurnRow, TurnState
from playbooks.runner.states import SEERS, RunState


@dataclass(frozen=True)
class Turn:
    """One time that a schedule was due, and what became of it."""

    due: datetime
    end: datetime
    state: TurnState
    look: int | None
    run: int | None
    words: str
    outcome: RunState | None = None
    """how its run, else its look, came out or stands"""

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "due": self.due.isoformat(), "end": self.end.isoformat(), "state": self.state.value, "look": self.look,
            "run": self.run, "words": self.words, "outcome": self.outcome.value if self.outcome else None,
        }  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """One playbook that is run again and again."""

    number: int
    playbook: Playbook
    given: Mapping[str, str]
    rhythm: Rhythm
    due: datetime
    maker: Actor
    made: datetime
    ended: datetime | None
    approver: str
    approved_until: datetime | None
    last: Turn | None = None

    @property
    def changes(self) -> bool:
        """Whether what it runs changes something: what can look first is looked at because it changes."""
        return self.playbook.checks

    def agreed(self, now: datetime) -> bool:
        """Whether it may change something by itself: no approval is asked for, or one counts still."""
        return not self.playbook.approval or (self.approved_until is not None and now < self.approved_until)

    def seen_by(self, actor: Actor) -> bool:
        """Whether somebody is shown it: their own, all to the center and the auditor, a unit its own alone."""
        if actor.role in SEERS or self.maker.name == actor.name:
            return True
        if actor.role is Role.UNIT:
            return self.maker.role is Role.UNIT and self.maker.unit == actor.unit
        return actor.role in self.playbook.may_run

    def document(self) -> dict[str, JSON]:
        """Return it for programs; `on` is as `Rhythm.on` says."""
        return {
            "schedule": self.number,
            "playbook": self.playbook.id,
            "given": dict(self.given),
            "every": self.rhythm.every.value,
            "on": self.rhythm.on,
            "at": f"{self.rhythm.at:%H:%M}",
            "until": f"{self.rhythm.until:%H:%M}" if self.rhythm.until else None,
            "from": self.rhythm.first.isoformat(),
            "due": None if self.ended else self.due.isoformat(),
            "by": self.maker.name,
            "made": self.made.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "needs_approval": self.playbook.approval,
            "approver": self.approver,
            "approved_until": self.approved_until.isoformat() if self.approved_until else None,
            "last": self.last.document() if self.last else None,
        }


def schedule_of(row: ScheduleRow, last: Turn | None = None) -> Schedule:
    """Return a schedule as it is shown."""
    playbook = Playbook.model_validate(row.description)
    given = {name: MASK if value and name in playbook.secrets else str(value) for name, value in row.given.items()}
    until = time.fromisoformat(row.until) if row.until else None
    return Schedule(
        row.id,
        playbook,
        given,
        Rhythm(Every(row.every), row.day, time.fromisoformat(row.at), until, row.first),
        row.due,
        Actor(row.actor, Role(row.role), row.unit or None),
        row.made,
        row.ended,
        row.approver,
        row.approved_until,
        last,
    )


def turn_of(row: TurnRow, states: Mapping[int, RunState]) -> Turn:
    """Return one time as it is shown, with how its run stands."""
    outcome = states.get(row.run or row.look or 0)
    return Turn(row.due, row.end, TurnState(row.state), row.look, row.run, row.words, outcome)
