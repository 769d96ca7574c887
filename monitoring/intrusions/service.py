"""Intrusions for the pages and the command line: who sees which, and what people say to them.

The center and the auditor see all, the operator those of units whose lines are in its contracts and of the devices, a
unit its own. The center and the operator answer: what was found and done, once. The center alone takes a signature for
a false alarm, with a reason and a last day, and takes that back; the operator, whose equipment it may be about, never
does. Every one is an event in the transaction of the change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Engine, or_, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from inventory.model import County
from monitoring.evaluation.charges.model import operators
from monitoring.intrusions.store import FalseAlarm, Intrusion, false_alarms, holding, stand
from monitoring.tags import IntrusionTag

LONGEST = timedelta(days=366)
SHORTEST_REASON, LONGEST_REASON = 10, 1000
MOST = 500
ANSWERERS = (Role.CENTER, Role.OPERATOR)


@dataclass(frozen=True)
class Shown:
    """A finding and how it stands."""

    row: Intrusion
    stands: bool
    accepted: FalseAlarm | None = None
    """what takes it for a false alarm now"""


@dataclass(frozen=True)
class Sieve:
    """Which findings are asked for; what is empty is not asked about."""

    unit: str = ""
    kind: str = ""
    subject: str = ""
    also_answered: bool = False
    """answered and accepted ones, too"""


@dataclass(frozen=True)
class Intrusions:
    """A county's intrusions."""

    engine: Engine

    def list(self, actor: Actor, county: County, sieve: Sieve, most: int = MOST) -> Sequence[Shown]:
        """Return the findings that a person may see, the newest first."""
        with reading(self.engine) as session:
            accepted = holding(session, _today())
            asked = [*_seen_by(actor, county), *_asked(sieve)]
            if not sieve.also_answered:
                asked += stand(accepted)
            chosen = select(Intrusion).where(*asked).order_by(Intrusion.last.desc(), Intrusion.id.desc()).limit(most)
            found = [_shown(row, accepted) for row in session.scalars(chosen)]
            session.expunge_all()
        return found

    def get(self, actor: Actor, county: County, number: int) -> Shown | None:
        """Return one that a person may see."""
        with reading(self.engine) as session:
            chosen = select(Intrusion).where(Intrusion.id == number, *_seen_by(actor, county))
            row = session.scalar(chosen)
            found = None if row is None else _shown(row, holding(session, _today()))
            session.expunge_all()
        return found

    def false_alarms(self) -> Sequence[FalseAlarm]:
        """Return what the center took for false alarms, the newest first."""
        with reading(self.engine) as session:
            found = false_alarms(session)
            session.expunge_all()
        return found

    def answer(self, actor: Actor, county: County, number: int, text: str) -> None:
        """Say what was found and done. Raises BadInput for who may not, an unknown number or no words; Conflict."""
        _demand(_may(actor, ANSWERERS), _worded(text))
        with transaction(self.engine) as session:
            row = session.scalar(select(Intrusion).where(Intrusion.id == number, *_seen_by(actor, county)))
            if row is None:
                raise BadInput([nothing(number)])
            if row.answered is not None:
                raise Conflict(_("intrusion {number} was answered by {login}"), number=number, login=row.answered_by)
            row.answered, row.answered_by, row.answer = clock.now(), actor.name, text.strip()
            data: dict[str, JSON] = {"signature": row.signature, "about": row.subject, "count": row.count,
                                     "answer": row.answer}  # fmt: skip
            record(session, IntrusionTag.ANSWERED, actor.name, f"intrusion:{number}", data)

    def accept(self, actor: Actor, number: int, everywhere: bool, reason: str, until: date) -> int:
        """Take a finding's signature for a false alarm, at its source or everywhere, until a day; return its number.

        Raises BadInput naming everything wrong at once: who, an unknown finding, a short reason, a day that is past or
        more than a year away.
        """
        with transaction(self.engine) as session:
            row = session.get(Intrusion, number)
            missing = [nothing(number)] if row is None else []
            _demand(_may(actor, (Role.CENTER,)), missing, _worded(reason), _dated(until))
            assert row is not None
            address = "" if everywhere else row.source or row.target
            made = FalseAlarm(feed=row.feed, signature=row.signature, address=address, reason=reason.strip(),
                              until=until, by=actor.name, at=clock.now())  # fmt: skip
            session.add(made)
            session.flush()
            data = {"feed": row.feed, "signature": row.signature, "name": row.name, "address": address,
                    "reason": made.reason, "until": until.isoformat()}  # fmt: skip
            record(session, IntrusionTag.ACCEPTED, actor.name, f"false-alarm:{made.id}", data)
            return made.id

    def withdraw(self, actor: Actor, number: int) -> None:
        """Take a false alarm back. Raises BadInput for who may not or an unknown number, Conflict when it is back."""
        _demand(_may(actor, (Role.CENTER,)))
        with transaction(self.engine) as session:
            row = session.get(FalseAlarm, number)
            if row is None:
                raise BadInput([Problem(_("there is no false alarm {number}"), {"number": number})])
            if row.withdrawn is not None:
                raise Conflict(_("false alarm {number} was withdrawn by {login}"), number=number,
                               login=row.withdrawn_by)  # fmt: skip
            row.withdrawn, row.withdrawn_by = clock.now(), actor.name
            data = {"signature": row.signature, "address": row.address}
            record(session, IntrusionTag.WITHDRAWN, actor.name, f"false-alarm:{number}", data)


