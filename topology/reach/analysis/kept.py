"""The last analysis of all rules of a county, kept in its state folder for the dashboard and the audit.

One of some devices or kinds only is not kept: it says nothing of the others. It holds configuration lines as masked by
their platform, no secret.
"""

from datetime import datetime

from countynet import clock
from countynet import latest as kept
from countynet.frozen import Frozen
from countynet.settings import Settings
from topology.reach.analysis.model import Report
from topology.reach.service import Of


class KeptRules(Frozen):
    """A report with its time and what it was of."""

    at: datetime
    of: Of
    report: Report


def keep(settings: Settings, of: Of, report: Report) -> KeptRules:
    """Keep a report on all rules in place of the last one."""
    found = KeptRules(at=clock.now(), of=of, report=report)
    kept.keep(settings, f"rules-{of.value}.json", found)
    return found


def latest(settings: Settings, of: Of) -> KeptRules | None:
    """Return the last report on intended or running configurations, None if there is none that can be read."""
    return kept.read(settings, f"rules-{of.value}.json", KeptRules)
