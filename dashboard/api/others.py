"""What the operations about knowledge, alarms and outages do. All of them only read."""

from collections.abc import Sequence

from sqlalchemy import select

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput
from countynet.i18n import _, translate
from countynet.vocabulary import LedgerState
from dashboard.api import cursors, models
from dashboard.api.declare import Answer, Call, NotFoundError, Nothing
from dashboard.api.service import Api
from inventory.month import Month
from monitoring.alarms.store import Alarm
from monitoring.columns import moment_of
from monitoring.knowledge.model import Entry
from monitoring.ledger.read import unit_month


def search(api: Api, call: Call[models.KnowledgeQuery, Nothing]) -> Answer:
    """Search the knowledge base."""
    found = api.knowledge.search(call.query.q, call.actor.role, call.query.limit)
    return Answer(models.KnowledgeFound(items=tuple(_entry(one) for one in found)))


def entry(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """Show one entry."""
    try:
        found, _versions = api.knowledge.get(call.number, call.actor.role)
    except BadInput:
        raise NotFoundError(_("there is no knowledge entry {entry}"), entry=call.number) from None
    return Answer(_entry(found), tag=f'"{found.version}"')


def _entry(found: Entry) -> models.KnowledgeEntry:
    text = found.text
    return models.KnowledgeEntry(
        id=found.id,
        version=found.version,
        symptom=text.symptom,
        cause=text.cause,
        remedy=text.remedy,
        command=text.command,
        audience=text.audience,
        changed=found.changed,
        used=found.used,
        helped=found.helped,
    )


def outages(api: Api, call: Call[models.MonthQuery, Nothing]) -> Answer:
    """Show a unit's month."""
    unit = call.path["unit"]
    if not call.sees(unit) or unit not in api.source.whole().unit_by_id:
        raise NotFoundError(_("nothing here is named {name}"), name=unit)
    month = Month.parse(call.query.month) if call.query.month else Month.of(clock.today())
    with reading(api.engine) as session:
        found = unit_month(session, unit, month)
    items = tuple(
        models.Outage(
            start=moment_of(s.start), end=moment_of(s.end), state=s.state, cause=s.cause, seconds=s.length / 1000
        )
        for s in found.outages
    )
    sums = found.sums
    return Answer(
        models.UnitOutages(
            unit=unit,
            month=str(month),
            start=found.start,
            end=found.end,
            availability=sums.availability,
            line_availability=sums.line_availability,
            outages=sums.outages,
            seconds={state: getattr(sums, state.value) / 1000 for state in LedgerState},
            items=items,
        )
    )


def alarms(api: Api, call: Call[models.AlarmsQuery, Nothing]) -> Answer:
    """List alarms, newest first; a unit's token sees those of its line."""
    query = call.query
    chosen = select(Alarm).where(Alarm.closed.is_(None) if query.open else Alarm.closed.is_not(None))
    if query.severity:
        chosen = chosen.where(Alarm.severity.in_(query.severity))
    if query.unit:
        chosen = chosen.where(Alarm.unit.in_(query.unit))
    if call.actor.clerk_of is not None:
        chosen = chosen.where(Alarm.unit == call.actor.clerk_of)
    after = cursors.keys(query.cursor, (int,))
    if after is not None:
        chosen = chosen.where(Alarm.id < after[0])
    with reading(api.engine) as session:
        rows = session.scalars(chosen.order_by(Alarm.id.desc()).limit(query.limit + 1)).all()
    page, last = cursors.cut(rows, query.limit)
    return Answer(models.AlarmPage(items=_alarms(page), next=cursors.cursor([last.id]) if last else None))


def _alarms(rows: Sequence[Alarm]) -> tuple[models.Alarm, ...]:
    return tuple(
        models.Alarm(
            id=row.id,
            severity=row.severity,
            subject=row.subject,
            device=row.device,
            circuit=row.circuit,
            unit=row.unit,
            text=translate(row.message, **row.values),
            opened=row.opened,
            closed=row.closed,
        )
        for row in rows
    )
