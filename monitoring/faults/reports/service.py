"""Who may see which report, telephone number and photograph, and the few things that are done to a report.

A unit sees its own reports; center and operator see all with the numbers to call; an auditor sees all, numbers with
their middle covered, and each photograph that an auditor opens is an event; an administrator sees none.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.pictures import MOST, Picture
from countynet.vocabulary import Role
from monitoring.faults.reports import store
from monitoring.faults.reports.store import FaultPhoto, FaultReport, Origin
from monitoring.tags import ReportTag

OVERSEERS = (Role.CENTER, Role.OPERATOR, Role.AUDITOR)
_NUMBER = re.compile(r"\d[\d -]{5,}\d")


@dataclass(frozen=True)
class Report:
    """A report as somebody may see it."""

    id: int
    fault: int
    unit: str
    origin: Origin
    reporter: str
    title: str
    description: str
    contact: str
    at: datetime
    called: datetime | None
    photos: tuple[int, ...]


def sees(actor: Actor, unit: str) -> bool:
    """Tell whether a person may see what a unit reported."""
    return actor.role in OVERSEERS or (actor.role is Role.UNIT and actor.unit == unit)


def covered(text: str) -> str:
    """Return a text with the middle of every telephone number covered."""
    return _NUMBER.sub(lambda found: found[0][:3] + "****" + found[0][-2:], text)


@dataclass(frozen=True)
class Reports:
    """The service over a county's database."""

    engine: Engine

    def of_fault(self, fault: int, actor: Actor) -> tuple[Report, ...]:
        """Return the reports of a fault that a person may see, oldest first."""
        with reading(self.engine) as session:
            rows = [row for row in store.of_fault(session, fault) if sees(actor, row.unit)]
            photos = store.photos(session, [row.id for row in rows])
        return tuple(_shown(row, photos, actor) for row in rows)

    def called_back(self, report: int, actor: Actor) -> int:
        """Note that whoever reported without an account was called back (center); return the fault's number."""
        if actor.role is not Role.CENTER:
            raise NotAllowed(_("{actor} may not take this step: it is for {role}"), actor=actor.name, role="center")
        with transaction(self.engine) as session:
            row = _found(session, report)
            if row.origin is not Origin.PUBLIC or row.called is not None:
                raise Conflict(_("nobody waits to be called back about report {report}"), report=report)
            row.called = clock.now()
            record(session, ReportTag.CALLED_BACK, actor.name, f"report:{report}", {"fault": row.fault})
            return row.fault

    def add(self, report: int, pictures: Sequence[Picture], actor: Actor) -> int:
        """Put photographs to a report (its own unit, center); return the fault's number.

        Raises BadInput when they would be more than `MOST`, NotAllowed.
        """
        with transaction(self.engine) as session:
            row = _found(session, report)
            if not (actor.role is Role.CENTER or (actor.role is Role.UNIT and actor.unit == row.unit)):
                raise NotAllowed(_("{actor} may not add to this report"), actor=actor.name)
            put(session, row, pictures, actor.name)
            return row.fault

    def photo(self, photo: int, actor: Actor) -> bytes:
        """Return a photograph. Raises BadInput when there is none, NotAllowed; an auditor's look is an event."""
        with reading(self.engine) as session:
            found = session.get(FaultPhoto, photo)
            report = session.get(FaultReport, found.report) if found else None
            if found is None or report is None:
                raise BadInput([Problem(_("there is no photograph {photo}"), {"photo": photo})])
            if not sees(actor, report.unit):
                raise NotAllowed(_("{actor} may not see this photograph"), actor=actor.name)
            content = found.content
        if actor.role is Role.AUDITOR:
            with transaction(self.engine) as session:
                record(session, ReportTag.PHOTO_SEEN, actor.name, f"report:{report.id}", {"photo": photo})
        return content


def put(session: Session, report: FaultReport, pictures: Sequence[Picture], by: str) -> None:
    """Keep photographs with a report, within the caller's transaction. Raises BadInput for more than `MOST` in all."""
    there = len(store.photos(session, [report.id]))
    if there + len(pictures) > MOST:
        raise BadInput([Problem(_("at most {most} photographs"), {"most": MOST}, found=str(there + len(pictures)))])
    for one in pictures:
        digest = hashlib.sha256(one.content).hexdigest()
        row = FaultPhoto(report=report.id, at=clock.now(), sha256=digest, **vars(one))
        session.add(row)
        session.flush()
        record(session, ReportTag.PHOTO_ADDED, by, f"report:{report.id}", {"photo": row.id, "sha256": digest})


def _shown(row: FaultReport, photos: Sequence[FaultPhoto], actor: Actor) -> Report:
    hide = covered if actor.role is Role.AUDITOR else str
    return Report(
        id=row.id,
        fault=row.fault,
        unit=row.unit,
        origin=row.origin,
        reporter=row.reporter,
        title=row.title,
        description=hide(row.description),
        contact=hide(row.contact),
        at=row.at,
        called=row.called,
        photos=tuple(photo.id for photo in photos if photo.report == row.id),
    )


def _found(session: Session, report: int) -> FaultReport:
    row = session.get(FaultReport, report)
    if row is None:
        raise BadInput([Problem(_("there is no report {report}"), {"report": report})])
    return row
