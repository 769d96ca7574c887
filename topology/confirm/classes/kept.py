"""The last class run of a county, kept in its state folder for the dashboard and the audit (`confirm-classes.json`)."""

from pydantic import ValidationError

from countynet.settings import Settings
from topology.confirm.classes.report import ClassReport

_LATEST = "confirm-classes.json"


def latest(settings: Settings) -> ClassReport | None:
    """Return the result of the last run in this county, or None if there is none that can be read."""
    try:
        return ClassReport.model_validate_json((settings.state / _LATEST).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def keep(found: ClassReport, settings: Settings) -> None:
    """Keep a result in place of the last one."""
    settings.state.mkdir(parents=True, exist_ok=True)
    fresh = settings.state / f"{_LATEST}.new"
    fresh.write_text(found.model_dump_json(), encoding="utf-8")
    fresh.replace(settings.state / _LATEST)
