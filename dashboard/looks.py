"""Which pages show a person's data or a secret, and whose: an auditor who opens one leaves an event `audit.looked`.

Asked after every page, before it leaves: a look that cannot be recorded shows nothing. The same look counts once an
hour, and what a page fetches by itself not at all, so that the log is not flooded. Photographs are recorded one by one
where they are kept (`monitoring.faults.reports`). A page that shows a telephone number and is not in the table fails a
test.
"""

from collections.abc import Mapping

from flask import Response, g, request

from countynet.vocabulary import Role
from dashboard.users.model import Person
from dashboard.web import services

LOOKS: Mapping[str, str] = {
    "units.page": "unit:{unit}",
    "faults.page": "fault:{fault}",
    "terminals.page": "terminal-application:{number}",
    "terminals.order": "terminal-application:{number}",
    "terminals.of_unit": "unit:{unit}",
    "terminals.queue": "units",
    "inventory.page": "units",
    "inventory.section": "inventory:{section}",
    "inventory.object": "inventory:{section}/{key}",
    "inventory.commit": "inventory:{commit}",
    "inventory.diff": "inventory:diff",
    "inventory.proposal": "inventory:{proposal}",
    "rollout.unit": "unit:{unit}",
    "rollout.training": "units",
    "emergencies.one": "emergency:{number}",
    "emergencies.review": "emergency:{number}",
    "emergencies.pdf": "emergency:{number}",
    "backups.device": "device:{device}",
    **{
        f"{kind}.{page}": whose
        for kind, one in (("visits", "visit"), ("drills", "drill"), ("trainings", "training"))
        for page, whose in (
            ("page", kind),
            ("book", kind),
            ("one", f"{one}:{{number}}"),
            ("photograph", f"{one}:{{number}}"),
        )
    },
    "regulations.one": "regulation:{number}",
    "assets.page": "assets",
    "assets.book": "assets",
    "audit.evidence": "evidence:{name}",
    "log.page": "log",
    "log.take": "log",
}
"""the subject of the event by endpoint; places are those of the address"""


def note(response: Response) -> Response:
    """Record an auditor's look at the page that was just made; run after every request."""
    person: Person | None = g.get("person")
    if person is None or person.role is not Role.AUDITOR or response.status_code != 200:
        return response
    page = request.endpoint or ""
    if page in LOOKS and "X-Fragment" not in request.headers:
        services().log.looked(person.login, page, whose(page, request.view_args or {}))
    return response


def whose(endpoint: str, places: Mapping[str, object]) -> str:
    """Return whose data a page shows, as the subject of an event."""
    return LOOKS[endpoint].format(**places)
