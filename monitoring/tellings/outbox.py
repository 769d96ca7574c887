"""The transactions of telling what other rooms wrote: take out what is due for one recipient, keep how it went.

What is under way is marked in a transaction of its own before anything is sent, so whoever is killed in between tells
nothing twice: it is doubtful when the next sender starts, and said so.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine, update

from countynet.db import reading, transaction
from countynet.i18n import _, translate
from countynet.tellings import Telling, due
from monitoring.notices import plan
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import NoticeState


def begin(engine: Engine) -> None:
    """Settle what a sender that was killed left in the middle."""
    with transaction(engine) as session:
        sending = update(Telling).where(Telling.state == NoticeState.SENDING.value)
        said = translate(_("the sender was killed meanwhile"))
        session.execute(sending.values(state=NoticeState.DOUBTFUL.value, said=said))


def idle(engine: Engine, now: datetime) -> bool:
    """Whether nothing is to be told now."""
    with reading(engine) as session:
        return not due(session, now)


def take(engine: Engine, busy: Collection[str], now: datetime) -> list[Telling]:
    """Take out everything that is due for one recipient that is not busy, marked as under way; nothing without any."""
    with reading(engine) as session:
        if not any(row.recipient not in busy for row in due(session, now)):
            return []
    with transaction(engine) as session:
        rows = [row for row in due(session, now) if row.recipient not in busy]
        mine = [row for row in rows if row.recipient == rows[0].recipient]
        for row in mine:
            row.state, row.tried, row.attempts = NoticeState.SENDING.value, now, row.attempts + 1
        session.flush()
        for row in mine:
            session.refresh(row)
        session.expunge_all()
    return mine


def settle(engine: Engine, tellings: Sequence[int], outcome: Outcome, now: datetime) -> None:
    """Keep how it went: sent, doubtful, given up, or refused and due again (after a day of that: given up)."""
    with transaction(engine) as session:
        for number in tellings:
            row = session.get_one(Telling, number)
            row.state, row.said = outcome.state.value, outcome.said[:300]
            if outcome.state is NoticeState.QUEUED:
                again = plan.again(row.attempts, row.created, now)
                row.state = NoticeState.QUEUED.value if again else NoticeState.FAILED.value
                row.due = again or row.due
