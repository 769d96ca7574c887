"""What is wrong with what answers: a cable of two, a management agent, a line that loses or delays. Pure.

Each sign says what is surely bad and what is surely good; in between, what is open stays open (hysteresis), and what is
silent is not judged at all: silence is `decide`'s. A sign is named like a node: `cable:ID`, `agent:DEVICE`,
`quality:NODE`.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from monitoring.detect.decide import BLIND, Cut, Decision
from monitoring.detect.topology import Link, Topology

CABLE, AGENT, QUALITY = "cable:", "agent:", "quality:"
_UP = 1
STALE = timedelta(seconds=15)
"""so long an agent may go on telling an old state of a port after a real silence (net-snmp caches ifTable for 5 s)"""
AGREED = timedelta(seconds=1.5)
"""for so long both ends have to tell their port down, in readings of their own: who dies tells it once at most"""
LOOK = timedelta(seconds=20)
"""so long both ends of a cable are looked at each second after one told its port down, until it is sure"""
FORGET, CALM = timedelta(minutes=5), timedelta(minutes=1)
"""a cable that broke twice within the first has to be whole for the second before its alarm is over"""
_POLLS, PATIENCE = 2, timedelta(seconds=20)
"""how many polls in a row an agent has to fail, and for how long: a busy one misses two that follow at once"""
_MANY, _FEWEST, _ENDS = 3, 2, 2


class Judged(NamedTuple):
    """What is surely bad, and what is surely good."""

    bad: frozenset[str] = frozenset()
    good: frozenset[str] = frozenset()


class Port(NamedTuple):
    """A port as last read: RFC 2863 ifOperStatus and ifAdminStatus, and when."""

    oper: int
    admin: int
    at: datetime
    since: datetime | None = None
    """when it was first read as it is now; None: ever since we look"""
    bits_in: float = 0.0
    bits_out: float = 0.0
    errors: float = 0.0
    """in and out, per second"""

    @property
    def up(self) -> bool:
        """Whether it has carrier and is in service."""
        return self.oper == _UP


def also(made: Decision, *found: Judged) -> Decision:
    """Return a decision with the signs: what is bad opens once, what is good closes; blind, nothing changes."""
    if BLIND in made.picture.open:
        return made
    bad = frozenset(n for judged in found for n in judged.bad) - made.picture.open
    good = frozenset(n for judged in found for n in judged.good) & made.picture.open
    if not bad and not good:
        return made
    picture = replace(made.picture, open=made.picture.open - good | bad)
    return Decision(picture, (*made.opened, *sorted(bad)), (*made.closed, *sorted(good)))


def cables(
    links: Mapping[str, Link],
    ports: Mapping[tuple[str, str], Port],
    steady: Mapping[str, datetime],
    now: datetime,
    grace: timedelta,
    restless: Container[str] = frozenset(),
) -> Judged:
    """Judge the cables between devices that both answer: a port that is down says that the cable is.

    `steady`: since when each device that answers now was never silent (a few misses while routes change are no
    silence); what an agent says sooner than `STALE` after that may be an old state. Both ends have to tell their port
    down for `AGREED`, or one alone for `grace`, lest a device that is just dying is taken for its cable. `restless`:
    the signs that came and went; these are over only after `CALM`.
    """
    bad, good = set(), set()
    for link in links.values():
        read = [ports[end] for end in (link.a, link.b) if end in ports]
        name = f"{CABLE}{link.cable}"
        if read and all(port.up for port in read):
            if name not in restless or all(port.since is None or now - port.since >= CALM for port in read):
                good.add(name)
        elif read and _broken(link, steady, [p for p in read if not p.up], now - grace):
            bad.add(name)
    return Judged(frozenset(bad), frozenset(good))


def _broken(link: Link, steady: Mapping[str, datetime], down: list[Port], until: datetime) -> bool:
    since = [begin for device, _port in (link.a, link.b) if (begin := steady.get(device)) is not None]
    if len(since) < _ENDS:
        return False
    told = [port for port in down if max(since) + STALE <= port.at]
    if any(port.since is None or port.since <= until for port in told):
        return True
    return len(told) == _ENDS and min(p.at for p in told) - max(p.since or p.at for p in told) >= AGREED


def suspects(
    links: Mapping[str, Link],
    ports: Mapping[tuple[str, str], Port],
    answering: Container[str],
    known: Container[str],
    now: datetime,
) -> frozenset[str]:
    """Return whom to ask at once: both ends of a cable of which one port was just read down, though both answer.

    `known`: the signs that are open; of these there is nothing to find out.
    """
    return frozenset(
        device
        for link in links.values()
        if link.a[0] in answering and link.b[0] in answering and f"{CABLE}{link.cable}" not in known
        if any(_just_fell(ports.get(end), now) for end in (link.a, link.b))
        for device, _port in (link.a, link.b)
    )


def _just_fell(port: Port | None, now: datetime) -> bool:
    return port is not None and not port.up and port.since is not None and now - port.since <= LOOK


def cut(topology: Topology, broken: Iterable[str]) -> Cut:
    """Return the pairs of neighbours whose every cable is broken, of signs that are open."""
    gone = {name.removeprefix(CABLE) for name in broken if name.startswith(CABLE)}
    pairs: dict[frozenset[str], list[bool]] = {}
    for link in topology.links.values() if gone else ():
        pairs.setdefault(frozenset((link.a[0], link.b[0])), []).append(link.cable in gone)
    return frozenset(pair for pair, broken_ in pairs.items() if all(broken_))


def agents(failed: Mapping[str, Sequence[datetime]], answering: Iterable[str], station: str, now: datetime) -> Judged:
    """Judge management agents of devices that answer ping; `failed`: when each failed in a row (the first, the last).

    When every one of three or more fails, it is our user or our poller, and one sign says so.
    """
    asked = [name for name in answering if name in failed]
    silent = frozenset(n for n in asked if len(failed[n]) >= _POLLS and now - failed[n][0] >= PATIENCE)
    good = frozenset(f"{AGENT}{name}" for name in asked if not failed[name])
    ours = f"{AGENT}{station}"
    if len(silent) >= _MANY and len(silent) == len(asked):
        return Judged(frozenset((ours,)))
    return Judged(frozenset(f"{AGENT}{name}" for name in silent), good | (frozenset((ours,)) if good else frozenset()))


@dataclass(frozen=True)
class Limits:
    """From when a line is poor, and until when: hysteresis."""

    loss: float = 0.10
    fine: float = 0.02
    times: float = 3.0
    """as slow as usual"""
    more: float = 50.0
    """milliseconds above usual"""
    enough: int = 40
    """rounds that a judgement needs"""

    @cached_property
    def half(self) -> "Limits":
        """The limits from which on something is touched."""
        return replace(self, loss=self.loss / 2, times=1 + (self.times - 1) / 2, more=self.more / 2)


USUAL = Limits()


class Measured(NamedTuple):
    """A device's last rounds: loss 0 to 1, round trip now and as usual in milliseconds, and how many rounds."""

    loss: float
    rtt: float | None
    usual: float | None
    rounds: int

    def poor(self, limits: Limits) -> bool:
        """Whether it loses or delays too much."""
        return self.rounds >= limits.enough and (self.loss >= limits.loss or self._slower(limits.times, limits.more))

    def good(self, limits: Limits) -> bool:
        """Whether it is surely well."""
        slow = self._slower(limits.half.times, limits.half.more)
        return self.rounds >= limits.enough and self.loss <= limits.fine and not slow

    def _slower(self, times: float, more: float) -> bool:
        known = self.rtt is not None and self.usual is not None
        return known and (self.rtt or 0) >= max((self.usual or 0) * times, (self.usual or 0) + more)