def nothing(number: int) -> Problem:
    """Return what is said of a number that there is not, or that the person may not see."""
    return Problem(_("there is no intrusion {number}"), {"number": number})


def unanswered(session: Session, today: date, most: int = 5000) -> Sequence[Intrusion]:
    """Return the findings that stand, the oldest first."""
    chosen = select(Intrusion).where(*stand(holding(session, today)))
    return session.scalars(chosen.order_by(Intrusion.first, Intrusion.id).limit(most)).all()


def _shown(row: Intrusion, accepted: Sequence[FalseAlarm]) -> Shown:
    covering = next((one for one in accepted if one.covers(row)), None)
    return Shown(row, row.answered is None and covering is None, covering)


def _seen_by(actor: Actor, county: County) -> Sequence[ColumnElement[bool]]:
    if actor.role is Role.UNIT:
        return (Intrusion.unit == (actor.unit or "-"),)
    if actor.role is Role.OPERATOR:
        return (or_(Intrusion.unit.in_(_served(county)), Intrusion.subject.in_(sorted(county.device_by_name))),)
    return () if actor.role in (Role.CENTER, Role.AUDITOR) else (Intrusion.id < 0,)


def _served(county: County) -> list[str]:
    """Return the units whose line is in one of the operator's contracts; all where no contract is in the inventory."""
    numbers = operators(county)
    covered = [c for c in county.contracts if c.number in numbers]
    lines = [c for c in county.circuits if not county.contracts or any(one.covers(c.contract) for one in covered)]
    return sorted({circuit.unit for circuit in lines})


def _asked(sieve: Sieve) -> list[ColumnElement[bool]]:
    asked: Mapping[str, object] = {"unit": sieve.unit, "kind": sieve.kind, "subject": sieve.subject}
    return [getattr(Intrusion, name) == value for name, value in asked.items() if value]


def _may(actor: Actor, who: Sequence[Role]) -> list[Problem]:
    if actor.role in who:
        return []
    message = _("{login} ({role}) may not do that with intrusions")
    return [Problem(message, {"login": actor.name, "role": actor.role}, wanted=", ".join(who))]


def _worded(text: str) -> list[Problem]:
    if SHORTEST_REASON <= len(text.strip()) <= LONGEST_REASON:
        return []
    return [Problem(_("{least} to {most} letters are needed"), {"least": SHORTEST_REASON, "most": LONGEST_REASON})]


def _dated(until: date) -> list[Problem]:
    today = _today()
    if today <= until <= today + LONGEST:
        return []
    values = {"until": until, "first": today, "last": today + LONGEST}
    return [Problem(_("{until} is not a day from {first} to {last}"), values)]


def _today() -> date:
    return clock.today()


def _demand(*problems: list[Problem]) -> None:
    if found := [problem for part in problems for problem in part]:
        raise BadInput(found)
