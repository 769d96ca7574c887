"""Windows as they are kept: put a plan into one, take it out, and what the worker does when one opens.

Every write is an event in the same transaction. The rules are asked again when the window opens, and once more by the
job when it begins (`begins`): approvals run out, plans go stale, and a job may have waited for another.
"""

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import Conflict, CountyError, NotAllowed
from countynet.events import record
from countynet.i18n import _, translate_error
from countynet.jobs import submit
from countynet.moments import shown
from countynet.schedules import under_way
from countynet.settings import Settings
from playbooks.plan import frozen, rules
from playbooks.plan.book import Book
from playbooks.plan.windows import model, store
from playbooks.plan.windows.model import Window, WindowState
from playbooks.tags import PlanTag

KIND = "plan-apply"


def only_center(login: str, center: bool) -> None:
    """Raise NotAllowed for whoever is not of the center."""
    if not center:
        raise NotAllowed(_("{actor} may not put a plan into a window: it is for the center"), actor=login)


def schedule(book: Book, number: int, start: datetime, end: datetime, login: str) -> Window:
    """Put a plan into a window, instead of the one it waits for. Raises BadInput, Conflict."""
    entry, now = book.get(number), clock.now()
    rules.alive(entry.plan, entry.state, now)
    model.judge(entry.plan, start, end, now)
    frozen.may_wait(book.settings, book.engine, entry, start, end)
    with transaction(book.engine) as session:
        before = store.last(session, number)
        if before and before.state == WindowState.WAITING:
            before.state = WindowState.CANCELLED.value
        row = store.WindowRow(plan_id=number, start=start, end=end, login=login, state=WindowState.WAITING.value)
        session.add(row)
        data: dict[str, JSON] = {"start": start.isoformat(), "end": end.isoformat()}
        record(session, PlanTag.SCHEDULED, login, f"plan:{number}", data)
    return Window(number, start, end, login)


def cancel(book: Book, number: int, login: str) -> Window:
    """Take a plan out of the window that it waits for. Raises Conflict when it waits for none."""
    book.get(number)
    with transaction(book.engine) as session:
        row = store.last(session, number)
        if row is None or row.state != WindowState.WAITING:
            raise Conflict(_("plan {plan} waits for no window"), plan=number)
        row.state = WindowState.CANCELLED.value
        record(session, PlanTag.UNSCHEDULED, login, f"plan:{number}", {"start": row.start.isoformat()})
        return _window(row)


def last(engine: Engine, number: int) -> Window | None:
    """Return the last window of a plan."""
    with reading(engine) as session:
        row = store.last(session, number)
        return _window(row) if row else None


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Begin what waits for a window that is open; say what missed its own. The worker's clockwork calls this."""
    with reading(engine) as session:
        waiting = [row.id for row in store.due(session, now)]
    for number in waiting:
        _open(Book(settings, engine), number, now)


def _open(book: Book, number: int, now: datetime) -> None:
    with transaction(book.engine) as session:
        row = session.get_one(store.WindowRow, number)
        if row.state != WindowState.WAITING or (row.end > now and under_way(session, KIND)):
            return
        try:
            if row.end > now and _frozen(book, row, now):
                return
            _judge(book, row, now)
        except CountyError as error:
            _miss(session, row, error)
            return
        row.state, row.job = WindowState.BEGUN.value, submit(session, KIND, {"plan": row.plan_id}, row.login)


def _judge(book: Book, row: store.WindowRow, now: datetime) -> None:
    if now >= row.end:
        raise Conflict(_("its window closed {at}"), at=shown(row.end))
    entry = book.get(row.plan_id)
    rules.may_apply(entry.plan, entry.state, entry.approvals, now)


def _frozen(book: Book, row: store.WindowRow, now: datetime) -> bool:
    """Whether a freeze period holds a plan still; its window stays open. Raises BadInput for a wrong file."""
    try:
        frozen.may_begin(book.settings, book.engine, book.get(row.plan_id), now)
    except Conflict:
        return True
    return False


def _miss(session: Session, row: store.WindowRow, error: CountyError) -> None:
    row.state, row.why = WindowState.MISSED.value, translate_error(error)
    record(session, PlanTag.MISSED, row.login, f"plan:{row.plan_id}", {"why": row.why})


def begins(engine: Engine, job: int, now: datetime) -> Window | None:
    """Return the window in which a job begins, None for a job without one. Raises Conflict when it is over by now."""
    with transaction(engine) as session:
        row = store.of_job(session, job)
        if row is None:
            return None
        window = _window(row)
        if now < row.end:
            return window
        error = Conflict(_("its window closed {at}"), at=shown(row.end))
        _miss(session, row, error)
    raise error


def _window(row: store.WindowRow) -> Window:
    return Window(row.plan_id, row.start, row.end, row.login, WindowState(row.state), row.why, row.job)
