"""What monitoring measured, for whoever judges it (`countynet.measured`): peaks, clocks, intrusions, days of logs.

Peaks are means of whole hours out of the series store, of ports whose speed is known and of the gauges of load; the
disk of the state folder is what it is now. Clocks are what the probes of time servers said last, and of every device
the time in its last log line against when that arrived: seconds, not milliseconds, but of every device. A part that
cannot be read says so by name; the others are there all the same.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from countynet import clock
from countynet.db import reading
from countynet.errors import CountyError
from countynet.i18n import translate_error
from countynet.measured import LogDays, Measured, Offset, Peak, Standing
from countynet.settings import Settings
from monitoring.intrusions.service import unanswered
from monitoring.probes.store import all_
from monitoring.receive.syslog.keep import FOLDER, files
from monitoring.series.peaks import peaks

TAIL = 8 << 20
"""bytes of today's log that are looked at for the last line of each device"""
T = TypeVar("T")


def measured(settings: Settings, engine: Engine, since: datetime, now: datetime) -> Measured:
    """Return what was measured from a time until now."""
    said: dict[str, str] = {}
    nothing: tuple[int, tuple[Peak, ...]] = (0, ())
    hours, peaks = _try("capacity-peaks", said, nothing, lambda: _peaks(settings, since, now))
    offsets: tuple[Offset, ...] = _try(
        "clock-offset", said, (), lambda: tuple(chain(_probed(engine), _logged(settings, now)))
    )
    standing: tuple[Standing, ...] = _try("intrusions-answered", said, (), lambda: _standing(engine))
    return Measured(since, hours, peaks, offsets, standing, _log_days(settings, now), said)


def _try(name: str, said: dict[str, str], otherwise: T, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, CountyError, SQLAlchemyError) as error:
        said[name] = translate_error(error) if isinstance(error, CountyError) else str(error)
        return otherwise


def _peaks(settings: Settings, since: datetime, now: datetime) -> tuple[int, tuple[Peak, ...]]:
    hours, found = peaks(settings, since, now)
    return hours, (*found, *_disk(settings, now))


def _disk(settings: Settings, now: datetime) -> Iterator[Peak]:
    place = settings.state if settings.state.is_dir() else settings.county
    usage = shutil.disk_usage(place)
    yield Peak("countynet", "disk", str(place.name), round(100 * usage.used / max(1, usage.total), 1), now)


def _probed(engine: Engine) -> Iterator[Offset]:
    with reading(engine) as session:
        for row in all_(session):
            if row.offset is not None:
                yield Offset(row.host, row.offset / 1000, row.at, "probe")


def _logged(settings: Settings, now: datetime) -> Iterator[Offset]:
    """Yield each device's clock by its last line that says a time; of unsure zones the best was taken at arrival."""
    last: dict[str, dict[str, Any]] = {}
    for path in files(settings.state / FOLDER, (now - timedelta(days=1)).date(), now.date()):
        if path.suffix == ".jsonl":
            for line in _tail(path):
                if line.get("device") and line.get("at"):
                    last[line["device"]] = line
    for device, line in sorted(last.items()):
        arrived = datetime.fromisoformat(line["arrived"])
        yield Offset(device, (datetime.fromisoformat(line["at"]) - arrived).total_seconds(), arrived, "log")


def _tail(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        for raw in file:
            try:
                line = json.loads(raw)
            except ValueError:  # the first one is cut, the last one may be half written
                continue
            if isinstance(line, dict):
                yield line


def _standing(engine: Engine) -> tuple[Standing, ...]:
    with reading(engine) as session:
        return tuple(
            Standing(row.id, row.subject, row.name, row.severity, row.first, row.last)
            for row in unanswered(session, clock.today())
        )


def _log_days(settings: Settings, now: datetime) -> LogDays | None:
    """Return the days that have a file, as the receiver keeps them (UTC); None where none ever came."""
    folder, today = settings.state / FOLDER, now.astimezone(UTC).date()
    days = sorted({_day(path) for path in files(folder, date.min, today)})
    if not days:
        return None
    whole = {days[0] + timedelta(days=n) for n in range((today - days[0]).days)}
    return LogDays(days[0], tuple(sorted(whole - set(days))))


def _day(path: Path) -> date:
    return date.fromisoformat(path.name.split(".", 1)[0])
