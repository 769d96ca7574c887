"""Everything that is known of ourselves at one moment, put together. Reads files and database, writes nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON, Event
from countynet.i18n import translate
from countynet.jobs import Job, JobState
from countynet.settings import Settings
from monitoring.metrics import pulse
from monitoring.metrics.pulse import Pulse
from monitoring.notices.model import NoticeState
from monitoring.notices.store import Notice
from monitoring.receive import status as receiving
from monitoring.receive.status import Receiver
from monitoring.rules import status as judging
from monitoring.rules.reading import Key, Reading
from monitoring.rules.status import RulesStatus

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Own:
    """What is known of ourselves."""

    at: datetime
    poller: Pulse | None
    receiver: Receiver | None
    rules: RulesStatus | None
    jobs: int
    """that wait"""
    notices: int
    """that wait to be sent"""
    event: datetime | None
    """when the database took its last event"""
    database_bytes: int
    series_bytes: int
    log_bytes: int
    spool_bytes: int
    spool_cycles: int
    disk_percent: float

    @property
    def poll_age(self) -> float | None:
        """Seconds since a poll ended; None when none ever did, or there is nothing to poll."""
        if self.poller is None or self.poller.waiting:
            return None
        return max(0.0, (self.at - self.poller.at).total_seconds())

    @property
    def receiver_age(self) -> float | None:
        """Seconds since the receiver said something; None when none ever did."""
        return None if self.receiver is None else max(0.0, (self.at - self.receiver.at).total_seconds())

    def document(self) -> dict[str, JSON]:
        """Return it as a document; messages in the language of the context."""
        return {
            "at": self.at.isoformat(),
            "poller": _poller(self.poller, self.poll_age),
            "receiver": _receiver(self.receiver, self.receiver_age),
            "rules": self.rules.model_dump(mode="json") if self.rules else None,
            "jobs_waiting": self.jobs,
            "notices_waiting": self.notices,
            "last_event": self.event.isoformat() if self.event else None,
            "bytes": {
                "database": self.database_bytes,
                "series": self.series_bytes,
                "logs": self.log_bytes,
                "spool": self.spool_bytes,
            },
            "spool_cycles": self.spool_cycles,
            "disk_percent": self.disk_percent,
        }


def look(settings: Settings, session: Session) -> Own:
    """Return what is known of ourselves now."""
    spool = list((settings.state / "spool").rglob("*"))
    usage = shutil.disk_usage(settings.state)
    return Own(
        at=clock.now(),
        poller=pulse.read(settings),
        receiver=receiving.read(settings),
        rules=judging.read(settings),
        jobs=session.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.QUEUED)) or 0,
        notices=session.scalar(select(func.count()).select_from(Notice).where(Notice.state == NoticeState.QUEUED)) or 0,
        event=session.scalar(select(Event.at).order_by(Event.id.desc()).limit(1)),
        database_bytes=_size(settings.state.glob("county.db*")),
        series_bytes=_size((settings.state / "series").rglob("*")),
        log_bytes=_size((settings.state / "logs").glob("*")),
        spool_bytes=_size(iter(spool)),
        spool_cycles=sum(1 for path in spool if path.name[:1].isdigit() and path.is_file()),
        disk_percent=round(100 * (1 - usage.free / usage.total), 1) if usage.total else 0.0,
    )


@dataclass(frozen=True)
class OwnReadings:
    """What is known of ourselves as readings for the rules."""

    own: Own
    station: str

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield ages, shares, sizes and queues."""
        own, poller = self.own, self.own.poller
        found: dict[str, float | None] = {
            "self.poll-age": own.poll_age,
            "self.queue": float(own.jobs),
            "self.spool": own.spool_bytes / _MEGABYTE,
            "self.disk": own.disk_percent,
            "self.store-seconds": max(
                (s for s in (poller and poller.store_seconds, own.receiver and own.receiver.store_seconds) if s),
                default=0.0,
            ),
        }
        if poller is not None and poller.interval > 0:
            found["self.poll-share"] = 100 * poller.round_seconds / poller.interval
        for metric, value in found.items():
            if value is not None:
                yield Reading(Key(metric, self.station), value, now)


def _size(paths: "Iterator[Path]") -> int:
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # packed or forgotten while we look
            continue
    return total


def _poller(pulse_: Pulse | None, age: float | None) -> JSON:
    if pulse_ is None:
        return None
    slowest: list[JSON] = [
        {"device": s.device, "seconds": s.seconds, "error": translate(s.error) if s.error else ""}
        for s in pulse_.slowest
    ]
    return {**pulse_.model_dump(mode="json"), "age": age, "slowest": slowest}


def _receiver(status: Receiver | None, age: float | None) -> JSON:
    if status is None:
        return None
    refused: dict[str, JSON] = {translate(reason): count for reason, count in status.traps.refused.items()}
    whole = status.model_dump(mode="json")
    return {**whole, "age": age, "traps": {**whole["traps"], "refused": refused}}
