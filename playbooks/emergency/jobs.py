"""What the web has the worker do for an emergency: look at a step's action or carry it out, and try a drill's.

A drill may be repeated after its worker was killed: it touches no device. What is carried out may not: the devices take
back what was not finished, and a person looks before going on.
"""

from collections.abc import Callable
from typing import Any

from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _, translate
from countynet.jobs import JobContext, repeatable
from countynet.people import actor
from playbooks.emergency import book, carry, drill

STEP, DRILL = "emergency-step", "emergency-drill"


def take_step(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Look at a step's action; with `do`, carry it out unless it waits for somebody. In a drill it is tried on a twin.

    Raises CountyError in words when it did not go well, and what the action raises.
    """
    number, name, who = int(params["emergency"]), str(params["step"]), actor(context.engine, context.actor)
    if book.get(context.engine, number).drill:
        done = drill.one(context.settings, context.engine, number, name, who, _heard(context))
    else:
        done = carry.look(context.settings, context.engine, number, name, who, _heard(context))
        for line in done.preview.lines:
            context.log(line)
        if not done.preview.changes:
            context.log(translate(_("There is nothing to change.")))
        if done.preview.waits:
            context.log(done.preview.waits)
        if params.get("do") and not done.preview.waits:
            done = carry.carry(context.settings, context.engine, done, name, who, _heard(context))
            if done.outcome is None:
                context.log(done.preview.waits)
    return _told(context, done)


@repeatable
def drill_all(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Try every action of a drill. Raises CountyError when one did not go well."""
    number, who = int(params["emergency"]), actor(context.engine, context.actor)
    found = book.get(context.engine, number)
    if found.ended is not None:  # the worker was killed after its end
        return {"good": True}
    _after, good = drill.every(context.settings, context.engine, found, who, _heard(context))
    if not good:
        raise CountyError(_("not everything of the drill went well"))
    return {"good": True}


def _told(context: JobContext, done: carry.Carried) -> dict[str, JSON]:
    if done.outcome is None:
        return {"plan": done.preview.plan, "waits": done.preview.waits}
    context.log(done.outcome.words)
    if not done.outcome.good:
        raise CountyError(_("it did not go well: {words}"), words=done.outcome.words)
    return {"plan": done.preview.plan, "good": True}


def _heard(context: JobContext) -> Callable[[str, str], None]:
    def heard(device: str, text: str) -> None:
        context.log(f"{device}: {text}" if device else text)

    return heard
