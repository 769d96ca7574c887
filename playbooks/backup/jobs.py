"""The jobs `backup-take` (look at devices and keep what they run; also on schedule) and `backup-restore` (plan it).

A look may be repeated after a kill: it changes nothing. The schedule begins with the first configuration that was ever
kept, and goes on from the last scheduled look, whether it succeeded or not: a fleet that is down is not asked the more.
"""

import threading
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.jobs import Job, JobContext, repeatable, submit
from countynet.settings import Settings
from inventory import running
from inventory.running import Cause, Why
from playbooks.backup import history, restore
from playbooks.backup.take import take
from playbooks.device.results import Step
from playbooks.plan.make import Wish

KIND, RESTORE = "backup-take", "backup-restore"
ACTOR = "schedule"


@repeatable
def take_backup(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Keep what `params["devices"]` run (all, if empty). Raises BadInput, CountyError naming who did not answer."""
    cancelled = threading.Event()

    def told(step: Step) -> None:
        if context.cancelled():
            cancelled.set()

    names = [str(name) for name in params.get("devices", [])]
    why = Why(context.actor, Cause(params.get("cause", Cause.MANUAL)), str(params.get("about", "")))
    only = [f"name={','.join(names)}"] if names else None
    taken = take(context.settings, why, only, told, cancelled=cancelled)
    for one in taken:
        if one.error:
            context.log(translate_error(one.error))
        elif one.changed:
            context.log(translate(_("{device}: changed, a new version is kept"), device=one.device))
    if failed := [one.device for one in taken if one.error]:
        raise CountyError(_("not kept: {devices}"), devices=", ".join(failed))
    changed: list[JSON] = [one.device for one in taken if one.changed]
    words = translate(_("{count} devices were read, of {changed} a new version is kept"), count=len(taken),
                      changed=len(changed))  # fmt: skip
    return {"devices": len(taken), "changed": changed, "words": words}


def plan_restore(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Plan what brings `params["device"]` back to `params["version"]`. Raises what `restore.plan` raises."""
    version = history.at(context.settings, str(params["device"]), str(params["version"]))
    made = restore.plan(context.settings, version, Wish(context.actor))
    return {"plan": made.number}


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Queue the look at all devices when it is due. The worker's clockwork calls this."""
    began = running.began(settings)
    if not settings.backup_hours or began is None:
        return
    with reading(engine) as session:
        newest = select(Job.submitted).where(Job.kind == KIND, Job.actor == ACTOR).order_by(Job.id.desc()).limit(1)
        last = session.scalar(newest)
    if now - max(last or began, began) < timedelta(hours=settings.backup_hours):
        return
    with transaction(engine) as session:
        submit(session, KIND, {"devices": [], "cause": Cause.SCHEDULE.value}, ACTOR)
