"""How the rules do, as their last turn left it in `<state>/rules.json`, and a rule as a document."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from countynet import latest
from countynet.events import JSON
from countynet.frozen import Frozen
from countynet.i18n import language, translate
from countynet.settings import Settings
from monitoring.rules.load import SOURCES, Loaded
from monitoring.rules.reading import METRICS

FILE = "rules.json"


class RulesStatus(Frozen):
    """The last turn."""

    at: datetime
    readings: int
    seconds: float
    watched: dict[str, int] = Field(default_factory=dict)
    """by rule: readings that it is about"""
    open: dict[str, int] = Field(default_factory=dict)
    """by rule: alarms that are open"""
    too_few: dict[str, int] = Field(default_factory=dict)
    """by rule: readings with too few weeks to compare with"""
    error: str = ""
    """why the county's own rules are not used: the last good ones are"""


def read(settings: Settings) -> RulesStatus | None:
    """Return the last status, None when the rules never ran."""
    return latest.read(settings, FILE, RulesStatus)


def keep(settings: Settings, status: RulesStatus) -> None:
    """Keep a status."""
    latest.keep(settings, FILE, status)


def document(loaded: Loaded, status: RulesStatus | None) -> dict[str, JSON]:
    """Return a rule as a document: what it says and where it comes from, and how it did last."""
    rule = loaded.rule
    own: Mapping[str, JSON] = rule.model_dump(mode="json")
    return {
        **own,
        "unit": METRICS[rule.reading].unit,
        "of": translate(METRICS[rule.reading].words),
        "source": loaded.source,
        "source_text": translate(SOURCES[loaded.source]),
        "selected": None if loaded.devices is None else len(loaded.devices),
        "watched": _of(status.watched, rule.name) if status else None,
        "open": _of(status.open, rule.name) if status else None,
        "too_few": _of(status.too_few, rule.name) if status else None,
    }


def sentence(loaded: Loaded) -> str:
    """Return a rule's sentence in the language of the context, its places as they stand."""
    return loaded.rule.text_zh if language() == "zh_CN" else loaded.rule.text


def _of(counts: Mapping[str, int], name: str) -> int:
    return counts.get(name, 0)
