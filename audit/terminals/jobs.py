"""The job `terminals-scan`, and its schedule: from the first scan on, so many minutes after the last one ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from audit.terminals.scan import scan
from audit.terminals.store import latest
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.jobs import JobContext, repeatable, submit
from countynet.schedules import under_way
from countynet.settings import Settings

KIND = "terminals-scan"
ACTOR = "schedule"


@repeatable
def scan_terminals(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Scan once and return the figures. Raises BadInput (inventory, vault), Conflict if the twin is gone."""
    outcome = scan(context.settings, context.engine, context.actor, context.log)
    told = outcome.told
    figures: dict[str, JSON] = {"new": len(told.new), "standing": len(told.standing), "gone": len(told.gone)}
    return {"scan": outcome.scan.number, "devices": outcome.scan.devices, **figures}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Queue the next scan when it is due. The worker's clockwork calls this."""
    if not settings.terminal_scan:
        return
    with reading(engine) as session:
        last = latest(session)
        if last is None or now - last.finished < timedelta(minutes=settings.terminal_scan) or under_way(session, KIND):
            return
    with transaction(engine) as session:
        submit(session, KIND, {}, ACTOR)
