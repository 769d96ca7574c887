"""Units' codes: eight letters and digits that nobody guesses, for a report without an account.

31 characters that cannot be mistaken for each other give 8.5e11 codes, so with 120 units one guess in 7e9 is right,
and whoever asks limits the guesses (`dashboard.report`). Which unit a code is, is found by comparing it with every
unit's in constant time: how long an answer takes says nothing, and neither does what it says.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import NotAllowed
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.faults.reports.store import UnitCode
from monitoring.tags import ReportTag

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


@dataclass(frozen=True)
class Code:
    """A unit's code as it is printed, and when and by whom it was given."""

    unit: str
    code: str
    issued: datetime
    by: str


def fresh(length: int = LENGTH) -> str:
    """Return a new code in groups of four, e.g. `7KMP-4XQ2`."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(length))
    return "-".join(drawn[at : at + 4] for at in range(0, length, 4))


def plain(text: str) -> str:
    """Return what somebody typed as letters and digits: case, spaces and dashes do not matter."""
    return "".join(letter for letter in text.upper() if letter in ALPHABET)


@dataclass(frozen=True)
class Codes:
    """The service over a county's database."""

    engine: Engine

    def issue(self, units: Iterable[str], actor: Actor) -> int:
        """Give a code to every unit that has none; return how many were given. Raises NotAllowed."""
        _center(actor)
        with transaction(self.engine) as session:
            known = set(session.scalars(select(UnitCode.unit)))
            new = [unit for unit in units if unit not in known]
            for unit in new:
                session.add(UnitCode(unit=unit, code=fresh(), issued=clock.now(), by=actor.name))
                record(session, ReportTag.CODE_ISSUED, actor.name, f"unit:{unit}", {})
        return len(new)

    def renew(self, unit: str, actor: Actor) -> str:
        """Give a unit a new code; the old one is worthless from now on. Raises NotAllowed."""
        _center(actor)
        code = fresh()
        with transaction(self.engine) as session:
            session.merge(UnitCode(unit=unit, code=code, issued=clock.now(), by=actor.name))
            record(session, ReportTag.CODE_ISSUED, actor.name, f"unit:{unit}", {"renewed": True})
        return code

    def all(self, actor: Actor) -> Mapping[str, Code]:
        """Return every unit's code by unit. Raises NotAllowed for whoever is not the center."""
        _center(actor)
        with reading(self.engine) as session:
            rows = session.scalars(select(UnitCode))
            return {row.unit: Code(row.unit, row.code, row.issued, row.by) for row in rows}

    def unit_of(self, typed: str) -> str | None:
        """Return the unit whose code was typed; None when it is nobody's."""
        said, found = plain(typed), None
        with reading(self.engine) as session:
            rows = session.execute(select(UnitCode.unit, UnitCode.code)).all()
        for unit, code in rows:  # every one is compared, whatever was found
            same = hmac.compare_digest(plain(code).encode(), said.encode())
            found = unit if same else found
        return found


def _center(actor: Actor) -> None:
    if actor.role is not Role.CENTER:
        raise NotAllowed(
            _("{actor} may not take this step: it is for {role}"), actor=actor.name, role=Role.CENTER.value
        )
