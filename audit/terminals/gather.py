"""Gathers what one scan judges: tables from every source, headers at terminals' ports, answers at the beacons.

What cannot be had (a device that does not answer, no beacon, no room that listens) becomes a note in words; only
settings that are wrong raise.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from audit.terminals import plan
from audit.terminals.beacon import journal, key, probe
from audit.terminals.judge import Answer
from countynet import surroundings
from countynet.canonical import JSON
from countynet.errors import BadInput, CountyError, MissingCapability
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from countynet.surroundings import Around, Header, Table
from inventory.lan import lan
from inventory.model import County

LISTEN = 6.0
"""seconds that terminals' ports are listened to"""
AFTER = 1.0
"""seconds that answers get to arrive at the beacons"""
BEFORE = 960.0
"""seconds back that the inside beacon's headers count"""
Say = Callable[[str], None]
Note = tuple[str, Mapping[str, str]]
_UNREAD = _("what {source} reads was not to be had: {error}")
_DEAF = _("nobody listened at terminals' ports: {error}")
_NO_BEACON = _("no outside beacon is set: nobody was asked whether it is on two nets")
_FORGED = _("{count} lines of the beacons' journals are not signed by them and were left out")


@dataclass(frozen=True)
class Gathered:
    """What one scan knows."""

    around: Around
    answers: tuple[Answer, ...] = ()
    probed: frozenset[str] = frozenset()
    """CPEs at whose ports every computer was probed"""
    notes: tuple[Note, ...] = field(default=())


def folder(settings: Settings) -> Path:
    """Return where the journals of the beacons arrive."""
    return settings.beacons or settings.state / "beacons"


def gather(county: County, settings: Settings, engine: Engine, say: Say, seconds: float = LISTEN) -> Gathered:
    """Return what one scan of a county (or of the part that is up) knows. Raises BadInput without the vault."""
    names, began, notes = [device.name for device in county.devices], time.time(), list[Note]()
    say(translate(_("reading the tables of {count} devices"), count=len(names)))
    around = _tables(settings, engine, names, notes)
    secret, run = key.load(settings), os.urandom(16)
    heard, probed = Around(), frozenset[str]()
    if seconds > 0:
        say(translate(_("listening at terminals' ports for {seconds} s"), seconds=round(seconds)))
        heard, probed = _listened(county, settings, around, secret, run, seconds, notes)
    whole = replace(around.plus(heard), silent={**heard.silent, **around.plus(heard).silent})
    if probed:
        time.sleep(AFTER)
    lines = journal.read(folder(settings), secret, began - BEFORE)
    if lines.refused:
        notes.append((_FORGED, {"count": str(lines.refused)}))
    asked = {address for _cpe, address in _targets(county, around)}
    answers = (*_arrived(lines.lines, probe.cookies(secret, asked, run), began), *_inward(heard.headers, secret))
    return Gathered(_with_afar(whole, lines.lines), answers, probed, tuple(notes))


def _tables(settings: Settings, engine: Engine, names: Sequence[str], notes: list[Note]) -> Around:
    found = Around()
    for name, source in surroundings.sources():
        try:
            found = found.plus(source(settings, engine, names))
        except BadInput:
            raise
        except CountyError as error:
            notes.append((_UNREAD, {"source": name, "error": translate_error(error)}))
    return found


def _targets(county: County, around: Around) -> Mapping[tuple[str, str], surroundings.Row]:
    return plan.targets(around, {c.name: u.lan for u in county.units if (c := county.cpe_by_unit.get(u.id))})


def _listened(
    county: County,
    settings: Settings,
    around: Around,
    secret: bytes,
    run: bytes,
    seconds: float,
    notes: list[Note],
) -> tuple[Around, frozenset[str]]:
    """Return what was heard at terminals' ports, and the CPEs where probes went out."""
    heard = {device for device, _table in around.asked}
    lans = {c.name: lan(county, u) for u in county.units if (c := county.cpe_by_unit.get(u.id)) and c.name in heard}
    listening = plan.ports(county, lans)
    sent: Mapping[str, Mapping[str, Sequence[bytes]]] = {c: {p: () for p in ports} for c, ports in listening.items()}
    if settings.beacon_outside is None:
        notes.append((_NO_BEACON, {}))
    else:
        outside, found = str(settings.beacon_outside), _targets(county, around)
        sent = plan.frames(listening, found, around, secret, outside, time.time(), run)
    try:
        said = surroundings.listener()(settings, sent, seconds)
    except BadInput:
        raise
    except (CountyError, MissingCapability) as error:
        notes.append((_DEAF, {"error": translate_error(error)}))
        return Around(), frozenset()
    done = {device for device, _table in said.asked} if settings.beacon_outside else set[str]()
    return said, frozenset(done)


def _arrived(lines: Sequence[Mapping[str, JSON]], known: Mapping[int, str], began: float) -> Iterator[Answer]:
    """Yield the answers to this scan's probes that the outside beacon wrote down, once for each origin.

    Whether a probe was this scan's says the time in it, which is ours: the beacon's clock may be wrong.
    """
    seen = set[tuple[str, str]]()
    for line in lines:
        at, origin, sent = line.get("at"), str(line.get("origin", "")), line.get("asked")
        if not isinstance(at, int | float) or line.get("side") != "outside":
            continue
        cookie, target = line.get("cookie"), ""
        since = began - BEFORE if line.get("by") == "web" else began
        if line.get("what") == "echo" and isinstance(sent, int) and sent >= int(since * 1000):
            target = str(line.get("target", ""))
        elif line.get("what") == "tcp" and isinstance(cookie, int):
            target = known.get(cookie, "")
        if target and (target, origin) not in seen:
            seen.add((target, origin))
            yield Answer("outside", target, origin, datetime.fromtimestamp(at, UTC))


def _inward(headers: Sequence[Header], secret: bytes) -> Iterator[Answer]:
    """Yield what came out of a terminal's inner side as an answer to the outside beacon's question."""
    for seen in headers:
        token = probe.read(secret, bytes.fromhex(seen.echo), seen.at.timestamp()) if seen.echo else None
        if token is not None and token.way == probe.INWARD:
            yield Answer("inside", token.target, seen.source, seen.at)


def _with_afar(around: Around, lines: Sequence[Mapping[str, JSON]]) -> Around:
    """Return what is known with the headers that the inside beacon noted."""
    return replace(around, headers=(*around.headers, *_afar(lines)))


def _afar(lines: Sequence[Mapping[str, JSON]]) -> Iterator[Header]:
    for line in lines:
        at, ttl, clock_, mss = (line.get(name) for name in ("at", "ttl", "clock", "mss"))
        if line.get("what") != "syn" or not isinstance(at, int | float) or not isinstance(ttl, int):
            continue
        yield Header(
            "beacon", "", "", str(line.get("source", "")), str(line.get("destination", "")), ttl, 6,
            datetime.fromtimestamp(at, UTC), options=str(line.get("options", "")),
            clock=clock_ if isinstance(clock_, int) else None, mss=mss if isinstance(mss, int) else None,
        )  # fmt: skip


def looked(gathered: Gathered) -> set[tuple[str, Table]]:
    """Return which tables were looked at, by device: what is not in them is gone."""
    return set(gathered.around.asked) | {(cpe, Table.BEACON) for cpe in gathered.probed}
