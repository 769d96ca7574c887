"""Checks on the live test of isolation."""

from collections.abc import Iterator

from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import Severity
from topology.confirm.probe import SIDE_TITLES, Side
from topology.confirm.report import ConfirmReport, Deviation

_NOT_RUN = _("the live test of isolation has not run: {error}")
_LOST = _("the live test lost {share} of the allowed probes; its silence proves nothing")
_REACHED = _("{source} reached {target} ({address}) by {service}; at the source: {answered}, at the target: {arrived}")
_DEAF = _("{source} gets no answer from {target} ({address}) by {service}, which policy allows")
_MOST = 200
"""deviations listed; the evidence has the whole report"""


def _isolation(facts: Facts) -> Iterator[Point]:
    yield from _decided(facts, tuple(s for s in Side if s is not Side.FORGED))


def _forged(facts: Facts) -> Iterator[Point]:
    yield from _decided(facts, (Side.FORGED,))


def _decided(facts: Facts, sides: tuple[Side, ...]) -> Iterator[Point]:
    """Yield what the latest live test says of probes from these sides."""
    report = facts.isolation
    if report is None:
        yield unknown("county", _NOT_RUN, error=facts.isolation_error)
        return
    if not report.believable:
        yield unknown("county", _LOST, share=f"{report.lost_first:.0%}")
    forged = Side.FORGED in sides
    found = [d for d in report.deviations if bool(d.claimed) == forged]
    yield from (_point(d) for d in found[:_MOST])
    yield from _rows(report, sides)


def _rows(report: ConfirmReport, sides: tuple[Side, ...]) -> Iterator[Point]:
    for row in report.rows:
        if row.source in sides and not row.deviations:
            yield passed(
                "county",
                _("{source} to {target}: {probes} probes at {at}, {expected} allowed, {seen} got through"),
                source=SIDE_TITLES[row.source], target=SIDE_TITLES[row.target], probes=row.probes,
                expected=row.expected, seen=row.seen, at=report.at.isoformat(timespec="seconds"),
            )  # fmt: skip


def _point(deviation: Deviation) -> Point:
    values = {"source": deviation.source, "target": deviation.target, "address": deviation.address,
              "service": deviation.service}  # fmt: skip
    if deviation.expected:
        return failed(deviation.source, _DEAF, **values)
    answered, arrived = deviation.seen_at_source, deviation.seen_at_target
    return failed(deviation.source, _REACHED, **values, answered=answered, arrived=arrived)


CHECKS = (
    Check(
        Info(
            id="isolation-live",
            title=_("Isolation holds on live packets"),
            clauses=("8.1.2.1 c", "8.1.2.1 d", "8.1.3.1 a"),
            severity=Severity.CRITICAL,
            rationale=_("Filters can be right on paper and wrong on the wire; real packets between all ends decide."),
            remedy=_("Run `countynet confirm`, take the first deviation and follow its packet device by device."),
        ),
        _isolation,
    ),
    Check(
        Info(
            id="forged-source-live",
            title=_("Packets with a forged source address are dropped"),
            clauses=("8.1.3.2 c",),
            severity=Severity.MAJOR,
            rationale=_("A unit that may claim another's address passes every filter that trusts addresses."),
            remedy=_("Restore the rules `spoof-...` on the cores and the selectors of the unit's tunnel."),
        ),
        _forged,
    ),
)
