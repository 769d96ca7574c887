"""The job `plan-make`: a plan drawn up by the worker, because reading a fleet takes longer than a web request.

It touches nothing. Whoever stops it stops the reading of further devices, and then there is no plan. Not repeated by
itself after a kill: whoever asked sees that it failed, and asks again.
"""

import threading
from typing import Any

from countynet.canonical import JSON
from countynet.errors import Conflict
from countynet.i18n import _, translate, translate_error
from countynet.jobs import JobContext
from playbooks.device.results import Progress, Step
from playbooks.plan.jobs import watched
from playbooks.plan.make import Wish, make, undo
from playbooks.plan.model import Plan, Policy
from playbooks.plan.proving import try_to_prove


def make_plan(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Make a plan and return its number.

    `params`: `only` (expressions of `inventory.select`), `policy`, `seconds`, and `undoes` (a plan to take back, or
    nothing: then the inventory says what devices shall run). Raises what `make` and `undo` raise.
    """

    def told(step: Step) -> None:
        if step.kind in ("done", "failed"):
            words = translate_error(step.error) if step.error else translate(_("{device}: read"), device=step.device)
            context.log(f"{step.finished}/{step.total} {words}")

    with watched(context) as cancelled:
        try:
            plan = _made(context, params, told, cancelled)
        except Conflict as error:
            if not cancelled.is_set():
                raise
            context.log(translate_error(error))
            return {}
    for unread in plan.unread:
        context.log(translate(_("not in the plan: {device}: {error}"), device=unread.device, error=unread.error))
    context.log(translate(_("plan {plan} is made: {devices} devices"), plan=plan.number, devices=len(plan.devices)))
    if unproven := try_to_prove(context.settings, plan.number):
        context.log(translate(_("what the plan opens and closes is not proven: {error}"), error=unproven))
    return {"plan": plan.number}


def _made(context: JobContext, params: dict[str, Any], told: Progress, cancelled: threading.Event) -> Plan:
    undoes = params.get("undoes")
    wish = Wish(context.actor, Policy(params["policy"]), int(params["seconds"]), undoes)
    if undoes is None:
        only = [str(text) for text in params["only"]]
        return make(context.settings, wish, only, told, cancelled=cancelled)
    return undo(context.settings, int(undoes), wish, told, cancelled=cancelled)
