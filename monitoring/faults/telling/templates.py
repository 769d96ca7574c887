"""What a unit is told at each step: sentences with places, which the center may word otherwise. Pure.

A place is `{name}` and nothing else: no attribute, no index, no format, so a sentence can ask for nothing that is not
offered. A place's value is never looked at for places again. A sentence that is empty is not sent.
"""

import re
from collections.abc import Mapping

from countynet.errors import Problem
from countynet.i18n import _
from monitoring.tags import FaultTag

LANGUAGES = ("zh_CN", "en")
LONGEST = 300
"""characters; five parts of a short message"""
PLACES = {
    "unit": _("the unit's name"),
    "fault": _("the fault's number"),
    "at": _("when it happened"),
    "title": _("what the unit itself reported"),
    "cause": _("what it was"),
    "reason": _("why the repair waits"),
}
"""what a sentence may ask for"""
DEFAULTS: Mapping[FaultTag, str] = {
    FaultTag.OPENED: _("{unit}: we see since {at} that your line does not work. Fault {fault} is open."),
    FaultTag.REPORTED: _("{unit}: we have your report ({title}). It is fault {fault}."),
    FaultTag.DISPATCHED: _("{unit}, fault {fault}: the operator was told at {at}."),
    FaultTag.STARTED: _("{unit}, fault {fault}: the repair began at {at}."),
    FaultTag.ARRIVED: _("{unit}, fault {fault}: somebody is at the place since {at}."),
    FaultTag.PAUSED: _("{unit}, fault {fault}: the repair waits ({reason})."),
    FaultTag.RESUMED: _("{unit}, fault {fault}: the repair goes on."),
    FaultTag.REPAIRED: _(
        "{unit}, fault {fault}: repaired at {at} ({cause}). Please look, and confirm it or say that it is still broken."
    ),
    FaultTag.REOPENED: _("{unit}, fault {fault}: it is not well yet, the repair goes on."),
    FaultTag.CONFIRMED: _("{unit}, fault {fault} is closed. Thank you."),
}
"""the steps that are told, as this version words them"""
_PLACE = re.compile(r"\{([a-z]+)\}")


def wrong(text: str) -> list[Problem]:
    """Return everything that is wrong with a sentence; none when it may be used."""
    problems = list[Problem]()
    if len(text) > LONGEST:
        problems.append(Problem(_("at most {most} characters"), {"most": LONGEST}, where="text", found=str(len(text))))
    wanted = ", ".join("{" + name + "}" for name in PLACES)
    for name in _PLACE.findall(text):
        if name not in PLACES:
            problem = Problem(_("there is no place {name}"), {"name": "{" + name + "}"}, where="text", wanted=wanted)
            problems.append(problem)
    if any(brace in _PLACE.sub("", text) for brace in "{}"):
        problems.append(Problem(_("a brace stands only around a place"), where="text", wanted=wanted))
    return problems


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a sentence with its places filled in, on one line; a place without a value becomes a dash."""
    return " ".join(_PLACE.sub(lambda found: values.get(found[1], "") or "–", text).split())
