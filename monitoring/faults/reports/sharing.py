"""What a unit may do about a fault that it reported with others, within the caller's transaction.

It says for itself that it works again, with a rating of its own, which closes nothing; or that it is still broken,
which opens the fault again as its own unit's word would.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from countynet.errors import Conflict
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.faults.reports.store import FaultReport, of_fault
from monitoring.tags import ReportTag


def speaks_for(session: Session, fault: int, unit: str, actor: Actor) -> str:
    """Return in which unit's name a person acts on a fault of `unit`: their own when it reported the fault, too."""
    if actor.role is Role.UNIT and actor.unit is not None and actor.unit != unit:
        return actor.unit if own(session, fault, actor.unit) else unit
    return unit


def standing(state: FaultState, owner: str, unit: str) -> FaultState:
    """Return where a fault stands for a unit: the owner's word closes it, and the others may rate the repair after."""
    return FaultState.REPAIRED if unit != owner and state is FaultState.CONFIRMED else state


def own(session: Session, fault: int, unit: str) -> list[FaultReport]:
    """Return a unit's reports of a fault, oldest first."""
    return [row for row in of_fault(session, fault) if row.unit == unit]


def rated(session: Session, fault: int, unit: str) -> bool:
    """Tell whether a unit has said that it works again."""
    return any(row.rating is not None for row in own(session, fault, unit))


def rate(session: Session, fault: int, actor: Actor, said: Mapping[str, JSON]) -> None:
    """Note that it works again for a unit that reported with others. Raises Conflict when it said so before."""
    mine = own(session, fault, actor.unit or "")
    if any(row.rating is not None for row in mine):
        raise Conflict(_("{unit} has rated this repair already"), unit=actor.unit)
    rating = said.get("rating")
    mine[0].rating = rating if isinstance(rating, int) else None
    record(session, ReportTag.RATED, actor.name, f"report:{mine[0].id}", {"fault": fault, **said})
