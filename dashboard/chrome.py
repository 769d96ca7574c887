"""The frame around every page: who is signed in, where they may go, language and look. Asks no database."""

from dataclasses import dataclass

from flask import g, request, session, url_for

from countynet.i18n import _, language, translate
from dashboard.access import ACCESS
from dashboard.freezes.parts import banner
from dashboard.language import LANGUAGES
from dashboard.users.model import Person
from dashboard.web import services

PLACES = (
    ("board.page", _("Board")),
    ("topology.page", _("Map")),
    ("topology.traffic", _("Traffic")),
    ("units.own", _("My line")),
    ("faults.queue", _("Faults")),
    ("alarms.page", _("Alarms")),
    ("intrusions.page", _("Intrusions")),
    ("emergencies.page", _("Emergencies")),
    ("applications.page", _("Applications")),
    ("terminals.queue", _("Terminals")),
    ("inventory.page", _("Inventory")),
    ("plans.page", _("Plans")),
    ("runs.catalogue", _("Playbooks")),
    ("rollout.page", _("Roll-out")),
    ("evaluation.page", _("Evaluation")),
    ("evaluation.own", _("Our evaluation")),
    ("isolation.page", _("Isolation")),
    ("audit.page", _("Audit")),
    ("visits.page", _("Records")),
    ("reading.page", _("To read")),
    ("log.page", _("Event log")),
    ("users.page", _("Accounts")),
    ("help.page", _("Help")),
)
CHANGING = frozenset({"plans", "runs", "schedules"})
"""blueprints whose pages change something"""
GROUPS = {
    "inventory.page": (
        ("inventory.page", _("Units")),
        ("inventory.sections", _("Everything")),
        ("inventory.log", _("Changes")),
        ("inventory.diff", _("Differences")),
        ("inventory.proposals", _("Proposals")),
    ),
    "faults.queue": (
        ("faults.queue", _("Faults")),
        ("calls.form", _("A call came in")),
        ("codes.page", _("Codes for reports")),
        ("sentences.page", _("What units are told")),
        ("bridge.page", _("Exchange with platforms")),
        ("knowledge.page", _("Knowledge")),
    ),
    "topology.page": (
        ("topology.page", _("Map")),
        ("topology.traffic", _("Traffic")),
    ),
    "alarms.page": (
        ("alarms.page", _("Alarms")),
        ("intrusions.page", _("Intrusions")),
        ("outages.page", _("Outages")),
        ("works.page", _("Work windows")),
        ("coverage.page", _("Coverage")),
        ("coverage.cabling", _("Cabling")),
        ("health.page", _("Monitoring itself")),
    ),
    "plans.page": (
        ("plans.page", _("Plans")),
        ("drift.page", _("Drift")),
        ("backups.page", _("Backups")),
    ),
    "runs.catalogue": (
        ("runs.catalogue", _("Playbooks")),
        ("runs.page", _("Runs")),
        ("schedules.page", _("Schedules")),
        ("freezes.page", _("Freeze periods")),
    ),
    "terminals.queue": (
        ("terminals.queue", _("Applied for")),
        ("scans.page", _("What hangs on the ports")),
        ("leases.page", _("Addresses given out")),
    ),
    "isolation.page": (
        ("isolation.page", _("Isolation")),
        ("rules.page", _("Filter rules")),
    ),
    "audit.page": (
        ("audit.page", _("Audit")),
        ("log.page", _("Event log")),
    ),
    "users.page": (
        ("users.page", _("Accounts")),
        ("tokens.page", _("Tokens of programs")),
    ),
    "visits.page": (
        ("visits.page", _("Visits")),
        ("drills.page", _("Drills")),
        ("trainings.page", _("Trainings")),
        ("regulations.page", _("Regulations")),
        ("assets.page", _("Asset list")),
        ("reading.page", _("To read")),
    ),
    "rollout.page": (
        ("rollout.page", _("By phase")),
        ("rollout.gantt", _("Gantt chart")),
        ("rollout.training", _("Training")),
    ),
    "evaluation.page": (
        ("evaluation.page", _("Operator and lines")),
        ("evaluation.own", _("Our evaluation")),
        ("evaluation.ranking", _("Ranking of units")),
        ("evaluation.applications", _("Applications")),
        ("rent.page", _("Rent")),
    ),
}
"""places that are several pages: the navigation has one entry, the pages themselves have tabs"""
LEADERS = {page: leader for leader, pages in GROUPS.items() for page, _title in pages if page != leader}
"""by page, the entry of the navigation that it is a tab of, for whoever may open that"""
MANY = 11
"""so many entries stand in a line of their own"""


@dataclass(frozen=True)
class Place:
    """An entry of the navigation."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True)
class Chrome:
    """The frame."""

    county: str
    person: Person | None
    places: tuple[Place, ...]
    tabs: tuple[Place, ...]
    """the pages of the place that is open, when there are several"""
    language: str
    """as the html element wants it: zh-CN or en"""
    languages: tuple[tuple[str, str], ...]
    """the other languages: code and own name"""
    look: str
    notes: tuple[str, ...]
    """what holds every change still, above the pages of changes"""
    back: str
    """where the language and look switches return to"""

    @property
    def crowded(self) -> bool:
        """Whether the navigation needs a line of its own."""
        return len(self.places) > MANY


def chrome() -> Chrome:
    """Return the frame of the page that is being rendered."""
    person: Person | None = g.get("person")
    plan = services().county.county().plan
    blueprint = (request.endpoint or "").partition(".")[0]
    here = next((g for g, pages in GROUPS.items() if request.endpoint in dict(pages) or _here(g, blueprint)), "")
    here = here or next((g for g, pages in GROUPS.items() if f"{blueprint}.page" in dict(pages)), "")
    tabs = tuple(
        Place(translate(title), url_for(endpoint), endpoint == request.endpoint)
        for endpoint, title in GROUPS.get(here, ())
        if person is not None and ACCESS[endpoint].admits(person)
    )
    places = tuple(
        Place(translate(title), url_for(endpoint), endpoint == here or _here(endpoint, blueprint))
        for endpoint, title in PLACES
        if person is not None and ACCESS[endpoint].admits(person) and not _is_tab(endpoint, person)
    )
    return Chrome(
        county=plan.name if language() == "zh_CN" else plan.name_en,
        person=person,
        places=places,
        tabs=tabs if len(tabs) > 1 else (),
        language=language().replace("_", "-"),
        languages=tuple((code, name) for code, name in LANGUAGES.items() if code != language()),
        look=session.get("look", "day"),
        notes=banner()
        if blueprint in CHANGING and person is not None and ACCESS["freezes.page"].admits(person)
        else (),
        back=request.full_path.rstrip("?") if request.method == "GET" else url_for("board.home"),
    )


def _is_tab(endpoint: str, person: Person) -> bool:
    """Whether somebody finds a page under another entry."""
    return endpoint in LEADERS and ACCESS[LEADERS[endpoint]].admits(person)


def _here(endpoint: str, blueprint: str) -> bool:
    if endpoint == request.endpoint:
        return True
    same = endpoint.partition(".")[0] == blueprint
    return same and blueprint != "topology" and endpoint.partition(".")[2] in ("page", "queue")
