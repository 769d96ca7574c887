"""The last class run of a county, kept in its state folder for the dashboard and the audit (`confirm-classes.json`)."""

from countynet import latest as kept
from countynet.settings import Settings
from topology.confirm.classes.report import ClassReport

_LATEST = "confirm-classes.json"


def latest(settings: Settings) -> ClassReport | None:
    """Return the result of the last run in this county, or None if there is none that can be read."""
    return kept.read(settings, _LATEST, ClassReport)


def keep(found: ClassReport, settings: Settings) -> None:
    """Keep a result in place of the last one."""
    kept.keep(settings, _LATEST, found)
