"""What the operations about faults do. A step is the service's; its rules of roles and states hold here as elsewhere.

A token of a unit sees the faults that concern the unit. Of a fault that several units reported it sees its own words,
never another unit's, nor its telephone number or photographs, nor who works on it and how (`dashboard.faults.sight`).
An auditor's token sees telephone numbers with their middle covered.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.events import Event
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import Role
from dashboard.api import cursors, models
from dashboard.api.declare import BASE, Answer, Call, ChangedError, NotFoundError, Nothing, Shape
from dashboard.api.service import Api
from monitoring.alarms.service import MACHINE
from monitoring.faults import store, targets
from monitoring.faults.comments import comment as say
from monitoring.faults.reports import store as reports
from monitoring.faults.reports.service import covered
from monitoring.faults.service import Faults
from monitoring.faults.show import clock_documents
from monitoring.tags import FaultTag

UNITS_OWN = frozenset(
    (
        "unit", "report", "origin", "title", "description", "note", "cause", "work", "part", "done", "reason", "until",
        "rating", "alarm", "message", "values",
    )
)  # fmt: skip
"""what an event tells a unit; the rest is about other units' faults, or who works"""


def list_(api: Api, call: Call[models.FaultsQuery, Nothing]) -> Answer:
    """List faults by page."""
    query = call.query
    with reading(api.engine) as session:
        rows = session.scalars(_ordered(_chosen(call), query).limit(query.limit + 1)).all()
        page, last = cursors.cut(rows, query.limit)
        items = tuple(_brief(session, row, call.actor) for row in page)
    return Answer(models.FaultPage(items=items, next=_cursor(last, query.order) if last else None))


