"""The job `plan-apply`: a plan applied by the worker, its log one line per step of a device.

Not repeated by itself after a kill: the devices take back what was not finished, and a person looks before going on.
In a work window it does not begin past the end, and at the end it stops as if it were cancelled: devices in hand are
taken back, nothing further begins.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from countynet import clock
from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _, translate
from countynet.jobs import JobContext
from playbooks.backup.around import apply
from playbooks.plan.model import PlanState
from playbooks.plan.show import document
from playbooks.plan.windows.book import begins

WATCH = 0.5


def apply_plan(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Apply plan `params["plan"]`. Raises what `apply` raises, and CountyError when it stopped on the way."""
    window = begins(context.engine, context.job_id, clock.now())
    with watched(context, window.end if window else None) as cancelled:
        entry = apply(context.settings, int(params["plan"]), _log(context), actor=context.actor, cancelled=cancelled)
    if entry.state is not PlanState.DONE and not context.cancelled():
        left = [name for name, device in entry.devices.items() if device.error]
        raise CountyError(_("the plan stopped; look at: {devices}"), devices=", ".join(left))
    return {"state": entry.state.value, "devices": document(entry)["devices"]}


@contextmanager
def watched(context: JobContext, end: datetime | None = None) -> Iterator[threading.Event]:
    """Give an event that is set when somebody cancels the job or its window ends."""
    cancelled, ended = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH):
            over = end is not None and clock.now() >= end
            if over:
                context.log(translate(_("the window is over: devices in hand are taken back")))
            if over or context.cancelled():
                cancelled.set()
                return

    watcher = threading.Thread(target=watch, daemon=True, name="plan-cancel")
    watcher.start()
    try:
        yield cancelled
    finally:
        ended.set()
        watcher.join()


def _log(context: JobContext) -> Any:
    def told(device: str, text: str) -> None:
        context.log(f"{device}: {text}" if device else text)

    return told
