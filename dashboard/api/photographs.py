"""What the operations about photographs do: list, fetch, and put one to a report.

The same rules as on the pages hold (`monitoring.faults.reports`): what comes is decoded and written anew, at most
three a report; a unit sees its own; an auditor's look is an event. A file is sent as the body itself, not in a form:
one request, one picture, one answer that an Idempotency-Key can hold.
"""

from typing import Any

from sqlalchemy.orm import Session

from countynet import pictures
from countynet.db import reading
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from dashboard.api import models
from dashboard.api.declare import Answer, Bytes, Call, NotFoundError, Nothing
from dashboard.api.faults import visible
from dashboard.api.service import Api
from monitoring.faults.reports import store
from monitoring.faults.reports.service import Reports

BYTES = pictures.BYTES
KINDS = ("image/jpeg", "image/png", "image/webp")
"""how a picture may be announced; what it is, its bytes say"""


def attachments(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """List a fault's photographs."""
    with reading(api.engine) as session:
        visible(session, call)
        return Answer(_listed(session, call))


def fetch(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """Return a photograph as the JPEG that we wrote. Raises NotFoundError for one that is not this fault's, too."""
    fault, photo = call.numbers
    with reading(api.engine) as session:
        visible(session, call)
        known = next((one for one in _listed(session, call).items if one.id == photo), None)
    if known is None:
        raise NotFoundError(_("fault {fault} has no photograph {photo}"), fault=fault, photo=photo)
    return Answer(Reports(api.engine).photo(photo, call.actor), tag=f'"{known.sha256}"')


def attach(api: Api, call: Call[models.AttachmentQuery, Bytes]) -> Answer:
    """Put a photograph to the newest report of the token's unit, or of the unit that the request names.

    Raises BadInput for what is no picture, is one too many, or does not say whose it is; Conflict when nobody reported.
    """
    with reading(api.engine) as session:
        visible(session, call)
        report = _report(session, call)
    Reports(api.engine).add(report, pictures.cleaned([call.body.content]), call.actor)
    with reading(api.engine) as session:
        return Answer(_listed(session, call), 201)


def _listed(session: Session, call: Call[Any, Any]) -> models.Attachments:
    mine = {r.id: r.unit for r in store.of_fault(session, call.number) if call.sees(r.unit)}
    items = tuple(
        models.Attachment(
            id=p.id, kind="photo", unit=mine[p.report], at=p.at, width=p.width, height=p.height, sha256=p.sha256
        )
        for p in store.photos(session, mine)
    )
    return models.Attachments(items=items)


def _report(session: Session, call: Call[models.AttachmentQuery, Bytes]) -> int:
    """Return the report that a photograph goes to."""
    newest = {r.unit: r.id for r in store.of_fault(session, call.number) if call.sees(r.unit)}
    if not newest:
        message = _("nobody reported fault {fault}: a photograph belongs to a report")
        raise Conflict(message, fault=call.number)
    asked = call.query.unit or (next(iter(newest)) if len(newest) == 1 else "")
    if asked not in newest:
        raise BadInput([Problem(_("one of: {expected}"), {"expected": ", ".join(newest)}, where="?unit", found=asked)])
    return newest[asked]
