"""Checks on records: logs leave the device, clocks agree, and our own event log is unbroken."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address

from audit.checks.each import Known, Wrong, each, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.log.state import EVERY, LogState
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import Severity

LATE, STAMPED, SHOWN = timedelta(hours=2), timedelta(hours=3), 5
"""after which a checkpoint, a copy or a stamp is missing (as the alarms of `monitoring.checkpoints` have it)"""


def _running(known: Known, what: str) -> set[IPv4Address]:
    return {h.address.ip for h in known.county.hosts if what in h.runs}


def _syslog(facts: Facts) -> Iterator[Point]:
    yield from each(facts, _sends_logs, _("it sends everything to the log server"), [Pattern("/etc/rsyslog*", "omfwd")])
    yield from _received(facts)


def _sends_logs(known: Known) -> Iterator[Wrong]:
    wanted, found = _running(known, "logs"), set(known.config.syslog_servers)
    for server in sorted(wanted - found):
        yield wrong(_("it does not log to {server}"), server=server)
    for server in sorted(found - wanted):
        yield wrong(_("it logs to {server}, which is no log server of the county"), server=server)


def _received(facts: Facts) -> Iterator[Point]:
    """Yield whether the log server really has a line of each device."""
    logs = facts.logs
    for name in facts.devices:
        if logs is None or logs.last is None:
            error = logs.error if logs else _("it was not asked")
            yield unknown(name, _("the log server could not be asked: {error}"), error=error)
        elif name in logs.last:
            yield passed(name, _("the log server has its line: {line}"), line=logs.last[name])
        else:
            yield failed(name, _("the log server has no line of it"))


def _time(facts: Facts) -> Iterable[Point]:
    good = _("it takes the time from the county's time server")
    return each(facts, _asks_time, good, [Pattern("/etc/chrony/*", r"^(server|pool|port|cmdport)")])


def _asks_time(known: Known) -> Iterator[Wrong]:
    wanted, found = _running(known, "time"), set(known.config.ntp_servers)
    if not found & wanted:
        yield wrong(_("it asks no time server of the county"))
    for server in sorted(found - wanted):
        yield wrong(_("it asks {server}, which is no time server of the county"), server=server)


def _chain(facts: Facts) -> Iterator[Point]:
    if facts.chain_breaks is None:
        yield unknown("countynet", _("the event log was not looked at"))
    elif not facts.chain_breaks:
        yield passed("countynet", _("every event's hash leads to the next"))
    else:
        yield from (failed("countynet", _("the event log is broken: {words}"), words=w) for w in facts.chain_breaks)
    if facts.log is None:
        yield unknown("checkpoints", _("checkpoints, copies and stamps of the event log were not looked at"))
    else:
        yield from _checkpoints(facts.log)
        yield from _copies(facts.log)


def _checkpoints(log: LogState) -> Iterator[Point]:
    last = log.newest or log.began
    for before, after in log.pauses[:SHOWN]:
        message = _("no checkpoint was signed between {from} and {to}, which is {hours} h")
        yield failed(
            "checkpoints", message, **{"from": _moment(before), "to": _moment(after), "hours": _hours(before, after)}
        )
    if len(log.pauses) > SHOWN:
        yield failed("checkpoints", _("and {count} stretches more"), count=len(log.pauses) - SHOWN)
    if last is not None and log.at - last > LATE:
        yield failed("checkpoints", _("the last checkpoint is due since {time}"), time=_moment(last + EVERY))
    if log.damaged:
        message = _("{count} events did not hold when checkpoints were made: countynet audit verify-log says which")
        yield failed("checkpoints", message, count=log.damaged)
    if not log.pauses and not log.damaged and (last is None or log.at - last <= LATE):
        time = _moment(log.newest) if log.newest else "-"
        yield passed(
            "checkpoints", _("{count} checkpoints, every hour, the last at {time}"), count=log.checkpoints, time=time
        )


def _copies(log: LogState) -> Iterator[Point]:
    """Judge the places that the settings name; that one is named at all is what `log-outside` and `log-stamped` ask."""
    for sent in log.sent:
        if sent.waits is not None and log.at - sent.waits > LATE:
            message = _("checkpoints since {time} did not get there: {error}")
            yield failed(f"outside: {sent.place}", message, time=_moment(sent.waits), error=sent.said or "-")
        else:
            yield passed(f"outside: {sent.place}", _("it has every checkpoint"))
    if log.stamps and log.stamp_waits is not None and log.at - log.stamp_waits > STAMPED:
        message = _("no stamp covers the checkpoints since {time}: {error}")
        yield failed("stamps", message, time=_moment(log.stamp_waits), error=log.stamp_said or "-")
    elif log.stamps:
        yield passed("stamps", _("a stamp covers every checkpoint that is older than {hours} h"), hours=3)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _hours(first: datetime, last: datetime) -> str:
    return f"{(last - first).total_seconds() / 3600:.1f}"


CHECKS = (
    Check(
        Info(
            id="syslog",
            title=_("Every device logs to the log server"),
            clauses=("8.1.3.5 a", "8.1.4.3 a", "8.1.5.4 d"),
            severity=Severity.MAJOR,
            rationale=_("A log that stays on the device is gone with the device, or with whoever broke into it."),
            remedy=_("Set the log server, then look whether the way to it is open: `countynet config apply`."),
        ),
        _syslog,
    ),
    Check(
        Info(
            id="time-servers",
            title=_("Every device takes its time from the county's time server"),
            clauses=("8.1.4.3 b",),
            severity=Severity.MINOR,
            rationale=_("Logs of many devices only tell a story if their clocks agree."),
            remedy=_("Set the time server: `countynet config apply`."),
        ),
        _time,
    ),
    Check(
        Info(
            id="event-chain",
            title=_("The event log is whole, signed every hour, and vouched for outside in time"),
            clauses=("8.1.4.3 c",),
            severity=Severity.CRITICAL,
            rationale=_("Who can alter the record unseen can hide everything else."),
            remedy=_("Run `countynet audit verify-log`; see docs/log.md for what each finding means and who mends it."),
        ),
        _chain,
    ),
)
