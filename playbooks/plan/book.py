"""Plans as they are kept: written once, approved, and what became of each device. Owns its transactions.

Every write is an event in the same transaction. A plan whose text no longer gives its hash is refused: somebody
changed the database.
"""

import base64
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.secrets import seal, unseal
from countynet.settings import Settings
from playbooks.plan import rules, store
from playbooks.plan.model import DeviceState, Plan, PlanState, Steps
from playbooks.plan.rules import Approval
from playbooks.plan.windows import store as windows
from playbooks.tags import PlanTag

_STEPS = TypeAdapter(dict[str, Steps])


@dataclass(frozen=True)
class Device:
    """What one device of a plan has, as last known."""

    state: DeviceState
    error: str
    at: str


@dataclass(frozen=True)
class Entry:
    """A plan with what became of it."""

    plan: Plan
    hash: str
    state: PlanState
    approvals: tuple[Approval, ...]
    devices: Mapping[str, Device]


@dataclass(frozen=True)
class Book:
    """The plans of one county."""

    settings: Settings
    engine: Engine

    @classmethod
    def open(cls, settings: Settings) -> "Book":
        """Open the county's plans."""
        return cls(settings, open_database(settings))

    def add(self, numbered: Callable[[int], Plan], steps: Mapping[str, Steps]) -> Plan:
        """Write a new plan, which `numbered` makes of its number, and return it. Raises BadInput without the vault."""
        packed = zlib.compress(_STEPS.dump_json(dict(steps)))
        sealed = seal(self.settings, base64.b64encode(packed).decode())
        with transaction(self.engine) as session:
            plan = numbered(store.next_number(session))
            session.add(
                store.PlanRow(
                    id=plan.number, body=plan.body(), hash=plan.hash, sealed=sealed, state=PlanState.OPEN.value
                )
            )
            session.flush()
            for change in plan.devices:
                row = store.PlanDeviceRow(plan_id=plan.number, device=change.device, at=plan.made)
                row.state, row.error = DeviceState.WAITING.value, ""
                session.add(row)
            names: list[JSON] = [change.device for change in plan.devices]
            data: dict[str, JSON] = {"hash": plan.hash, "commit": plan.commit, "devices": names, "undoes": plan.undoes}
            record(session, PlanTag.MADE, plan.author, _subject(plan.number), data)
        return plan

    def get(self, number: int) -> Entry:
        """Return one plan. Raises BadInput when there is none, Conflict when its text was tampered with."""
        with reading(self.engine) as session:
            return _entry(session, _found(session, number))

    def some(self, numbers: Collection[int]) -> tuple[Entry, ...]:
        """Return plans by their numbers, in order; those that there are not are left out."""
        with reading(self.engine) as session:
            return tuple(_entry(session, row) for row in store.some(session, numbers))

    def newest(self, limit: int) -> tuple[Entry, ...]:
        """Return the newest plans, the newest first."""
        with reading(self.engine) as session:
            return tuple(_entry(session, row) for row in store.plans(session, limit))

    def steps(self, number: int) -> dict[str, Steps]:
        """Return the exact steps of a plan. Raises BadInput when the vault's password does not open them."""
        with reading(self.engine) as session:
            sealed = _found(session, number).sealed
        packed = zlib.decompress(base64.b64decode(unseal(self.settings, sealed)))
        return _STEPS.validate_json(packed)

    def approve(self, number: int, actor: Actor) -> Entry:
        """Add a person's approval. Raises BadInput, NotAllowed, Conflict (`rules.may_approve`)."""
        now = clock.now()
        with transaction(self.engine) as session:
            row = _found(session, number)
            entry = _entry(session, row)
            start = windows.opens(session, number)
            rules.may_approve(entry.plan, entry.state, entry.approvals, actor, now, start)
            session.add(store.ApprovalRow(plan_id=number, login=actor.name, at=now))
            record(session, PlanTag.APPROVED, actor.name, _subject(number), {"hash": row.hash})
        return self.get(number)

    def empower(self, number: int, actor: Actor, emergency: int, reason: str) -> None:
        """Let a plan be applied without a person's approval, for a reason; who may decides `playbooks.plan.at_once`."""
        with transaction(self.engine) as session:
            row = _found(session, number)
            rules.alive(_entry(session, row).plan, PlanState(row.state), clock.now())
            session.add(store.ApprovalRow(plan_id=number, login=f"{rules.EMERGENCY}{emergency}", at=clock.now()))
            data: dict[str, JSON] = {"hash": row.hash, "emergency": emergency, "reason": reason}
            record(session, PlanTag.EMERGENCY, actor.name, _subject(number), data)

    def confirm(self, number: int, actor: Actor, note: str) -> None:
        """Note that a plan was rightly applied at once. Raises as `rules.may_confirm`."""
        with transaction(self.engine) as session:
            row = _found(session, number)
            entry = _entry(session, row)
            rules.may_confirm(entry.plan, entry.approvals, actor, note)
            session.add(store.ApprovalRow(plan_id=number, login=actor.name, at=clock.now()))
            record(session, PlanTag.CONFIRMED, actor.name, _subject(number), {"note": note.strip()})

    def stale(self, number: int, devices: Mapping[str, str], actor: str) -> None:
        """Say that a plan is stale, device by device why, and withdraw its approvals."""
        with transaction(self.engine) as session:
            row = _found(session, number)
            row.state = PlanState.STALE.value
            withdrawn = [a for a in store.approvals(session, number) if not a.withdrawn]
            for approval in withdrawn:
                approval.withdrawn = True
            data: dict[str, JSON] = {"devices": dict(devices), "withdrawn": [a.login for a in withdrawn]}
            record(session, PlanTag.STALE, actor, _subject(number), data)

    def begin(self, number: int, actor: str) -> None:
        """Say that a plan is being applied."""
        with transaction(self.engine) as session:
            row = _found(session, number)
            row.state = PlanState.APPLYING.value
            record(session, PlanTag.APPLYING, actor, _subject(number), {"hash": row.hash})

    def note(self, number: int, device: str, state: DeviceState, actor: str, error: str = "") -> None:
        """Say what a device has now; nothing is written when that is known already."""
        with transaction(self.engine) as session:
            row = session.get_one(store.PlanDeviceRow, (number, device))
            if (row.state, row.error) == (state.value, error):
                return
            row.state, row.error, row.at = state.value, error, clock.now()
            data: dict[str, JSON] = {"plan": number, "state": state.value, "error": error}
            record(session, PlanTag.DEVICE, actor, f"device:{device}", data)

    def end(self, number: int, actor: str) -> Entry:
        """Close an apply: done when every device has the plan, else stopped."""
        with transaction(self.engine) as session:
            states = {d.device: d.state for d in store.devices(session, number)}
            done = all(state == DeviceState.DONE.value for state in states.values())
            row = _found(session, number)
            row.state = (PlanState.DONE if done else PlanState.STOPPED).value
            record(session, PlanTag.ENDED, actor, _subject(number), {"state": row.state, "devices": states})
        return self.get(number)


def _subject(number: int) -> str:
    return f"plan:{number}"


def _found(session: Session, number: int) -> store.PlanRow:
    row = session.get(store.PlanRow, number)
    if row is None:
        raise BadInput([Problem(_("there is no plan {plan}"), {"plan": number}, wanted=_("see: countynet plan list"))])
    return row


def _entry(session: Session, row: store.PlanRow) -> Entry:
    plan = Plan.model_validate_json(row.body)
    if plan.hash != row.hash:
        raise Conflict(_("plan {plan} was changed in the database: its hash does not fit"), plan=row.id)
    given = tuple(Approval(a.login, a.at, a.withdrawn) for a in store.approvals(session, row.id))
    devices = {
        d.device: Device(DeviceState(d.state), d.error, d.at.isoformat()) for d in store.devices(session, row.id)
    }
    return Entry(plan, row.hash, PlanState(row.state), given, devices)
