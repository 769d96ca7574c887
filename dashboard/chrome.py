"""The frame around every page: who is signed in, where they may go, language and look. Asks no database."""

from dataclasses import dataclass

from flask import g, request, session, url_for

from countynet.i18n import _, language, translate
from dashboard.access import ACCESS
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
    ("audit.page", _("Audit")),
    ("log.page", _("Event log")),
    ("users.page", _("Accounts")),
    ("help.page", _("Help")),
)


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
    language: str
    """as the html element wants it: zh-CN or en"""
    languages: tuple[tuple[str, str], ...]
    """the other languages: code and own name"""
    look: str
    back: str
    """where the language and look switches return to"""


def chrome() -> Chrome:
    """Return the frame of the page that is being rendered."""
    person: Person | None = g.get("person")
    plan = services().county.county().plan
    blueprint = (request.endpoint or "").partition(".")[0]
    places = tuple(
        Place(translate(title), url_for(endpoint), _here(endpoint, blueprint))
        for endpoint, title in PLACES
        if person is not None and ACCESS[endpoint].admits(person)
    )
    return Chrome(
        county=plan.name if language() == "zh_CN" else plan.name_en,
        person=person,
        places=places,
        language=language().replace("_", "-"),
        languages=tuple((code, name) for code, name in LANGUAGES.items() if code != language()),
        look=session.get("look", "day"),
        back=request.full_path.rstrip("?") if request.method == "GET" else url_for("board.home"),
    )


def _here(endpoint: str, blueprint: str) -> bool:
    if endpoint == request.endpoint:
        return True
    same = endpoint.partition(".")[0] == blueprint
    return same and blueprint != "topology" and endpoint.partition(".")[2] in ("page", "queue")
