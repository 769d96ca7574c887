"""The county's working calendar as its files say it now; read again when the county's own file has changed."""

from functools import lru_cache
from pathlib import Path

from countynet.errors import BadInput
from inventory.calendar.model import CHINA, COUNTY, Calendar, load, read


def sure(county: Path) -> Calendar:
    """Return the calendar of a county folder. Raises BadInput when its own file is wrong."""
    return _load(county, stamp(county))


def known(county: Path) -> Calendar:
    """Return the calendar of a county folder, the shipped one when its own file is wrong."""
    try:
        return sure(county)
    except BadInput:
        return _shipped()


def stamp(county: Path) -> int:
    """Return what is another number when the county's own file is another; 0 without one."""
    own = county / COUNTY
    return own.stat().st_mtime_ns if own.is_file() else 0


@lru_cache(maxsize=4)
def _load(county: Path, _stamp: int) -> Calendar:
    return load(county)


@lru_cache(maxsize=1)
def _shipped() -> Calendar:
    return read(CHINA.name, CHINA.read_bytes())
