"""Which devices run something else than the inventory intends: what differs, since when, and who was there.

Everything is read from the devices now and kept as versions on the way; what is intended is the inventory's last
commit. `since` is the first kept version of the unbroken row that differs from today's intention. If the version before
it did not differ, the device moved; if none is known that did not, and the inventory was changed later than the device,
the inventory moved and a plan is what is missing. `people` is who the device, the logs and our own events name in that
stretch of time: a reason to ask somebody, no proof.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import open_database, reading
from countynet.errors import CountyError, DeviceError
from countynet.events import Event
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory import running
from inventory.platforms import registry
from inventory.platforms.seam import UnparsedLine
from inventory.platforms.steady import steady
from inventory.record import Repository
from inventory.running import Cause, Why
from inventory.select import select_devices
from playbooks.backup import history
from playbooks.backup.history import Version
from playbooks.device import drivers
from playbooks.device.results import Limits, Progress, silent
from playbooks.drift import store
from playbooks.drift.compare import HIDDEN, Difference, differences, unmanaged, unwritten
from playbooks.drift.follow import who
from playbooks.plan.make import Ground
from playbooks.plan.reading import Seen, look_all
from playbooks.tags import ConfigTag, PlanTag

DEEP = 40
"""so many versions are looked at for the beginning of a drift"""
FIRST_LOOK = timedelta(days=1)
"""how long before its first version somebody may have changed a device"""
_OURS = (ConfigTag.APPLIED, PlanTag.DEVICE)


@dataclass(frozen=True)
class Person:
    """Somebody who was at a device."""

    at: datetime
    name: str
    source: str
    did: str
    """changed, signed-in, signed-out, or our own event"""
    words: str = ""

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        about: dict[str, JSON] = {"who": self.name, "from": self.source, "did": self.did, "words": self.words}
        return {"at": self.at.isoformat(), **about}


@dataclass(frozen=True)
class Drift:
    """One device that runs something else; `diff` and `lines` are masked."""

    device: str
    diff: str
    differences: tuple[Difference, ...]
    unmanaged: tuple[UnparsedLine, ...]
    moved: str
    """device, inventory or unknown"""
    since: datetime | None
    last_good: datetime | None
    """when it was last seen as it is intended now"""
    people: tuple[Person, ...]
    running: str = ""
    """the original, with its secrets: for `accept`, never for a screen"""

    def __repr__(self) -> str:
        return f"Drift({self.device!r}, {len(self.differences)} differences)"

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {
            "device": self.device,
            "moved": self.moved,
            "since": self.since.isoformat() if self.since else None,
            "last_good": self.last_good.isoformat() if self.last_good else None,
            "differences": [d.document() for d in self.differences],
            "unmanaged": _lines(self.unmanaged),
            "people": [person.document() for person in self.people],
            "diff": self.diff,
        }


def _lines(lines: Sequence[UnparsedLine]) -> list[JSON]:
    return [{"section": line.section, "line": line.line, "text": line.text} for line in lines]


@dataclass(frozen=True)
class Report:
    """A look at some devices."""

    at: datetime
    looked: int
    drifts: tuple[Drift, ...]
    errors: Mapping[str, CountyError]
    unmanaged: Mapping[str, tuple[UnparsedLine, ...]] = field(default_factory=dict)
    """lines that nobody understands, of devices that run what is intended: no drift, but nobody vouches for them"""
    unconfirmed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """holders (masked lines) of secrets of which nobody knows whether the device has them; the next plan sends them"""

    @property
    def clean(self) -> bool:
        """Whether every device answered and runs what is intended."""
        return not (self.drifts or self.errors)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        errors: dict[str, JSON] = {name: translate_error(error) for name, error in self.errors.items()}
        drifts: list[JSON] = [drift.document() for drift in self.drifts]
        more: dict[str, JSON] = {name: _lines(lines) for name, lines in self.unmanaged.items()}
        about: dict[str, JSON] = {"at": self.at.isoformat(), "looked": self.looked}
        unsure: dict[str, JSON] = {name: list(holders) for name, holders in self.unconfirmed.items()}
        return {**about, "drift": drifts, "unmanaged": more, "unconfirmed": unsure, "errors": errors}


def look(
    settings: Settings,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
    *,
    actor: str = "system",
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Report:
    """Look at devices and compare. Raises BadInput; a device that fails is named in the report."""
    ground = Ground.at(settings)
    names = [device.name for device in select_devices(ground.county, only or ())]
    with running.because(Why(actor, Cause.MANUAL, "drift")):
        seen = look_all(ground.county, settings, ground.secrets, names, limits or Limits(), progress, cancelled)
    return judge(ground, seen)


def judge(ground: Ground, seen: Mapping[str, Seen]) -> Report:
    """Compare what was seen with what the inventory intends."""
    wanted, errors, drifts = ground.intended(seen), dict[str, CountyError](), list[Drift]()
    more, unsure = dict[str, tuple[UnparsedLine, ...]](), dict[str, tuple[str, ...]]()
    engine = open_database(ground.settings)
    for name, one in seen.items():
        intended = wanted[name]
        if one.error:
            errors[name] = one.error
        elif isinstance(intended, DeviceError):
            errors[name] = intended
        else:
            lines = _unmanaged(ground, name, one.running, intended)
            due = drivers.of(ground.county.device_by_name[name]).due(ground.vouched(name), one.running, intended)
            if due.unconfirmed:
                unsure[name] = due.unconfirmed
            if drift := _compare(ground, engine, name, one.running, intended, lines, due.changed):
                drifts.append(drift)
            elif lines:
                more[name] = lines
    engine.dispose()
    return Report(clock.now(), len(seen), tuple(drifts), errors, more, unsure)


def _unmanaged(ground: Ground, name: str, runs: str, intended: str) -> tuple[UnparsedLine, ...]:
    if runs == intended:
        return ()
    which = ground.county.device_by_name[name].platform
    platform = registry.platform(which)
    found = (*unmanaged(platform.parse(runs), platform.parse(intended)), *unwritten(runs, intended, which))
    return tuple(_masked(platform.mask, line) for line in found)


def _compare(
    ground: Ground,
    engine: Engine,
    name: str,
    runs: str,
    intended: str,
    lines: tuple[UnparsedLine, ...],
    secrets: tuple[str, ...],
) -> Drift | None:
    """Return the drift of a device; what nobody understands of it is none where its platform keeps such lines.

    Fields are compared with the device as it would be once restored: a secret that it keeps enciphered is no field.
    `secrets` are the holders of those that the inventory changed since they were sent.
    """
    device = ground.county.device_by_name[name]
    driver, platform = drivers.of(device), registry.platform(device.platform)
    goal = driver.expected(runs, intended, secrets)
    shown = driver.difference(runs, goal, ground.key)
    diff = shown + driver.sent_again(goal, secrets)
    if not diff:
        return None
    have, want = platform.parse(runs), platform.parse(goal)
    row, good = _row(ground, name, intended)
    moved, since = _moved(ground, row, good) if shown else ("inventory", None)
    with reading(engine) as session:
        people = tuple(_people(session, name, row, good))
    last_good = good.at if good else None
    fields = (*differences(have.config, want.config), *(Difference(holder, HIDDEN, HIDDEN) for holder in secrets))
    return Drift(name, diff, fields, lines, moved, since, last_good, people, runs)


def _masked(mask: Callable[[str], str], line: UnparsedLine) -> UnparsedLine:
    return line.model_copy(update={"text": mask(line.text).strip("\n")})


def _row(ground: Ground, name: str, intended: str) -> tuple[tuple[Version, ...], Version | None]:
    """Return the unbroken row of versions that differ from the intention, the newest first, and the one before it."""
    if name not in running.devices(ground.settings):
        return (), None
    driver = drivers.of(ground.county.device_by_name[name])
    shown, row = steady(driver.mask(intended, ground.key)), list[Version]()
    for version in history.versions(ground.settings, name)[:DEEP]:
        text = history.text(ground.settings, version)
        if not driver.difference(text, driver.expected(text, shown), ground.key):
            return tuple(row), version
        row.append(version)
    return tuple(row), None


def _moved(ground: Ground, row: Sequence[Version], good: Version | None) -> tuple[str, datetime | None]:
    first = row[-1].at if row else None
    if good is not None:
        return "device", first
    head = Repository(ground.settings).entry(ground.commit).at.astimezone(UTC)
    if row and head >= row[0].at:
        return "inventory", head
    return "unknown", first


def _people(session: Session, name: str, row: Sequence[Version], good: Version | None) -> Iterator[Person]:
    """Yield who was at a device from the last good look until the newest look that found something new."""
    if not row:
        return
    after = good.at if good else row[-1].at - FIRST_LOOK
    until = row[0].at + timedelta(minutes=1)
    found = [Person(m.at, m.user, m.source, m.kind, m.words) for m in store.between(session, name, after, until)]
    ours = select(Event).where(Event.subject == f"device:{name}", Event.tag.in_(_OURS), Event.at > after)
    for event in session.scalars(ours.where(Event.at <= until)):
        found.append(Person(event.at, event.actor, "countynet", event.tag))
    yield from sorted(found, key=lambda person: person.at)[-DEEP:]


def named(people: Sequence[Person]) -> tuple[str, ...]:
    """Return who is suspected, each once: those who changed something, else those who signed in."""
    changed = [p for p in people if p.did != "signed-in"] or list(people)
    return tuple(dict.fromkeys(who(p.name, p.source) for p in changed if p.name or p.source))


def read(document: Mapping[str, Any]) -> Report:
    """Return the report that a document tells (`Report.document`); the originals are not in it."""
    drifts = tuple(_drift(one) for one in document["drift"])
    errors = {name: CountyError(text) for name, text in document["errors"].items()}
    more = {
        name: tuple(UnparsedLine.model_validate(line) for line in lines)
        for name, lines in document.get("unmanaged", {}).items()
    }
    unsure = {name: tuple(holders) for name, holders in document.get("unconfirmed", {}).items()}
    return Report(datetime.fromisoformat(document["at"]), document["looked"], drifts, errors, more, unsure)


def _drift(said: Mapping[str, Any]) -> Drift:
    return Drift(
        device=said["device"],
        diff=said["diff"],
        differences=tuple(Difference(d["field"], d["running"], d["intended"]) for d in said["differences"]),
        unmanaged=tuple(UnparsedLine.model_validate(line) for line in said["unmanaged"]),
        moved=said["moved"],
        since=_time(said["since"]),
        last_good=_time(said["last_good"]),
        people=tuple(
            Person(datetime.fromisoformat(p["at"]), p["who"], p["from"], p["did"], p["words"]) for p in said["people"]
        ),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
