"""The job behind the buttons at a finding: it reads the device for the plan, and in an emergency changes it."""

from typing import Any

from countynet.canonical import JSON
from countynet.jobs import JobContext


def respond(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Respond to a finding, or release a port (`params["release"]`: the response); returns the response.

    Raises as `audit.terminals.respond.service.Responses`.
    """
    from audit.terminals.respond.model import How
    from audit.terminals.respond.service import Asked, Responses
    from countynet.people import actor

    service, who = Responses(context.settings, context.engine), actor(context.engine, context.actor)
    if "release" in params:
        done = service.release(int(params["release"]), who, str(params["reason"]))
    else:
        also, emergency = tuple(str(name) for name in params["also"]), params["emergency"]
        asked = Asked(
            int(params["finding"]), How(params["how"]), str(params["reason"]), also, emergency, bool(params["fault"])
        )
        done = service.respond(asked, who)
    context.log(done.says)
    return done.document()
