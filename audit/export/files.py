"""The kinds of files that a kept run is written as, by the ending of their names."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from audit.export.book import workbook
from audit.export.oscal import document
from audit.export.printed import printed
from audit.export.source import Kept, kept
from countynet.db import reading
from countynet.settings import Settings
from inventory.model import County

MAKERS: Mapping[str, Callable[[County, Kept], bytes]] = {
    "pdf": printed,
    "xlsx": lambda _county, found: workbook(found),
    "oscal.json": document,
}


def file(settings: Settings, engine: Engine, county: County, number: int, kind: str) -> bytes:
    """Return a run as a file, in the language of the context.

    Raises BadInput for an unknown run, Conflict when its evidence is gone or was altered, KeyError for another kind.
    """
    with reading(engine) as session:
        return MAKERS[kind](county, kept(settings, session, number))
