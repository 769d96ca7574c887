"""How we do ourselves, as lines for people in the language of the context."""

from collections.abc import Iterator

from countynet.i18n import _, translate
from monitoring.metrics.look import Own
from monitoring.receive.status import Receiver


def lines(own: Own) -> Iterator[str]:
    """Yield a line about each part of ourselves."""
    if own.poller is None:
        yield translate(_("poller: nothing was polled yet"))
    elif own.poller.waiting:
        yield translate(_("poller: waits, the twin is down"))
    else:
        text = _("poller: last round {age} s ago, took {seconds} s of {interval} s; slowest {slowest}")
        slowest = ", ".join(f"{one.device} {one.seconds:.2f} s" for one in own.poller.slowest[:3])
        values = {"seconds": f"{own.poller.round_seconds:.1f}", "interval": f"{own.poller.interval:g}"}
        yield translate(text, age=f"{own.poll_age or 0:.0f}", slowest=slowest or "-", **values)
    yield from _receiver(own.receiver, own.receiver_age)
    text = _("waiting: {jobs} jobs, {notices} notices, {spool} cycles of samples; disk {disk} % full")
    yield translate(text, jobs=own.jobs, notices=own.notices, spool=own.spool_cycles, disk=own.disk_percent)


def _receiver(status: Receiver | None, age: float | None) -> Iterator[str]:
    if status is None:
        yield translate(_("receiver: it never ran"))
        return
    traps, logs = status.traps, status.syslog
    text = _(
        "receiver: {age} s ago; {traps} traps, {refused} refused, {dropped} dropped; {logs} log messages, {lost} lost"
    )
    yield translate(
        text,
        age=f"{age or 0:.0f}",
        traps=traps.received,
        refused=sum(traps.refused.values()),
        dropped=sum(traps.dropped.values()) + traps.kernel_dropped,
        logs=sum(logs.received.values()),
        lost=logs.dropped + logs.kernel_dropped,
    )
    for one in status.listening:
        if one.error:
            text = _("receiver: {what} is not received, port {port}: {error}")
            yield translate(text, what=one.what, port=one.port, error=one.error)
