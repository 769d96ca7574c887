"""Evidence in words: one short sentence each, with the time on the county's clock. Pure."""

from collections.abc import Iterator
from datetime import datetime

from countynet import clock
from countynet.i18n import _
from monitoring.cause.evidence import Evidence, Level, PortSeen
from monitoring.cause.verdict import Said

DRIFT = 3.0
"""dB of light lost against what is usual: half of it"""
DARK = -27.0
"""dBm: about where receivers of 1000BASE-LX and of G-PON (class B+, ITU-T G.984.2) end"""
NARROW = 6.0
"""dB of a DSL line's margin below which it drops (ITU-T G.992.1: 6 dB is the target)"""


def at(moment: datetime) -> str:
    """Return a time as it stands in a sentence: the county's clock, to the second."""
    return f"{moment.astimezone(clock.CHINA):%H:%M:%S}"


def port(seen: PortSeen) -> Said:
    """Say how a port towards it stands."""
    if seen.shut:
        return Said(_("port {port} of {device} is shut by configuration"), {"port": seen.port, "device": seen.device})
    if seen.up:
        return Said(_("port {port} of {device} has carrier"), {"port": seen.port, "device": seen.device})
    if seen.since is None:
        return Said(_("port {port} of {device} has no carrier"), {"port": seen.port, "device": seen.device})
    values = {"port": seen.port, "device": seen.device, "at": at(seen.since)}
    return Said(_("port {port} of {device} lost carrier, seen at {at}"), dict(values))


def ports(known: Evidence) -> Iterator[Said]:
    """Say how at most three ports towards it stand, the worst first."""
    if known.looked:
        yield from (port(seen) for seen in sorted(known.ends, key=lambda p: (p.up, p.device, p.port))[:3])


def levels(known: Evidence) -> Iterator[Said]:
    """Say how much light or margin there is, and was before."""
    if known.light_now is not None:
        yield Said(_("light now: {now} dBm"), {"now": round(known.light_now, 1)})
    if known.light is not None:
        yield _level(_("light before: {now} dBm"), _("light before: {now} dBm, usually {usual} dBm"), known.light)
    if known.margin is not None:
        margin = known.margin
        yield _level(_("DSL margin before: {now} dB"), _("DSL margin before: {now} dB, usually {usual} dB"), margin)
    if known.attenuation is not None:
        loss = known.attenuation
        yield _level(_("attenuation: {now} dB"), _("attenuation: {now} dB, usually {usual} dB"), loss)


def _level(alone: str, compared: str, level: Level) -> Said:
    if level.usual is None:
        return Said(alone, {"now": round(level.now, 1)})
    return Said(compared, {"now": round(level.now, 1), "usual": round(level.usual, 1)})


def power(known: Evidence) -> Iterator[Said]:
    """Say what was said of power."""
    if known.gasp is not None:
        yield Said(_("its last gasp came at {at}"), {"at": at(known.gasp)})
    if known.battery is not None:
        yield Said(_("the building's power supply runs on its battery since {at}"), {"at": at(known.battery)})
    if known.started is not None:
        yield Said(_("it reported a cold start at {at}"), {"at": at(known.started)})


def back(known: Evidence) -> Iterator[Said]:
    """Say how it came back."""
    if known.returned and known.restarted:
        yield Said(_("it restarted meanwhile"))
    elif known.returned and known.restarted is False:
        yield Said(_("it came back without a restart"))


def others(known: Evidence) -> Iterator[Said]:
    """Say what its neighbours do, and how often it failed."""
    if known.others_fell:
        yield Said(_("other ports of the same device that fell with it: {count}"), {"count": known.others_fell})
    if known.others_up:
        yield Said(_("other lines beside it that work: {count}"), {"count": known.others_up})
    if known.times > 1:
        yield Said(_("it failed {count} times within minutes"), {"count": known.times})


def quality(known: Evidence) -> Iterator[Said]:
    """Say how much is lost and how slow it is."""
    if known.loss:
        yield Said(_("{percent}% of packets are lost"), {"percent": round(known.loss * 100)})
    if known.rtt is not None and known.usual_rtt is not None and known.rtt > 1.5 * known.usual_rtt + 5:
        values = {"rtt": round(known.rtt), "usual": round(known.usual_rtt)}
        yield Said(_("the round trip takes {rtt} ms, usually {usual} ms"), dict(values))
    if known.full is not None and known.full >= 0.5:
        yield Said(_("the line is {percent}% full"), {"percent": round(known.full * 100)})


def everything(known: Evidence) -> tuple[Said, ...]:
    """Say all that is known, the most telling first."""
    parts = (power, back, ports, levels, others, quality)
    return tuple(said for part in parts for said in part(known))
