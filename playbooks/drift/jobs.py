"""The jobs `drift-look` and `drift-accept`: what the pages have the worker do.

`drift-look` ends done when it could compare, whatever it found; its result is the report, masked. Both may be repeated
after a kill: a look changes nothing, and accepting what was proposed already is refused as changing nothing twice.
"""

import threading
from typing import Any

from countynet.canonical import JSON
from countynet.errors import Conflict
from countynet.i18n import _, translate, translate_error
from countynet.jobs import JobContext, repeatable
from inventory.record import Author
from playbooks.device.results import Step
from playbooks.drift.accept import accept
from playbooks.drift.report import Report, look

LOOK, ACCEPT = "drift-look", "drift-accept"


NAMED = 20
"""devices that are named in a run's words; the report has them all"""


@repeatable
def look_for_drift(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Look at all devices, or at `params["devices"]`. Raises BadInput."""
    report = _look(context, [str(name) for name in params.get("devices", [])])
    words = _(
        "{looked} devices looked at: {drifts} run something else than the inventory says, {silent} gave no answer"
    )
    said = translate(words, looked=report.looked, drifts=len(report.drifts), silent=len(report.errors))
    names = ", ".join([drift.device for drift in report.drifts][:NAMED])
    return {**report.document(), "words": f"{said}\n{names}".strip()}


def accept_drift(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Propose what `params["device"]` runs. Raises Conflict when it runs what is intended, or nothing can be said."""
    device = str(params["device"])
    report = _look(context, [device])
    for error in report.errors.values():
        raise error
    if not report.drifts:
        raise Conflict(_("it runs what the inventory intends: there is nothing to accept"))
    done = accept(context.settings, report.drifts[0], Author(context.actor, context.actor))
    for left in done.left:
        context.log(translate(_("  the inventory has no field for: {field}"), field=left.path))
    return done.document()


def _look(context: JobContext, names: list[str]) -> Report:
    cancelled = threading.Event()

    def told(step: Step) -> None:
        if context.cancelled():
            cancelled.set()
        if step.kind == "failed" and step.error:
            context.log(translate_error(step.error))

    only = [f"name={','.join(names)}"] if names else None
    return look(context.settings, only, told, actor=context.actor, cancelled=cancelled)
