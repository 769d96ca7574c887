"""A random sample of devices, looked at again live: what was reported is what there is, or the difference by name.

Devices and servers come out of a seed that whoever doubts the report names, so nobody could prepare them. Each is read
anew, asked by the checks of the run that looking can decide (not those of papers or of the whole county), and
compared with what the run kept of it: the configuration by its hash, the findings one by one. A difference may have an
honest cause, a change since the run; the events between are told beside it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit import evidence, store
from audit.checks import BY_ID, run
from audit.compare import Found, findings
from audit.gather import fetched, gather
from audit.history import results_of
from audit.model import Result
from audit.service import present
from audit.tables import AuditRun
from audit.tags import AuditTag
from audit.words import sentence
from countynet import events, fetching
from countynet.canonical import JSON, canonical
from countynet.db import reading, transaction
from countynet.errors import Conflict
from countynet.events import Event
from countynet.i18n import _, translate
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import load_county

CHANGES = ("plan.device", "backup.restored", "drift.accepted")
"""events that say that a device was changed on purpose"""


@dataclass(frozen=True)
class Looked:
    """One device of the sample."""

    name: str
    error: str = ""
    """why it could not be read now; empty when it was"""
    same_text: bool = False
    """whether it runs to the letter what the run kept (masked)"""
    appeared: tuple[Found, ...] = ()
    """found now and not in the report"""
    gone: tuple[Found, ...] = ()
    """in the report and not found now"""
    since: tuple[str, ...] = ()
    """changes on purpose since the run, as `tag at time`"""

    @property
    def as_reported(self) -> bool:
        """Whether what is now is what was reported."""
        return not (self.error or self.appeared or self.gone)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON, in the language of the context."""
        appeared, gone = (
            [f"{one.check}: {sentence(one.point)}" for one in part] for part in (self.appeared, self.gone)
        )
        return {"device": self.name, "as_reported": self.as_reported, "error": self.error, "same_text": self.same_text,
                "appeared": appeared, "gone": gone, "since": list(self.since)}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """What a sample showed."""

    seed: int
    run: int
    devices: tuple[Looked, ...] = field(default=())

    @property
    def good(self) -> bool:
        """Whether every device is as reported."""
        return all(one.as_reported for one in self.devices)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {"seed": self.seed, "run": self.run, "as_reported": self.good,
                "devices": [one.document() for one in self.devices]}  # fmt: skip


def drawn(names: Sequence[str], seed: int, count: int) -> list[str]:
    """Return `count` names (all, if there are fewer) that a seed draws; the same seed draws the same of the same."""
    ordered = sorted(set(names))
    chance = random.Random(seed)  # noqa: S311 - whoever knows the seed draws the same; nothing is secret
    return sorted(chance.sample(ordered, min(count, len(ordered))))


def sample(
    settings: Settings, engine: Engine, actor: str, seed: int, count: int, say: Callable[[str], None], number: int = 0
) -> Sample:
    """Draw devices of a run (0: the last), look at them again, and record what came out with its evidence.

    Raises Conflict without such a run, MissingCapability where nothing can read devices, BadInput (inventory, vault).
    """
    kept, results, at = _run(settings, engine, number)
    names = drawn([p.subject for r in results for p in r.points if p.config_sha256], seed, count)
    county = load_county(settings.county)
    failed = dict(fetching.fetch(settings, actor, [name for name in names if name in county.device_by_name]))
    alive = [name for name in names if not failed.get(name)]
    there = present(county, settings)
    facts = gather(there, settings, (), say, False, alive)
    facts = replace(facts, devices=fetched(there, settings))  # some checks compare devices with their neighbours
    failed |= {name: translate(one.reason, **one.values) for name, one in facts.servers.items() if not one.files}
    now = [seen for r in results if r.check.id in BY_ID and _by_looking(seen := run(BY_ID[r.check.id], facts))]
    looked_at = {result.check.id for result in now}
    results = [result for result in results if result.check.id in looked_at]
    with reading(engine) as session:
        looked = tuple(_looked(name, failed.get(name, ""), results, now, _since(session, name, at)) for name in names)
    found = Sample(seed, kept, looked)
    _keep(settings, engine, actor, found)
    return found


def _by_looking(result: Result) -> bool:
    """Return whether a check was decided by looking at devices: one of papers, or of the whole county, was not."""
    return not all(p.subject == "county" and p.verdict is Verdict.UNKNOWN for p in result.points)


def _run(settings: Settings, engine: Engine, number: int) -> tuple[int, list[Result], datetime]:
    with reading(engine) as session:
        row: AuditRun | None = store.get(session, number) if number else store.latest(session)
        if row is None:
            raise Conflict(_("there is no run of the checks to draw from"))
        return row.id, results_of(settings, row), row.started


def _looked(name: str, error: str, before: Sequence[Result], now: Sequence[Result], since: tuple[str, ...]) -> Looked:
    if error:
        return Looked(name, error, since=since)
    was, is_ = _about(name, before), _about(name, now)
    texts = _texts(name, before) == _texts(name, now)
    appeared = tuple(found for key, found in is_.items() if key not in was)
    gone = tuple(found for key, found in was.items() if key not in is_)
    return Looked(name, "", texts, appeared, gone, since)


def _about(name: str, results: Sequence[Result]) -> dict[str, Found]:
    return {found.key: found for found in findings(results) if found.point.subject == name}


def _texts(name: str, results: Sequence[Result]) -> set[str]:
    return {p.config_sha256 for r in results for p in r.points if p.subject == name and p.config_sha256}


def _since(session: Session, name: str, at: datetime) -> tuple[str, ...]:
    wanted = select(Event.tag, Event.at).where(
        Event.subject == f"device:{name}", Event.tag.in_(CHANGES), Event.at >= at
    )
    return tuple(
        f"{tag} {when.isoformat(timespec='seconds')}" for tag, when in session.execute(wanted.order_by(Event.id))
    )


def _keep(settings: Settings, engine: Engine, actor: str, found: Sample) -> None:
    document: dict[str, Any] = found.document()
    name = evidence.save(settings, canonical(document).encode())
    data: dict[str, JSON] = {"seed": found.seed, "as_reported": found.good, "evidence": name,
                             "devices": [one.name for one in found.devices]}  # fmt: skip
    with transaction(engine) as session:
        events.record(session, AuditTag.SAMPLED, actor, f"audit:{found.run}", data)
