"""The SQL of responses."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.terminals.respond.tables import ResponseRow


def get(session: Session, number: int) -> ResponseRow | None:
    """Return a response, None when there is none."""
    return session.get(ResponseRow, number)


def newest(session: Session, limit: int, unit: str = "") -> Sequence[ResponseRow]:
    """Return responses, the newest first; of one unit, or of all."""
    wanted = select(ResponseRow).order_by(ResponseRow.id.desc()).limit(limit)
    return session.scalars(wanted.where(ResponseRow.unit == unit) if unit else wanted).all()


def of(session: Session, finding: int) -> Sequence[ResponseRow]:
    """Return the responses to a finding, oldest first."""
    return session.scalars(select(ResponseRow).where(ResponseRow.finding == finding).order_by(ResponseRow.id)).all()
