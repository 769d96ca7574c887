"""The jobs behind the button at a failed check, and of the playbook that hardens: devices are read meanwhile."""

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


def plan_hardening(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Read the devices, run a profile's checks and make plans of what plans can mend; `params`: profile, devices.

    All devices without them. Of one that does not answer, what it ran when it was read last counts, which is said. The
    last live isolation test counts. Returns what `Hardened.document` says, with words. Raises as `harden`.
    """
    from audit.fix.harden import harden
    from audit.profiles import profile_of
    from audit.service import audit
    from countynet.people import actor
    from countynet.planners import planner

    person = actor(context.engine, context.actor)
    maker, devices = planner(), [str(name) for name in params.get("devices", [])]
    profile = profile_of(str(params.get("profile", "county")))
    context.log(translate(_("reading what the devices run")))
    for device, error in maker.read(context.settings, devices, person).items():
        context.log(translate(_("{device}: what was read of it last counts: {error}"), device=device, error=error))
    run = audit(context.settings, context.engine, context.actor, context.log, False, profile)
    found = harden(context.settings, context.engine, person, run.id, devices)
    for plan in found.plans:
        context.log(translate(_("plan {plan} is made and waits for its approval"), plan=plan))
    for device, why in found.left.items():
        context.log(f"{device}: {'; '.join(why)}")
    for check, why_lost in found.lost.items():
        context.log(f"{check}: {why_lost}")
    return {**found.document(), "words": found.words}
