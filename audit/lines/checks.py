"""Makes a check of a rule per platform: a point for each device, with the lines that show it and what to enter. Pure.

A device of a platform that a check does not name, or of which the matter is not configured at all, is not applicable;
one whose configuration was never fetched is unknown. A text that the parser does not understand whole is judged all the
same: these checks read lines.
"""

from collections.abc import Collection, Iterator, Mapping

from audit.facts import DeviceFacts, Facts
from audit.lines.rules import Judged, Rule, cited
from audit.lines.text import Text, read
from audit.model import Check, Info, Point, failed, not_applicable, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import DeviceRole, Severity

MOST = 24
"""lines cited for one point; the evidence store has the whole file"""
GOOD = _("its lines say so")
NOT_CONFIGURED = _("nothing of the kind is configured on it")
NO_SUCH_PLATFORM = _("no device here is of a platform that this is asked of")
ENTER = _("Enter what each finding gives, or take it into the device's template; then run the check again.")


def check(
    id_: str,
    title: str,
    why: str,
    clauses: tuple[str, ...],
    severity: Severity,
    by: Mapping[str, Rule],
    roles: Collection[DeviceRole] = (),
) -> Check:
    """Return a check of lines: `by` has the rule of each platform, `roles` the devices it is asked of (empty: all)."""
    info = Info(
        id=id_,
        title=title,
        clauses=clauses,
        severity=severity,
        rationale=why,
        remedy=ENTER,
        platforms=tuple(sorted(by)),
    )
    return Check(info, lambda facts: _points(facts, by, roles))


def _points(facts: Facts, by: Mapping[str, Rule], roles: Collection[DeviceRole]) -> Iterator[Point]:
    asked = 0
    for name, held in facts.devices.items():
        rule = by.get(held.device.platform)
        if rule is None or (roles and held.device.role not in roles):
            continue
        asked += 1
        yield from _of_device(name, held, rule)
    if not asked:
        yield not_applicable("county", NO_SUCH_PLATFORM)


def _of_device(name: str, held: DeviceFacts, rule: Rule) -> Iterator[Point]:
    if not held.text:
        yield unknown(name, held.reason, **held.values)
        return
    yield from points(name, read(held.device.platform, held.text), held.sha256, rule)


def points(name: str, text: Text, sha256: str, rule: Rule) -> Iterator[Point]:
    """Yield what a rule says of one text: a point for each thing wrong, or one that nothing is."""
    yield from pointed(name, rule(text), sha256)


def pointed(name: str, found: Judged, sha256: str) -> Iterator[Point]:
    """Yield what was judged of one subject as points, whose lines stand in the text with that hash."""
    if not found.applies:
        yield not_applicable(name, NOT_CONFIGURED)
    for flaw in found.flaws:
        evidence = {"lines": cited([flaw])[:MOST], "config_sha256": sha256, "fix": flaw.fix}
        yield failed(name, flaw.message, **flaw.values).model_copy(update=evidence)
    if found.applies and not found.flaws:
        evidence = {"lines": found.seen[:MOST], "config_sha256": sha256}
        yield passed(name, GOOD).model_copy(update=evidence)
