"""The job `plan-apply`: a plan applied by the worker, its log one line per step of a device.

Not repeated by itself after a kill: the devices take back what was not finished, and a person looks before going on.
"""

import threading
from typing import Any

from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _
from countynet.jobs import JobContext
from playbooks.plan.apply import apply
from playbooks.plan.model import PlanState
from playbooks.plan.show import document

WATCH = 0.5


def apply_plan(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Apply plan `params["plan"]`. Raises what `apply` raises, and CountyError when it stopped on the way."""
    cancelled, ended = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH):
            if context.cancelled():
                cancelled.set()
                return

    watcher = threading.Thread(target=watch, daemon=True, name="plan-cancel")
    watcher.start()
    try:
        entry = apply(context.settings, int(params["plan"]), _log(context), actor=context.actor, cancelled=cancelled)
    finally:
        ended.set()
        watcher.join()
    if entry.state is not PlanState.DONE and not cancelled.is_set():
        left = [name for name, device in entry.devices.items() if device.error]
        raise CountyError(_("the plan stopped; look at: {devices}"), devices=", ".join(left))
    return {"state": entry.state.value, "devices": document(entry)["devices"]}


def _log(context: JobContext) -> Any:
    def told(device: str, text: str) -> None:
        context.log(f"{device}: {text}" if device else text)

    return told
