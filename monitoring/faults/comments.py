"""A word on a fault that changes nothing: from the center, the operator, or a unit whose fault it is. An event.

It moves no state and no clock. A fault that is closed may be commented, too: what comes out later belongs to it.
"""

from sqlalchemy import Engine

from countynet import clock
from countynet.db import transaction
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.faults import store
from monitoring.faults.reports.store import units_of
from monitoring.tags import FaultTag

LONGEST = 2000
"""characters"""


def comment(engine: Engine, fault: int, actor: Actor, text: str, source: str = "") -> int:
    """Write a comment on a fault and return its event's number; `source` names who said it elsewhere.

    Raises BadInput for an unknown fault and an empty or too long text, NotAllowed for another unit and for whoever
    only oversees.
    """
    said = text.strip()
    if not said:
        raise BadInput([Problem(_("please fill this in"), where="text")])
    if len(said) > LONGEST:
        raise BadInput([Problem(_("at most {most} characters"), {"most": LONGEST}, where="text", found=str(len(said)))])
    with transaction(engine) as session:
        row = store.get(session, fault)
        if row is None:
            raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
        if not may(actor, {row.unit, *units_of(session, fault)}):
            raise NotAllowed(_("{actor} may not comment on this fault"), actor=actor.name)
        row.changed = clock.now()
        data: dict[str, JSON] = {"note": said, **({"source": source} if source else {})}
        return record(session, FaultTag.COMMENTED, actor.name, f"fault:{fault}", data).id


def may(actor: Actor, units: set[str]) -> bool:
    """Whether somebody may comment on a fault of these units."""
    return actor.role in (Role.CENTER, Role.OPERATOR) or (actor.role is Role.UNIT and actor.unit in units)
