"""What follows an approval: the operator connects, the inventory follows in one commit, the device is configured.

Connecting is two writes: the commit, made while the record is locked, then the application with its event. Killed
between them it is finished by asking again: a terminal that stands already gives no second commit. The job that
configures the CPE is queued in the transaction of the event, so a terminal that is connected is also opened; removing
one queues it, too, so that its port closes.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock, jobs
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import record
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.settings import Settings
from inventory.record import Author, Edit, Repository
from inventory.tags import TerminalTag
from inventory.terminals import edits, form, rules, store
from inventory.terminals.model import Application, Connection, Done, Place
from inventory.terminals.service import row_of, take

JOB = "config-apply"
"""the kind of job that configures devices; the room that can registers it under `countynet.jobs`"""


@dataclass(frozen=True)
class Orders:
    """The service over a county's folder and database."""

    settings: Settings
    engine: Engine

    @cached_property
    def repository(self) -> Repository:
        """The county's record."""
        return Repository(self.settings)

    def connect(self, number: int, actor: Actor, said: Connection) -> Done:
        """Say that it is connected, and what was read off (operator): the inventory follows in one commit.

        Raises BadInput, also when the county that results is not valid; NotAllowed, Conflict as `rules.step` and
        `Repository.change`.
        """
        found, place = self._ordered(number, actor)
        port, read = said.port.strip() or place.port, dict[str, str]()

        def make() -> tuple[Edit, ...]:
            found, _place = self._ordered(number, actor)
            county = self.repository.county()
            with reading(self.engine) as session:
                open_, held = store.open_macs(session), store.held(session, number)
            unit = county.unit_by_id.get(found.unit)
            if unit is None:
                raise Conflict(_("{unit} is not in the inventory any more"), unit=found.unit)
            if not edits.stands(county, found):
                read.update(form.connection(county, unit, found, said, open_))
            written = self._written(unit.id)
            return edits.connect(county, written, found, port, read, held, clock.today())

        done = self.repository.change(make, Author(actor.name), _reason(found, place))
        port = port if done.changed else edits.port_of(self.repository.county(), place) or port
        with transaction(self.engine) as session:
            row = take(session, number, TerminalTag.CONNECTED, actor)
            row.port, row.job = port, _submit(session, place.cpe, actor)
            data: dict[str, JSON] = {"commit": done.commit, "port": f"{place.cpe}:{port}", "job": row.job}
            if read:
                data["macs"] = dict(read)
            record(session, TerminalTag.CONNECTED, actor.name, store.subject(number), data)
            return Done(done.commit, place.cpe, row.job)

    def _written(self, unit: str) -> edits.Written:
        """Return a unit's terminals as its file has them."""
        found: Any = self.repository.state()["units", unit].get("terminals") or []
        return cast(edits.Written, found)

    def _ordered(self, number: int, actor: Actor) -> tuple[Application, Place]:
        """Return an application that may be connected now, with what it holds."""
        with reading(self.engine) as session:
            found = store.application(row_of(session, number))
        rules.step(TerminalTag.CONNECTED, actor, found)
        assert found.place is not None
        return found, found.place

    def configure(self, number: int, actor: Actor) -> Done:
        """Have the CPE of a connected terminal configured again, e.g. because it could not be reached (operator)."""
        with transaction(self.engine) as session:
            row = row_of(session, number)
            found = store.application(row)
            rules.may_configure(actor, found)
            assert found.place is not None
            row.job = _submit(session, found.place.cpe, actor)
            data: dict[str, JSON] = {"device": found.place.cpe, "job": row.job}
            record(session, TerminalTag.CONFIGURED, actor.name, store.subject(number), data)
            return Done("", found.place.cpe, row.job)

    def remove(self, unit: str, terminal: str, actor: Actor, reason: str) -> Done:
        """Take a terminal out (its unit, or the center): one commit; name and addresses go into quarantine.

        Raises BadInput for a terminal that the unit has not, NotAllowed, and what `Repository.change` raises.
        """
        rules.may_remove(actor, unit)
        reason, cpe = form.text("reason", reason), list[str]()

        def make() -> tuple[Edit, ...]:
            county = self.repository.county()
            owner = county.unit_by_terminal.get(terminal)
            if owner is None or owner.id != unit:
                values = {"unit": unit, "terminal": terminal}
                raise BadInput([Problem(_("{unit} has no terminal {terminal}"), values, where="terminal")])
            cpe.append(county.cpe_by_unit[unit].name)
            return edits.remove(county, self._written(unit), terminal, clock.today())

        told = translate(_("{terminal} of {unit} removed: {reason}"), terminal=terminal, unit=unit, reason=reason)
        done = self.repository.change(make, Author(actor.name), told)
        with transaction(self.engine) as session:
            row, job = store.of_terminal(session, unit, terminal), _submit(session, cpe[-1], actor)
            about = store.subject(row.id) if row else f"terminal:{terminal}"
            data: dict[str, JSON] = {"unit": unit, "terminal": terminal, "reason": reason, "commit": done.commit}
            record(session, TerminalTag.REMOVED, actor.name, about, data | {"job": job})
            if row:
                row.job = job
        return Done(done.commit, cpe[-1], job)


def _submit(session: Session, device: str, actor: Actor) -> int:
    return jobs.submit(session, JOB, {"devices": [device]}, actor.name)


def _reason(found: Application, place: Place) -> str:
    """Return what stands in the inventory's history."""
    message = _("terminal application {number}: {terminal} of {unit} for {user} connected")
    return translate(message, number=found.id, terminal=place.terminal, unit=found.unit, user=found.request.user)
