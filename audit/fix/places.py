"""Which field of the inventory decides what a check asks, where a plan alone cannot mend it. Pure.

Only fields that exist are named. What no field decides is not here: then the platform's template has to change, which
`choose` says.
"""

from collections.abc import Sequence

from audit.fix.model import Place
from audit.model import Point
from inventory.model import County

_RUNS = {"syslog-two": "logs", "logs-forwarded-safely": "logs", "ntp-two": "time", "time-servers": "time",
         "syslog": "logs"}  # fmt: skip
_HARDENING = frozenset({"drops-logged", "ntp-authenticated", "ospf-authenticated"})
"""checks that the plan's `hardening` decides"""
_OF_DEVICE = frozenset({"stateful-filters"})
"""checks that a device of another make would pass"""


def place(county: County, check: str, points: Sequence[Point]) -> Place | None:
    """Return the field that decides what a check asks of one device, None when there is none.

    `points`: what fails about it.
    """
    if check in _RUNS:
        wanted = _RUNS[check]
        has = [host.name for host in county.hosts if wanted in host.runs]
        return Place("hosts", has[0] if len(has) == 1 and not check.endswith("-two") else "", "runs")
    if check in _HARDENING:
        return Place("plan", "plan", "hardening")
    if check == "no-useless-rules":
        return _rule(county, points)
    if check in ("isolation-proven", "isolation-live"):
        return Place("policy")
    if check in _OF_DEVICE and points:
        return Place("devices", points[0].subject, "type")
    return None


def _rule(county: County, points: Sequence[Point]) -> Place | None:
    """Return the line of the policy that a useless rule is of."""
    known = {rule.id for rule in county.policy}
    for point in points:
        name = point.values.get("rule", "")
        found = max((rule for rule in known if name == rule or name.startswith(f"{rule}-")), key=len, default="")
        if found:
            return Place("policy", found)
    return None
