"""Which applications were taken off their servers and not deployed since: who watches an application lets it be then.

The rooms that watch import no playbooks, so this is read where both meet, the event log. An application that nobody
ever deployed through us was never taken off.
"""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet.events import Event

DEPLOYED, REMOVED = "app.deployed", "app.removed"
SUBJECT = "application:"


def taken_off(session: Session, applications: Collection[str]) -> frozenset[str]:
    """Return those of some applications whose last deploy or removal was a removal."""
    if not applications:
        return frozenset()
    subjects = [SUBJECT + name for name in applications]
    last = select(func.max(Event.id)).where(Event.subject.in_(subjects), Event.tag.in_((DEPLOYED, REMOVED)))
    found = select(Event.subject).where(Event.id.in_(last.group_by(Event.subject)), Event.tag == REMOVED)
    return frozenset(subject.removeprefix(SUBJECT) for subject in session.scalars(found))