def show(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """Show one fault."""
    with reading(api.engine) as session:
        row = visible(session, call)
        return _whole(session, row, call.actor)


def clocks(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """Show a fault's clocks."""
    with reading(api.engine) as session:
        visible(session, call)
    found = api.faults.clocks(call.number, api.source.whole(), targets.load(api.folder))
    known = tuple(models.FaultClock.model_fields)
    items = [{k: v for k, v in one.items() if k in known} for one in clock_documents(found)]
    return Answer(models.FaultClocks.model_validate({"items": items}))


def report(api: Api, call: Call[Nothing, models.Report]) -> Answer:
    """File a report: a new fault, or the one that is open."""
    said = call.body
    if not call.sees(said.unit) or said.unit not in api.source.whole().unit_by_id:
        values = {"name": said.unit}
        raise BadInput([Problem(_("nothing here is named {name}"), values, where="/unit", found=said.unit)])
    with reading(api.engine) as session:
        before = session.scalar(select(func.max(store.Fault.id))) or 0
    number = api.faults.report(said.unit, said.title, said.description, said.contact, call.actor)
    with reading(api.engine) as session:
        answer = _whole(session, store_get(session, number), call.actor)
    return Answer(answer.document, 201 if number > before else 200, answer.tag, f"{BASE}/faults/{number}")


def stepped(take: Callable[[Faults, int, Actor, Any], object]) -> Callable[[Api, Call[Nothing, Any]], Answer]:
    """Return the function of an operation that takes a step on a fault, if the fault is as the request relies on."""

    def run(api: Api, call: Call[Nothing, Any]) -> Answer:
        with reading(api.engine) as session:
            row = visible(session, call)
            if call.if_match and not {"*", tag_of(session, row.id)} & set(call.if_match):
                raise ChangedError(_("fault {fault} has changed since it was read"), fault=row.id)
        take(api.faults, call.number, call.actor, call.body)
        with reading(api.engine) as session:
            return _whole(session, store_get(session, call.number), call.actor)

    return run


def comment(api: Api, call: Call[Nothing, models.Comment]) -> Answer:
    """Say something on a fault."""
    step = stepped(lambda faults, number, actor, body: say(faults.engine, number, actor, body.text))
    return step(api, call)


def tag_of(session: Session, fault: int) -> str:
    """Return a fault's entity tag: the number of its last event, since nothing changes without one."""
    return f'"{session.scalar(select(func.max(Event.id)).where(Event.subject == f"fault:{fault}")) or 0}"'


def store_get(session: Session, fault: int) -> store.Fault:
    """Return a fault that is there. Raises NotFoundError."""
    row = store.get(session, fault)
    if row is None:
        raise NotFoundError(_("there is no fault {fault}"), fault=fault)
    return row


def visible(session: Session, call: Call[Any, Any]) -> store.Fault:
    """Return the fault of the address. Raises NotFoundError for one that the token may not see, too."""
    row = store_get(session, call.number)
    if not any(call.sees(unit) for unit in (row.unit, *reports.units_of(session, row.id))):
        raise NotFoundError(_("there is no fault {fault}"), fault=call.number)
    return row


def _chosen(call: Call[models.FaultsQuery, Nothing]) -> Select[store.Fault]:
    query, fault, chosen = call.query, store.Fault, select(store.Fault)
    if query.state:
        chosen = chosen.where(fault.state.in_(query.state))
    if query.open is not None:
        chosen = chosen.where(fault.closed.is_(None) if query.open else fault.closed.is_not(None))
    if query.changed_since is not None:
        chosen = chosen.where(fault.changed >= query.changed_since)
    for units in ([query.unit] if query.unit else []) + ([(call.actor.clerk_of,)] if call.actor.clerk_of else []):
        told = select(reports.FaultReport.fault).where(reports.FaultReport.unit.in_(units))
        chosen = chosen.where(or_(fault.unit.in_(units), fault.id.in_(told)))
    return chosen


def _ordered(chosen: Select[store.Fault], query: models.FaultsQuery) -> Select[store.Fault]:
    fault = store.Fault
    if query.order is models.Order.NEWEST:
        after = cursors.keys(query.cursor, (int,))
        return (chosen if after is None else chosen.where(fault.id < after[0])).order_by(fault.id.desc())
    after = cursors.keys(query.cursor, (str, int))
    if after is not None:
        at = cursors.moment(after[0])
        chosen = chosen.where(or_(fault.changed > at, and_(fault.changed == at, fault.id > after[1])))
    return chosen.order_by(fault.changed, fault.id)


def _cursor(row: store.Fault, order: models.Order) -> str:
    return cursors.cursor([row.id] if order is models.Order.NEWEST else [row.changed.isoformat(), row.id])


def _brief(session: Session, row: store.Fault, actor: Actor) -> models.FaultBrief:
    return models.FaultBrief.model_validate(_fields(session, row, actor))


def _whole(session: Session, row: store.Fault, actor: Actor) -> Answer:
    past = [_happening(event, row, actor) for event in _told(store.events(session, row.id), row, actor)]
    document = models.FaultWhole.model_validate({**_fields(session, row, actor), "history": past})
    return Answer(document, tag=tag_of(session, row.id))


def _fields(session: Session, row: store.Fault, actor: Actor) -> dict[str, Any]:
    """Return a fault's fields; for a unit that reported another's fault, its own words and how far it is."""
    title = translate(row.title, **row.values) if row.reporter == MACHINE else row.title
    found = {
        "id": row.id,
        "unit": row.unit,
        "state": row.state,
        "assignee": row.assignee,
        "title": title,
        "description": row.description,
        "contact": row.contact,
        "reporter": row.reporter,
        "alarm": row.alarm_id,
        "cause": row.cause,
        "work": row.work,
        "rating": row.rating,
        "opened": row.opened,
        "changed": row.changed,
        "closed": row.closed,
    }
    if _others(row, actor):
        mine = next(one for one in reports.of_fault(session, row.id) if one.unit == actor.clerk_of)
        words = {name: getattr(mine, name) for name in ("title", "description", "contact", "reporter")}
        return found | words | {"unit": mine.unit, "alarm": None, "cause": "", "work": "", "rating": None}
    if actor.role is Role.AUDITOR:
        return found | {name: covered(str(found[name])) for name in ("contact", "description")}
    return found


def _others(row: store.Fault, actor: Actor) -> bool:
    """Whether it is another unit's fault, which this unit only reported with others."""
    return actor.clerk_of is not None and actor.clerk_of != row.unit


def _told(events: Sequence[Event], row: store.Fault, actor: Actor) -> Iterator[Event]:
    """Yield the events that somebody may see: of another unit's reports a unit sees nothing."""
    for event in events:
        if actor.clerk_of is None or event.tag != FaultTag.REPORTED or event.data.get("unit") == actor.clerk_of:
            yield event


def _happening(event: Event, row: store.Fault, actor: Actor) -> dict[str, Any]:
    own = event.tag == FaultTag.REPORTED or not _others(row, actor)
    return {
        "id": event.id,
        "at": event.at,
        "actor": event.actor if own else "",
        "tag": event.tag,
        "data": _data(event.data, actor) if own else {},
    }


def _data(data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return what an event says, as far as somebody may know it."""
    if actor.clerk_of is not None:
        return {name: value for name, value in data.items() if name in UNITS_OWN}
    if actor.role is Role.AUDITOR:
        return {name: covered(value) if isinstance(value, str) else value for name, value in data.items()}
    return data


def taken(name: str) -> Callable[[Faults, int, Actor, Shape], object]:
    """Return the function that takes the service's step of a name with a note."""
    return lambda faults, number, actor, body: getattr(faults, name)(number, actor, getattr(body, "note", ""))
