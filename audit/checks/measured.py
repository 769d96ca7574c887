"""Checks on what was measured: capacity at its peak, clocks, intrusions that nobody answered. Pure.

Nothing measured is unknown, never a pass: a county whose poller never ran has proven no spare capacity.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from audit.checks.toolkit import COUNTY
from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet import clock
from countynet.i18n import _
from countynet.measured import Measured, Offset, Peak
from countynet.vocabulary import Severity

FULL = 80.0
"""percent of an hour's mean above which a line, a processor, a memory or a disk has nothing to spare"""
LEAST_HOURS = 24
"""hours with samples below which no peak can be told"""
PROBED, LOGGED = 1.0, 60.0
"""seconds that a clock may be off: asked by NTP, or told by the times in its log lines"""
UNANSWERED = timedelta(days=7)
SHOWN = 50
_WHAT = {
    "cpu": _("processor {part} was at {percent} % in the hour from {time}; more than {most} % leaves nothing to spare"),
    "memory": _("memory {part} was at {percent} % in the hour from {time}; more than {most} % leaves nothing to spare"),
    "disk": _("disk {part} is {percent} % full ({time}); more than {most} % leaves nothing to spare"),
    "in": _("port {part} took in {percent} % of its rate in the hour from {time}; more than {most} % leaves nothing"),
    "out": _("port {part} gave out {percent} % of its rate in the hour from {time}; more than {most} % leaves nothing"),
}
_HOW = {
    "probe": _("its clock is {seconds} s off, asked at {time}; {most} s are let pass"),
    "log": _("its log line of {time} is {seconds} s off; {most} s are let pass"),
}
NOT_ASKED = _("monitoring was not asked")


def _capacity(facts: Facts, held: Measured) -> Iterator[Point]:
    if held.hours < LEAST_HOURS:
        message = _("only {hours} hours were measured; a peak needs {least}")
        yield unknown(COUNTY, message, hours=held.hours, least=LEAST_HOURS)
        return
    fullest: dict[str, Peak] = {}
    for peak in held.peaks:
        known = fullest.get(peak.device)
        if peak.percent > FULL:
            yield _full(peak)
        elif known is None or peak.percent > known.percent:
            fullest[peak.device] = peak
    over = {peak.device for peak in held.peaks if peak.percent > FULL}
    for name, peak in sorted(fullest.items()):
        if name not in over:
            message = _("its fullest hour was {percent} % ({part})")
            yield passed(name, message, percent=f"{peak.percent:.0f}", part=peak.part or "-")
    for name in facts.devices:
        if name not in fullest and name not in over:
            yield unknown(name, _("nothing was measured of it"))


def _full(peak: Peak) -> Point:
    values = {"part": peak.part or "-", "percent": f"{peak.percent:.0f}", "most": f"{FULL:.0f}"}
    time = peak.at.astimezone(clock.CHINA).isoformat(timespec="minutes")
    return failed(peak.device, _WHAT[peak.what], **values, time=time)


def _clocks(facts: Facts, held: Measured) -> Iterator[Point]:
    told = {offset.device for offset in held.offsets}
    for offset in held.offsets:
        yield _clock(offset)
    silent = [name for name in facts.devices if name not in told]
    if silent:
        message = _("nobody measured the clocks of {count} devices: {names}")
        yield unknown(COUNTY, message, count=len(silent), names=", ".join(silent[:5]))


def _clock(offset: Offset) -> Point:
    most = PROBED if offset.how == "probe" else LOGGED
    make = failed if abs(offset.seconds) > most else passed
    seconds, time = f"{offset.seconds:+.1f}", offset.at.isoformat(timespec="minutes")
    return make(offset.device, _HOW[offset.how], seconds=seconds, most=f"{most:g}", time=time)


def _answered(facts: Facts, held: Measured) -> Iterator[Point]:
    late = [one for one in held.intrusions if facts.at - one.first > UNANSWERED]
    for one in late[:SHOWN]:
        message = _("intrusion {number}, {name}, stands unanswered for {days} days")
        yield failed(one.subject or COUNTY, message, number=one.number, name=one.name, days=(facts.at - one.first).days)
    if len(late) > SHOWN:
        yield failed(COUNTY, _("and {count} intrusions more"), count=len(late) - SHOWN)
    if not late:
        message = _("{count} intrusions stand, none for more than {days} days")
        yield passed(COUNTY, message, count=len(held.intrusions), days=UNANSWERED.days)


def _check(
    id_: str,
    title: str,
    why: str,
    remedy: str,
    clauses: tuple[str, ...],
    severity: Severity,
    decide: Callable[[Facts, Measured], Iterator[Point]],
) -> Check:
    def points(facts: Facts) -> Iterator[Point]:
        if facts.measured is None:
            yield unknown(COUNTY, NOT_ASKED)
        elif error := facts.measured.said.get(id_):
            yield unknown(COUNTY, _("it could not be read: {error}"), error=error)
        else:
            yield from decide(facts, facts.measured)

    return Check(Info(id=id_, title=title, clauses=clauses, severity=severity, rationale=why, remedy=remedy), points)


CHECKS = (
    _check(
        "capacity-peaks", _("Lines, processors, memories and disks have room in their fullest hour"),
        _("What is full in the busy hour fails in the hour in which it is needed."),
        _("Look at the hour on the traffic page; widen the line, or move what fills it to another hour."),
        ("8.1.2.1 a", "8.1.2.1 b"), Severity.MAJOR, _capacity,
    ),
    _check(
        "clock-offset", _("Every clock is right"),
        _("Logs of many devices only tell a story if their clocks agree."),
        _("Look which time server the device asks and whether the way to it is open: `countynet config apply`."),
        ("8.1.4.3 b",), Severity.MINOR, _clocks,
    ),
    _check(
        "intrusions-answered", _("Intrusions are answered within a week"),
        _("An alarm of the detection that nobody looks at protects nobody."),
        _("Say what was found and done on the page of intrusions, or let the center take it for a false alarm."),
        ("8.1.3.3 d", "8.1.5.4 f"), Severity.MAJOR, _answered,
    ),
)  # fmt: skip
