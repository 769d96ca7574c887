"""A report without an account: when the line is down, from a mobile network, with a telephone number and a code.

Whoever files one gets a receipt: a number and a secret. With both they see how far it is, and nothing else: no unit,
no other report, no name. A wrong code and a wrong secret get one answer each, whatever was wrong. The report works at
once, like any other; the center calls back and notes it (`Reports.called_back`).
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.pictures import Picture
from countynet.vocabulary import FaultState, Role
from monitoring.faults.config import wave_of
from monitoring.faults.reports import store
from monitoring.faults.reports.codes import Codes, fresh, plain
from monitoring.faults.reports.service import Reports
from monitoring.faults.reports.store import FaultReport, Origin
from monitoring.faults.service import Faults
from monitoring.faults.store import Fault, events
from monitoring.tags import FaultTag

NOBODY = "not-signed-in"
"""the actor of what is done with a code or a receipt"""
SECRET = 16
"""characters of 31 each: 79 bits"""
MOST, WITHIN = 6, timedelta(hours=1)
"""reports with one unit's code"""
TOLD = (FaultTag.DISPATCHED, FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED, FaultTag.REOPENED,
        FaultTag.CONFIRMED)  # fmt: skip
"""the steps that the holder of a receipt sees, with their times and without people"""
_TELEPHONE = re.compile(r"\+?\d(?:[ -]?\d){5,14}")


class Refusal(StrEnum):
    """Why a report was not taken."""

    CODE = "code"
    MANY = "many"
    """with this unit's code there were `MOST` within `WITHIN`"""


@dataclass(frozen=True)
class Receipt:
    """What the reporter keeps. The secret is known to nobody else: we keep its SHA-256."""

    number: int
    secret: str


@dataclass(frozen=True)
class Standing:
    """How far a report is, for the holder of its receipt."""

    number: int
    at: datetime
    state: FaultState
    steps: tuple[tuple[datetime, FaultTag], ...]
    called: datetime | None
    photos: int


@dataclass(frozen=True)
class Public:
    """The service over a county's database."""

    engine: Engine
    folder: Path | None = None
    """the county's, for what it takes for a wave"""

    def file(self, code: str, telephone: str, title: str, description: str = "") -> Receipt | Refusal:
        """File a report of the unit whose code this is. Raises BadInput for fields that are wrong, whatever the code.

        `telephone`: 6 to 15 digits, with spaces or dashes between, + before.
        """
        said = telephone.strip()
        problems = [] if code.strip() else [Problem(_("type your unit's code, as it stands on its card"), where="code")]
        if not title.strip():
            problems.append(Problem(_("say in a few words what is wrong")))
        if not _TELEPHONE.fullmatch(said):
            problems.append(Problem(_("this is no telephone number"), where="telephone", wanted=_("6 to 15 digits")))
        if problems:
            raise BadInput(problems)
        unit = Codes(self.engine).unit_of(code)
        if unit is None:
            return Refusal.CODE
        with reading(self.engine) as session:
            if store.recent(session, unit, Origin.PUBLIC, clock.now() - WITHIN) >= MOST:
                return Refusal.MANY
        secret = fresh(SECRET)
        who = Actor(NOBODY, Role.UNIT, unit)
        filed = Faults(self.engine, wave_of(self.folder)).file(unit, title, description, said, who, _hash(secret))
        return Receipt(filed.report, secret)

    def standing(self, receipt: Receipt) -> Standing | None:
        """Return how far a report is; None when number and secret do not belong together."""
        with reading(self.engine) as session:
            row = session.get(FaultReport, receipt.number)
            if not _right(row, receipt.secret) or row is None:
                return None
            fault = session.get_one(Fault, row.fault)
            past = [(e.at, FaultTag(e.tag)) for e in events(session, fault.id) if e.tag in TOLD and e.at >= row.at]
            photos = len(store.photos(session, [row.id]))
        return Standing(row.id, row.at, fault.state, tuple(past), row.called, photos)

    def add(self, receipt: Receipt, pictures: Sequence[Picture]) -> bool:
        """Put photographs to one's own report; False when the receipt is wrong. Raises BadInput for too many."""
        with reading(self.engine) as session:
            row = session.get(FaultReport, receipt.number)
        if not _right(row, receipt.secret) or row is None:
            return False
        Reports(self.engine).add(row.id, pictures, Actor(NOBODY, Role.UNIT, row.unit))
        return True


def _hash(secret: str) -> str:
    return hashlib.sha256(plain(secret).encode()).hexdigest()


def _right(row: FaultReport | None, secret: str) -> bool:
    """Tell whether a secret is a report's; a report that is not there takes as long to say no."""
    kept = row.secret if row is not None and row.secret else "0" * 64
    return hmac.compare_digest(kept, _hash(secret))
