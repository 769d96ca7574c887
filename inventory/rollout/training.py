"""Training sessions: who was invited, who came, with how many people. Pure.

A unit is present when it sent at least one person. Those of the batch that are not present are absent once the session
was held (its day is today or earlier); before that nobody is. Guests are units that came and are not of the batch.
"""

from dataclasses import dataclass
from datetime import date

from inventory.model import Attendance, Batch, County, Training, Unit


@dataclass(frozen=True)
class Present:
    """A unit that came, with its people."""

    unit: Unit
    people: int
    guest: bool
    """not of the batch that was invited"""


@dataclass(frozen=True)
class Session:
    """One training session."""

    training: Training
    batch: Batch | None
    held: bool
    invited: tuple[Unit, ...]
    present: tuple[Present, ...]
    absent: tuple[Unit, ...]

    @property
    def people(self) -> int:
        """How many people came."""
        return sum(present.people for present in self.present)

    @property
    def came(self) -> int:
        """How many of the invited units came."""
        return sum(not present.guest for present in self.present)

    @property
    def percent(self) -> int:
        """How many of the invited units came, rounded down."""
        return 100 * self.came // len(self.invited) if self.invited else 0


def sessions(county: County, today: date) -> tuple[Session, ...]:
    """Return all sessions by date."""
    batches = {batch.id: batch for batch in county.batches}
    ordered = sorted(county.trainings, key=lambda training: (training.on, training.id))
    return tuple(_session(county, training, batches.get(training.batch), today) for training in ordered)


def sessions_of(county: County, unit: str, today: date) -> tuple[Session, ...]:
    """Return the sessions that a unit was invited to or came to, by date."""
    return tuple(
        session
        for session in sessions(county, today)
        if any(u.id == unit for u in session.invited) or any(p.unit.id == unit for p in session.present)
    )


def _session(county: County, training: Training, batch: Batch | None, today: date) -> Session:
    known = county.unit_by_id
    invited = tuple(known[unit] for unit in (batch.units if batch else ()) if unit in known)
    members = {unit.id for unit in invited}
    present = tuple(_present(known[a.unit], a, members) for a in training.attendance if a.people and a.unit in known)
    came = {p.unit.id for p in present}
    held = training.on <= today
    absent = tuple(unit for unit in invited if unit.id not in came) if held else ()
    return Session(training, batch, held, invited, present, absent)


def _present(unit: Unit, attendance: Attendance, members: set[str]) -> Present:
    return Present(unit, attendance.people, unit.id not in members)
