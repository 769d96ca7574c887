"""Which notifications are known by name, and which matter most: a table as data, the county's own on top.

The table is `kinds.yml` beside this file; `<county>/monitoring/traps.yml` has the same form, and a line of it with the
same oid takes the other's place. Every mistake is told at once, with its line.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile

COUNTY = Path("monitoring") / "traps.yml"
"""within the county folder"""
SECTION = "traps"
_DOTTED = re.compile(r"[0-2](\.\d+)+")


class Kind(Frozen):
    """One notification."""

    oid: str
    name: str = Field(min_length=1, max_length=64)
    text: str = ""
    text_zh: str = ""
    kept: bool = False
    """kept first in a storm, and its device is polled at once"""
    part: str = ""
    """the column whose value tells which part it is about"""


def kinds(county: Path | None = None) -> Mapping[str, Kind]:
    """Return the notifications by oid, a county folder's own included. Raises BadInput for a bad file."""
    found = dict(_own())
    if county is not None and (county / COUNTY).exists():
        found |= read(COUNTY.as_posix(), (county / COUNTY).read_bytes())
    return found


@cache
def _own() -> Mapping[str, Kind]:
    file = Path(__file__).with_name("kinds.yml")
    return read(file.name, file.read_bytes())


def read(name: str, content: bytes) -> dict[str, Kind]:
    """Return a file's notifications by oid. Raises BadInput with everything that is wrong with it."""
    file = DataFile(name, content, (SECTION,))
    items = file.items(SECTION, Kind)
    for number, kind in enumerate(items):
        for field in ("oid", "part"):
            value = getattr(kind, field)
            if (value or field == "oid") and not _DOTTED.fullmatch(value):
                message = _("{field} must be an object identifier in dotted numbers")
                file.wrong((SECTION, number, field), message, found=value, field=field)
    file.refuse()
    return {kind.oid: kind for kind in items}
