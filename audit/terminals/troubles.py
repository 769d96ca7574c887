"""Findings about terminals that raise alarms (`countynet.troubles`): those as bad as the county wants it, no hints."""

from sqlalchemy import Engine

from audit.terminals.model import Confidence
from audit.terminals.store import open_findings
from countynet.db import reading
from countynet.settings import Settings
from countynet.troubles import Standing
from countynet.vocabulary import Severity

ORDER = tuple(Severity)
"""the worst first"""


def standing(settings: Settings, engine: Engine) -> tuple[Standing, ...]:
    """Return the findings that stand and are bad enough; none where the setting asks for none."""
    if not settings.terminal_faults:
        return ()
    bad = ORDER[: ORDER.index(Severity(settings.terminal_faults)) + 1]
    with reading(engine) as session:
        found = open_findings(session)
    return tuple(
        Standing(str(one.number), one.severity, one.terminal or one.device, one.message, dict(one.values), one.device,
                 one.unit or None)
        for one in found
        if one.severity in bad and one.confidence is not Confidence.HINT
    )  # fmt: skip
