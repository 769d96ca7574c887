"""What a person asks of the log, read from words, and a message as a line for people."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.moments import moment
from monitoring.receive.syslog.search import SEVERITIES, Wanted


def wanted(device: str, text: str, severity: str, since: str, until: str) -> Wanted:
    """Return what is looked for; an hour until now without times. Raises BadInput with all that is wrong."""
    problems: list[Problem] = []
    last = _moment(until, "--until", problems) or clock.now()
    first = _moment(since, "--since", problems) or last - timedelta(hours=1)
    if severity and severity not in SEVERITIES:
        message = _("there is no such severity")
        problems.append(Problem(message, where="--severity", found=severity, wanted=", ".join(SEVERITIES)))
    if first > last:
        problems.append(Problem(_("the time ends before it begins"), where="--until", found=until, wanted=since))
    if problems:
        raise BadInput(problems)
    level = SEVERITIES.index(severity) if severity else None
    return Wanted(first.astimezone(UTC), last.astimezone(UTC), device.strip(), text.strip(), level)


def _moment(text: str, where: str, problems: list[Problem]) -> datetime | None:
    if not text.strip():
        return None
    try:
        return moment(text, where, end_of_day=where == "--until")
    except BadInput as error:
        problems.extend(error.problems)
        return None


def line(kept: Mapping[str, Any]) -> str:
    """Return a kept message as a line: when it arrived on the county's clock, whose, how bad, what."""
    arrived = datetime.fromisoformat(kept["arrived"]).astimezone(clock.CHINA)
    level = SEVERITIES[kept["severity"]] if isinstance(kept["severity"], int) else "-"
    return f"{arrived:%Y-%m-%d %H:%M:%S} {kept['device'] or kept['address']} {level}: {kept['text']}"
