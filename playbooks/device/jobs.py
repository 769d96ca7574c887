"""The job behind "connected" and its like: brings named devices to what the inventory says, in the worker.

Whoever changed what a device shall do queues it in the transaction of that change (`countynet.jobs.submit`, kind
`config-apply`), without importing this room. May be repeated: a device that is as intended is left alone.
The log holds the difference as it may be shown: masked.
"""

import threading
from typing import Any

from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.jobs import JobContext, repeatable
from playbooks.device.results import DeviceResult, Step
from playbooks.device.service import apply
from playbooks.present import present_county

PATIENCE = 900.0
"""seconds that the job waits while another change of the fleet is under way"""


@repeatable
def apply_configuration(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Configure `params["devices"]`. Raises BadInput for an unknown device, CountyError naming those that failed."""
    devices, cancelled = [str(name) for name in params["devices"]], threading.Event()

    def told(step: Step) -> None:
        if context.cancelled():
            cancelled.set()
        if text := _said(step):
            context.log(text)

    county = present_county(context.settings)
    results = apply(
        county, context.settings, devices, told, cancelled=cancelled, actor=context.actor, patience=PATIENCE
    )
    for result in results:
        for text in (result.diff, _outcome(result)):
            if text:
                context.log(text)
    if failed := [result.device for result in results if result.error]:
        raise CountyError(_("not configured: {devices}"), devices=", ".join(failed))
    return {"devices": [result.summary() for result in results]}


def _said(step: Step) -> str:
    if step.kind == "started":
        return translate(_("{device}: signing in"), device=step.device)
    if step.kind == "waiting":
        return translate(_("waiting for {count} devices to answer in band"), count=step.total - step.finished)
    return ""


def _outcome(result: DeviceResult) -> str:
    if result.error:
        return translate_error(result.error)
    words = _("{device}: configured in {seconds} s") if result.changed else _("{device}: was as intended")
    return translate(words, device=result.device, seconds=f"{result.seconds:.1f}")
