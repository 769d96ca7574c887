"""Probes as documents and as readings for the alarm rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON
from countynet.i18n import translate
from monitoring.probes.model import Found, Target
from monitoring.probes.plan import OWN
from monitoring.probes.store import ProbeRow, all_
from monitoring.rules.reading import Key, Reading

STALE = timedelta(minutes=10)
"""what was found longer ago says nothing of now"""


def document(target: Target, row: ProbeRow | None) -> dict[str, JSON]:
    """Return a probe and its last answer as a document; `ok` None when it was not probed yet."""
    probe = target.probe
    head: dict[str, JSON] = {
        "name": probe.name,
        "kind": probe.kind,
        "host": probe.host,
        "address": target.address,
        "port": probe.where,
        "every": probe.every,
        "source": OWN if target.source == OWN else "inventory",
    }
    if row is None:
        return {**head, "ok": None, "text": "", "at": None}
    return {
        **head,
        "ok": row.ok,
        "text": translate(row.message, **row.values),
        "milliseconds": row.milliseconds,
        "days": row.days,
        "offset": row.offset,
        "stratum": row.stratum,
        "loss": row.loss,
        "jitter": row.jitter,
        "at": row.at.isoformat(),
        "since": row.since.isoformat(),
    }


def found_document(target: Target, found: Found) -> dict[str, JSON]:
    """Return a probe and what it found just now."""
    values: Mapping[str, JSON] = {
        "ok": found.ok,
        "text": translate(found.text, **found.values),
        "milliseconds": found.milliseconds,
        "days": found.days,
        "offset": found.offset,
        "stratum": found.stratum,
        "loss": found.loss,
        "jitter": found.jitter,
    }
    return {**document(target, None), **values, "at": clock.now().isoformat()}


@dataclass(frozen=True)
class ProbeReadings:
    """What probes found, as readings. A host that does not answer ping loses all; the other kinds say ok or not."""

    session: Session

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield what each probe found last."""
        for row in all_(self.session):
            at = row.at.timestamp()
            if now - at > STALE.total_seconds():
                continue
            ping = row.kind == "ping"
            found = {
                "probe.ok": None if ping else float(row.ok),
                "probe.ms": None if ping or not row.ok else row.milliseconds,
                "probe.loss": None if row.loss is None else 100 * row.loss,
                "probe.jitter": row.jitter,
                "probe.days": row.days,
                "probe.offset": row.offset,
            }
            for metric, value in found.items():
                if value is not None:
                    yield Reading(Key(metric, row.host, row.name), value, at)
