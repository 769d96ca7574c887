"""More than one computer allowed at a port: the center alone may, with a reason and a last day, each an event."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.terminals.judge import Allowance
from audit.terminals.tables import AllowanceRow
from audit.terminals.tags import ScanTag
from countynet import clock, events
from countynet.db import transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from inventory.model import County
from inventory.terminals import mac

LONGEST = timedelta(days=366)
SHORTEST_REASON = 10
LARGEST = 64
"""computers at one port"""
WHO = _("only the center allows more computers at a port, not {login} ({role})")


class Held:
    """An allowance as it is kept."""

    def __init__(self, row: AllowanceRow) -> None:
        self.row = row

    def allowance(self) -> Allowance:
        """Return it as the judging wants it."""
        row = self.row
        return Allowance(row.device, row.port, row.most, frozenset(json.loads(row.macs)), row.reason)

    def document(self) -> dict[str, events.JSON]:
        """Return it for programs."""
        row = self.row
        return {
            "number": row.id, "device": row.device, "port": row.port, "most": row.most, "macs": json.loads(row.macs),
            "reason": row.reason, "until": row.until.isoformat(), "by": row.by, "at": row.at.isoformat(),
            "withdrawn_by": row.withdrawn_by,
        }  # fmt: skip


def holding(session: Session, today: date) -> Sequence[Held]:
    """Return the allowances that hold today."""
    wanted = select(AllowanceRow).where(AllowanceRow.until >= today, AllowanceRow.withdrawn.is_(None))
    return [Held(row) for row in session.scalars(wanted.order_by(AllowanceRow.id))]


def allow(
    engine: Engine, county: County, actor: Actor, place: str, most: int, macs: Sequence[str], reason: str, until: date
) -> int:
    """Allow so many computers at `DEVICE:PORT` until a day, and return the allowance's number.

    Raises BadInput naming everything wrong at once: who, an unknown device or port, addresses, reason, day.
    """
    device, _colon, port = place.partition(":")
    read = [mac.read(one, where="--mac") for one in macs]
    problems = [*_may(actor), *_wrong(county, device, port, most, reason, until)]
    problems += [one for one in read if isinstance(one, Problem)]
    if problems:
        raise BadInput(problems)
    with transaction(engine) as session:
        row = AllowanceRow(
            device=device, port=port, most=most, macs=json.dumps(sorted(str(one) for one in read)),
            reason=reason.strip(), until=until, by=actor.name, at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        about = f"terminal-allowance:{row.id}"
        data: dict[str, events.JSON] = {"device": device, "port": port, "most": most, "macs": json.loads(row.macs)}
        more: dict[str, events.JSON] = {"reason": row.reason, "until": until.isoformat()}
        events.record(session, ScanTag.ALLOWED, actor.name, about, data | more)
        return row.id


def withdraw(engine: Engine, actor: Actor, number: int) -> None:
    """Take an allowance back. Raises BadInput for who may not or an unknown number, Conflict when it is back."""
    if problems := _may(actor):
        raise BadInput(problems)
    with transaction(engine) as session:
        row = session.get(AllowanceRow, number)
        if row is None:
            raise BadInput([Problem(_("there is no allowance {number}"), {"number": number})])
        if row.withdrawn is not None:
            raise Conflict(_("allowance {number} was withdrawn by {login}"), number=number, login=row.withdrawn_by)
        row.withdrawn, row.withdrawn_by = clock.now(), actor.name
        about: dict[str, events.JSON] = {"device": row.device, "port": row.port}
        events.record(session, ScanTag.DISALLOWED, actor.name, f"terminal-allowance:{number}", about)


def _may(actor: Actor) -> list[Problem]:
    return [] if actor.role is Role.CENTER else [Problem(WHO, {"login": actor.name, "role": actor.role})]


def _wrong(county: County, device: str, port: str, most: int, reason: str, until: date) -> list[Problem]:
    today, known, found = clock.today(), county.device_by_name.get(device), list[Problem]()
    if known is None:
        found.append(Problem(_("there is no device named {name}"), {"name": device}, wanted="DEVICE:PORT"))
    elif port not in known.ports:
        wanted = ", ".join(known.ports)
        found.append(Problem(_("{device} has no port {port}"), {"device": device, "port": port}, wanted=wanted))
    if not 2 <= most <= LARGEST:
        found.append(Problem(_("a port is allowed 2 to {count} computers"), {"count": LARGEST}, found=str(most)))
    if len(reason.strip()) < SHORTEST_REASON:
        found.append(Problem(_("a reason needs at least {count} letters"), {"count": SHORTEST_REASON}))
    if not today <= until <= today + LONGEST:
        last = today + LONGEST
        message = _("{until} is not a day from {first} to {last}")
        found.append(Problem(message, {"until": until, "first": today, "last": last}))
    return found
