"""Whether those exist whom a regulation names: a mistyped unit or login would be asked for nothing, and nobody knew."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from audit.records.kinds.regulation import Regulation
from countynet import tellings
from countynet.db import reading
from countynet.errors import Problem
from countynet.i18n import _
from countynet.people import everyone


def unknown(county: Path, engine: Engine, regulation: Regulation) -> Iterator[Problem]:
    """Yield a problem for each unit or login without an account, and for a name that the notices do not know.

    While there is no account at all nothing is asked. Raises BadInput for notices that are wrong.
    """
    with reading(engine) as session:
        people = everyone(session, usable=False)
    known: dict[str, set[str | None]] = {"units": {who.unit for who in people}, "people": {who.name for who in people}}
    for field, names in known.items():
        for name in getattr(regulation, field) if people else ():
            if name not in names:
                yield Problem(_("there is no account of {name}"), {"name": name}, where=field, found=name)
    told, name = tellings.names(county), regulation.escalate_to
    if name and told is not None and name not in told:
        message = _("nothing here is named {name}")
        yield Problem(message, {"name": name}, where="escalate_to", found=name, wanted=", ".join(sorted(told)))
