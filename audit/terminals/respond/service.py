"""Has a response done: told, held in the inventory and planned, or at once under an emergency; confirmed; released.

Holding a port is two writes and a plan, in this order: the inventory (one commit), the response with its event, the
plan. Killed between them, asking again goes on: a port that the inventory holds already for this finding is planned and
not held twice. Nothing here touches a device; the plan does, by the rules of plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.terminals import read
from audit.terminals import store as findings
from audit.terminals.model import Finding
from audit.terminals.respond import edits, rules, store
from audit.terminals.respond.model import How, Response, Stage
from audit.terminals.respond.tables import ResponseRow
from audit.terminals.respond.tags import ResponseTag
from countynet import clock, events, faultdesk, jobs, tellings
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import CHINESE, ENGLISH, _
from countynet.jobs import Job
from countynet.people import Actor
from countynet.planners import AtOnce, Standing, planner
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from inventory.record import Author, Edit, Repository

TOLD = _("At {device}:{port} of your unit: {what}. {reason} Until this is settled: {how}. Questions: {operator}.")
JOB = "terminal-respond"
RECENT = 100
"""jobs among which the last one about a finding is looked for"""
WHAT_IS_DONE = {
    How.WARN: ("网络照常", "the network stays as it is"),
    How.QUARANTINE: ("该端口已被隔离，只能打开告知页", "the port is confined and reaches the notice page only"),
    How.PORT_DOWN: ("该端口将被关闭", "the port is shut"),
}
"""in both languages, for people of whom each reads one"""


@dataclass(frozen=True)
class Asked:
    """What somebody wants done about a finding."""

    finding: int
    how: How
    reason: str
    also: tuple[str, ...] = ()
    """who else is at the port and is meant too"""
    emergency: int | None = None
    """the emergency under whose authority it is done at once"""
    fault: bool = False
    """open a fault of the unit, too"""


@dataclass(frozen=True)
class Responses:
    """The service over a county's folder and database."""

    settings: Settings
    engine: Engine

    def respond(self, asked: Asked, actor: Actor) -> Response:
        """Have it done. Raises NotAllowed, BadInput with everything that forbids it, Conflict, DeviceError."""
        found, county = self.examine(asked, actor)
        repository = Repository(self.settings)
        fault = self._fault(found, asked, actor) if asked.fault else None
        if asked.how is How.WARN:
            return self._warned(county, found, asked, actor, fault)
        before = repository.head()
        number = self._held(repository, found, asked, actor, fault)
        plan = self._plan(found, actor)
        self._note_plan(number, plan, actor)
        if asked.emergency is not None and plan is not None:
            self._at_once(AtOnce(plan, asked.emergency, asked.reason, before), actor)
        self._tell(county, found, asked)
        return self.get(number)

    def examine(self, asked: Asked, actor: Actor) -> tuple[Finding, County]:
        """Return what it is about, when nothing forbids it; touches nothing. Raises NotAllowed, BadInput, Conflict."""
        planner().allow(actor)
        if asked.fault and actor.role is not Role.CENTER:
            raise NotAllowed(_("{actor} may not open a unit's fault: it is for the center"), actor=actor.name)
        if asked.emergency is not None:
            planner().emergency(self.settings, asked.emergency, actor)
        found, county = read.finding(self.engine, asked.finding), Repository(self.settings).county()
        cut = rules.also_cut(county, found, self._others(found))
        if problems := list(rules.refused(county, found, asked.how, asked.reason, cut, asked.also)):
            raise BadInput(problems)
        return found, county

    def start(self, asked: Asked, actor: Actor) -> int:
        """Have the worker do it, because devices are read; returns the job's number. Raises as `examine`."""
        self.examine(asked, actor)
        params: dict[str, JSON] = {
            "finding": asked.finding, "how": asked.how.value, "reason": asked.reason, "also": list(asked.also),
            "emergency": asked.emergency, "fault": asked.fault,
        }  # fmt: skip
        with transaction(self.engine) as session:
            return jobs.submit(session, JOB, params, actor.name)

    def start_release(self, number: int, actor: Actor, reason: str) -> int:
        """Have the worker release a port; returns the job's number. Raises NotAllowed, BadInput, Conflict."""
        planner().allow(actor)
        self._releasable(number, reason)
        params: dict[str, JSON] = {"release": number, "finding": self.get(number).finding, "reason": reason}
        with transaction(self.engine) as session:
            return jobs.submit(session, JOB, params, actor.name)

    def job(self, finding: int) -> Job | None:
        """Return the last job about a finding."""
        with reading(self.engine) as session:
            wanted = select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(RECENT)
            return next((job for job in session.scalars(wanted) if job.params.get("finding") == finding), None)

    def _releasable(self, number: int, reason: str) -> Response:
        response = self.get(number)
        if len(reason.strip()) < rules.LETTERS:
            raise BadInput([Problem(_("say why: a response needs a reason"), where="reason")])
        if response.how is How.WARN or response.released is not None:
            raise Conflict(_("response {number} holds no port"), number=number)
        return response

    def release(self, number: int, actor: Actor, reason: str) -> Response:
        """Hold a port no longer. Raises NotAllowed, BadInput, Conflict for one that is not held."""
        planner().allow(actor)
        response, repository = self._releasable(number, reason), Repository(self.settings)
        done = repository.change(
            lambda: edits.release(repository.county(), response.hold), Author(actor.name), reason.strip()
        )
        with transaction(self.engine) as session:
            row = self._row(session, number)
            row.released, row.released_by = clock.now(), actor.name
            data: dict[str, JSON] = {"hold": response.hold, "commit": done.commit, "reason": reason.strip()}
            events.record(session, ResponseTag.RELEASED, actor.name, f"response:{number}", data)
        plan = self._plan(read.finding(self.engine, response.finding), actor)
        if plan is not None:
            with transaction(self.engine) as session:
                self._row(session, number).release_plan = plan
                events.record(session, ResponseTag.RELEASED, actor.name, f"response:{number}", {"plan": plan})
        return self.get(number)

    def confirm(self, number: int, actor: Actor, note: str) -> Response:
        """Say that what was done at once was right: the center, never who did it. Raises as `Planner.confirm`."""
        response = self.get(number)
        if response.emergency is None or response.plan is None:
            raise Conflict(_("response {number} was not done at once under an emergency"), number=number)
        planner().confirm(self.settings, response.plan, actor, note)
        with transaction(self.engine) as session:
            row = self._row(session, number)
            row.confirmed, row.confirmed_by = clock.now(), actor.name
            events.record(session, ResponseTag.CONFIRMED, actor.name, f"response:{number}", {"note": note.strip()})
        return self.get(number)

    def get(self, number: int) -> Response:
        """Return a response. Raises BadInput when there is none."""
        with reading(self.engine) as session:
            row = self._row(session, number)
        return self._shown([row])[0]

    def newest(self, limit: int = 100, unit: str = "") -> tuple[Response, ...]:
        """Return responses, the newest first; of one unit, or of all."""
        with reading(self.engine) as session:
            rows = store.newest(session, limit, unit)
        return self._shown(rows)

    def of(self, finding: int) -> tuple[Response, ...]:
        """Return the responses to a finding, oldest first."""
        with reading(self.engine) as session:
            rows = store.of(session, finding)
        return self._shown(rows)

    def cut(self, finding: int) -> tuple[str, ...]:
        """Return who else would be cut off at a finding's port. Raises BadInput when there is no such finding."""
        found = read.finding(self.engine, finding)
        return rules.also_cut(Repository(self.settings).county(), found, self._others(found))

    def _others(self, about: Finding) -> tuple[Finding, ...]:
        with reading(self.engine) as session:
            return tuple(one for one in findings.open_findings(session) if one.device == about.device)

    def _held(self, repository: Repository, found: Finding, asked: Asked, actor: Actor, fault: int | None) -> int:
        """Hold the port in the inventory and write the response; return its number."""
        name = list[str]()

        def make() -> tuple[Edit, ...]:
            county = repository.county()
            there = edits.held(county, found.device, found.port)
            if there and there.finding == found.number and not self._written(there.id):
                name.append(there.id)  # it was killed after the commit
                return ()
            held, made = edits.hold(
                county, found, asked.how, asked.reason.strip(), actor.name, clock.today(), asked.emergency
            )
            name.append(held)
            return made

        done = repository.change(make, Author(actor.name), f"{found.device}:{found.port} {asked.reason.strip()}")
        with transaction(self.engine) as session:
            row = self._new(session, found, asked, actor, fault)
            row.hold = name[-1]
            data: dict[str, JSON] = {
                "finding": found.number, "how": asked.how.value, "port": f"{found.device}:{found.port}",
                "mac": found.mac, "reason": row.reason, "commit": done.commit, "emergency": asked.emergency,
                "also": list(asked.also), "fault": fault,
            }  # fmt: skip
            events.record(session, ResponseTag.HELD, actor.name, f"response:{row.id}", data)
            return row.id

    def _written(self, hold: str) -> bool:
        with reading(self.engine) as session:
            return any(row.hold == hold and row.released is None for row in store.newest(session, 1000))

    def _plan(self, found: Finding, actor: Actor) -> int | None:
        """Return the plan that brings the device to the inventory, None when it runs that already."""
        try:
            return planner().intended(self.settings, [found.device], actor).plan
        except Conflict:
            return None  # the port was never brought there, or the device does not answer: the page says it waits

    def _note_plan(self, number: int, plan: int | None, actor: Actor) -> None:
        with transaction(self.engine) as session:
            self._row(session, number).plan = plan
            events.record(session, ResponseTag.HELD, actor.name, f"response:{number}", {"plan": plan})

    def _at_once(self, order: AtOnce, actor: Actor) -> Standing:
        return planner().apply_now(self.settings, order, actor, lambda _device, _text: None)

    def _warned(self, county: County, found: Finding, asked: Asked, actor: Actor, fault: int | None) -> Response:
        with transaction(self.engine) as session:
            row = self._new(session, found, asked, actor, fault)
            data: dict[str, JSON] = {"finding": found.number, "unit": found.unit, "reason": row.reason, "fault": fault}
            events.record(session, ResponseTag.WARNED, actor.name, f"response:{row.id}", data)
            number = row.id
        self._tell(county, found, asked)
        return self.get(number)

    def _tell(self, county: County, found: Finding, asked: Asked) -> None:
        """Have the unit's contact told: whoever is cut off has to know why."""
        if not found.unit:
            return
        zh, en = WHAT_IS_DONE[asked.how]
        operator = county.plan.operator
        values: dict[str, JSON] = {
            "device": found.device, "port": found.port or "-", "what": f"{found.title} {found.mac or found.address}",
            "reason": asked.reason.strip(), "how": {CHINESE: zh, ENGLISH: en},
            "operator": f"{operator.name} {operator.telephone}",
        }  # fmt: skip
        with transaction(self.engine) as session:
            key = f"terminal-finding:{found.number}:{asked.how.value}:{clock.now().isoformat()}"
            subject = f"terminal-finding:{found.number}"
            tellings.tell(session, subject, key, [f"{tellings.UNIT}{found.unit}"], TOLD, values, clock.now())

    def _fault(self, found: Finding, asked: Asked, actor: Actor) -> int:
        words = f"{found.words}\n{asked.reason.strip()}"
        if not found.unit:
            raise BadInput([Problem(_("it is of no unit, so there is nobody to be told"), where="unit")])
        return faultdesk.file(self.engine, found.unit, f"{found.title} {found.device}:{found.port}", words, actor)

    @staticmethod
    def _new(session: Session, found: Finding, asked: Asked, actor: Actor, fault: int | None) -> ResponseRow:
        row = ResponseRow(
            finding=found.number, how=asked.how.value, device=found.device, port=found.port, unit=found.unit,
            reason=asked.reason.strip(), by=actor.name, at=clock.now(), emergency=asked.emergency, fault=fault,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    @staticmethod
    def _row(session: Session, number: int) -> ResponseRow:
        row = store.get(session, number)
        if row is None:
            message = _("there is no response {number}")
            raise BadInput([Problem(message, {"number": number}, wanted="countynet terminals responses")])
        return row

    def _shown(self, rows: Sequence[ResponseRow]) -> tuple[Response, ...]:
        wanted = {plan for row in rows for plan in (row.plan, row.release_plan) if plan is not None}
        known = planner().standing(self.settings, wanted) if wanted else {}
        return tuple(_response(row, known) for row in rows)


def _response(row: ResponseRow, known: Mapping[int, Standing]) -> Response:
    plan = known.get(row.plan) if row.plan is not None else None
    return Response(
        number=row.id, finding=row.finding, how=How(row.how), device=row.device, port=row.port, unit=row.unit,
        reason=row.reason, by=row.by, at=row.at, stage=_stage(row, known), hold=row.hold, plan=row.plan, standing=plan,
        emergency=row.emergency, confirmed_by=row.confirmed_by, released_by=row.released_by, released=row.released,
        release_plan=row.release_plan, fault=row.fault,
    )  # fmt: skip


def _stage(row: ResponseRow, known: Mapping[int, Standing]) -> Stage:
    def done(plan: int | None) -> bool:
        return plan is not None and plan in known and row.device in known[plan].done

    if row.how == How.WARN.value:
        return Stage.TOLD
    if row.released is None:
        return Stage.HELD if done(row.plan) else Stage.PLANNED
    return Stage.RELEASED if row.release_plan is None or done(row.release_plan) else Stage.RELEASING
