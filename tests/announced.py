"""The work windows that runs announced: for what, whom they covered; by the time that is asked all of them are over."""

from sqlalchemy import Engine

from countynet import works
from countynet.db import reading
from monitoring.windows import store


def announced(engine: Engine) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the devices and servers of every window with the units that it touched, the newest first."""
    assert works.standing(engine, "run:") == frozenset()
    with reading(engine) as session:
        found = store.newest(session, 50)
    assert all(window.removed for window in found), found
    return [(window.devices, window.units) for window in found]
