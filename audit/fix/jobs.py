"""The job behind the button at a failed check: devices are read, which takes longer than a page may."""

from typing import Any

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.jobs import JobContext


def plan_fix(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Make plans for findings; `params`: run, check, devices.

    Returns what `countynet audit fix --json` prints. Raises as `audit.fix.service.fix`.
    """
    from audit.fix.service import fix
    from countynet.people import actor

    devices = [str(name) for name in params["devices"]]
    context.log(translate(_("reading {count} devices"), count=len(devices)))
    found = fix(
        context.settings,
        context.engine,
        actor(context.engine, context.actor),
        int(params["run"]),
        str(params["check"]),
        devices,
    )
    for plan in found.plans:
        context.log(translate(_("plan {plan} is made: {devices} devices"), plan=plan.number, devices=len(plan.devices)))
    for device, why in found.left.items():
        context.log(translate(_("not in the plan: {device}: {error}"), device=device, error=why))
    return found.document()
