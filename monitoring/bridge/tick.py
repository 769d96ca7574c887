"""The bridge in the worker's clockwork: called once a second, it begins a round in a thread when one is due.

It is no job: jobs run one at a time, and a plan that is applied for an hour must not keep a fault from the platform. A
slow platform keeps only itself waiting. Without `bridge.yml` it does nothing.
"""

import logging
import threading
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from countynet.db import reading
from countynet.errors import Conflict, CountyError
from countynet.i18n import translate_error
from countynet.settings import Settings
from monitoring.bridge import rounds, store
from monitoring.bridge.model import COUNTY, Bridge, Platform, load

_log = logging.getLogger(__name__)
_under_way: dict[tuple[str, str], threading.Thread] = {}
_read: dict[Path, tuple[int, Bridge | None]] = {}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Begin what is due. Raises CountyError, which the clockwork logs once, for a file that is wrong."""
    bridge = _bridge(settings.county)
    for platform in bridge.platforms if bridge is not None else ():
        key = (str(engine.url), platform.name)
        thread = _under_way.get(key)
        if (thread is not None and thread.is_alive()) or not _due(engine, platform, now):
            continue
        work = threading.Thread(
            target=_round, args=(settings, engine, bridge, platform), name=f"bridge {platform.name}", daemon=True
        )
        _under_way[key] = work
        work.start()


def wait(seconds: float) -> None:
    """Wait until no round is under way."""
    for thread in list(_under_way.values()):
        thread.join(seconds)


def _bridge(county: Path) -> Bridge | None:
    """Return a county's bridge, read anew when its file changed."""
    file = county / COUNTY
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    known = _read.get(county)
    if known is None or known[0] != stamp:
        try:
            known = (stamp, load(county))
        except CountyError as error:
            raise CountyError(translate_error(error)) from error
        _read[county] = known
    return known[1]


def _due(engine: Engine, platform: Platform, now: datetime) -> bool:
    with reading(engine) as session:
        where = session.get(store.BridgePlace, platform.name)
    return where is None or where.due is None or where.due <= now


def _round(settings: Settings, engine: Engine, bridge: Bridge, platform: Platform) -> None:
    try:
        found = rounds.run(settings, engine, bridge, platform)
    except Conflict:
        return
    except CountyError as error:
        _log.warning("bridge %s: %s", platform.name, translate_error(error))
        rounds.failed(engine, platform, translate_error(error))
    else:
        if not found.well:
            _log.warning("bridge %s: %s", platform.name, found.said)