def quality(measured: Mapping[str, Measured], topology: Topology, limits: Limits | None = None) -> Judged:
    """Judge what loses or delays; of what stands behind one another only the first is bad.

    A place or the operator's net is bad when two or more, and more than half, of its lines are. What stands behind
    something that is merely touched is not judged: the same loss shows earlier here and later there.
    """
    known = limits or USUAL
    poor = _with_places({name for name, m in measured.items() if m.poor(known)}, measured, topology)
    touched = _with_places({name for name, m in measured.items() if m.poor(known.half)}, measured, topology)
    good = {name for name, m in measured.items() if m.good(known)}
    good |= {p for p in topology.passive if all(n in good for n in topology.behind[p] if n in measured)}
    roots = {n for n in poor if not any(n != above and n in topology.behind.get(above, ()) for above in touched)}
    return Judged(frozenset(f"{QUALITY}{n}" for n in roots), frozenset(f"{QUALITY}{n}" for n in good))


def _with_places(poor: set[str], measured: Mapping[str, Measured], topology: Topology) -> set[str]:
    """Return what is poor and the places most of whose lines are."""
    found = set(poor)
    for place in topology.passive:
        inside = [name for name in topology.behind[place] if name in measured]
        bad = sum(name in poor for name in inside)
        if bad >= _FEWEST and 2 * bad > len(inside):
            found.add(place)
    return found


def lost(trips: Iterable[float | None], silence: int) -> tuple[float, int]:
    """Return the share of pings that were lost, and of how many; a run of `silence` misses is an outage, not loss.

    `trips`: round trips in milliseconds, None for a miss, oldest first; misses before the first answer do not count,
    because nobody knows how long their run was.
    """
    answered = missed = run = 0
    for trip in trips:
        if trip is None:
            run += 1
            continue
        missed += run if answered and run < silence else 0
        answered, run = answered + 1, 0
    missed += run if answered and run < silence else 0
    total = answered + missed
    return (missed / total if total else 0.0), total


def onset(trips: Iterable[float | None]) -> float:
    """Return how often an answer is followed by a miss: the loss of a line that loses at random, however long its runs.

    One outage, or a line that flaps, counts as few such misses, though it loses much.
    """
    runs, answered, before = 0, 0, False
    for trip in trips:
        runs += before and trip is None
        answered += trip is not None
        before = trip is not None
    return runs / answered if answered else 0.0
