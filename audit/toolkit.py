"""What the audit asks of countynet itself: accounts, who approved what, backups, secrets, where it listens.

Accounts and tokens are the dashboard's; they are read as tables, because rooms do not import upwards. A table that is
not there (nobody opened the dashboard yet) is empty. Secrets are only looked for, never returned: what comes out is
where one was found, and its name.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading
from countynet.events import Event
from countynet.jobs import Job, JobLog
from countynet.secrets import Secrets, vault_file
from countynet.settings import Settings
from inventory import running

_WORD = re.compile(rb"[A-Za-z0-9+/=_.-]{12,}")
SHORTEST = 12
"""letters of a secret that is looked for: a shorter one is a word that stands anywhere"""
_PLANS = ("plan.made", "plan.approved", "plan.applying", "plan.emergency", "plan.confirmed")


@dataclass(frozen=True)
class Account:
    """An account of the dashboard."""

    login: str
    role: str
    created: datetime
    changed: datetime | None
    """when its password was set last; None: it has none"""
    seen: datetime | None


@dataclass(frozen=True)
class Token:
    """A token of the API."""

    name: str
    created: datetime
    expires: datetime
    used: datetime | None


@dataclass(frozen=True)
class Toolkit:
    """How countynet itself stands."""

    at: datetime
    settings: Settings
    accounts: tuple[Account, ...] = ()
    tokens: tuple[Token, ...] = ()
    plans: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """per plan who made, approved and applied it last"""
    last: Mapping[str, datetime] = field(default_factory=dict)
    """when each tag of an event was recorded last"""
    first_event: datetime | None = None
    looked: Mapping[str, datetime | None] = field(default_factory=dict)
    """when each device's configuration was last kept"""
    loose: tuple[str, ...] = ()
    """files that others than their owner may read"""
    spilt: tuple[str, ...] = ()
    """`name of secret: where it was found`"""


def gather(settings: Settings, engine: Engine, devices: Collection[str]) -> Toolkit:
    """Return how countynet stands. Raises BadInput without the county's vault."""
    with reading(engine) as session:
        return Toolkit(
            at=clock.now(),
            settings=settings,
            accounts=tuple(_accounts(session)),
            tokens=tuple(_tokens(session)),
            plans=_plans(session),
            last=_last(session),
            first_event=session.scalar(select(Event.at).order_by(Event.id).limit(1)),
            looked={name: running.looked(settings, name) for name in devices},
            loose=tuple(_loose(settings)),
            spilt=tuple(_spilt(settings, session)),
        )


def _rows(session: Session, table: str, wanted: str) -> list[Mapping[str, Any]]:
    if not inspect(session.get_bind()).has_table(table):
        return []
    return [dict(row._mapping) for row in session.execute(text(wanted))]


def _accounts(session: Session) -> Iterator[Account]:
    wanted = (
        "SELECT u.login, u.role, u.created, u.changed, u.password, "
        "(SELECT max(s.seen) FROM user_sessions s WHERE s.user = u.id) AS seen FROM users u ORDER BY u.login"
    )
    for row in _rows(session, "users", wanted):
        if row["password"] is not None:
            yield Account(
                row["login"], row["role"], _time(row["created"]), _perhaps(row["changed"]), _perhaps(row["seen"])
            )


def _tokens(session: Session) -> Iterator[Token]:
    wanted = "SELECT name, created, expires, used FROM api_token WHERE revoked IS NULL ORDER BY name"
    for row in _rows(session, "api_token", wanted):
        yield Token(row["name"], _time(row["created"]), _time(row["expires"]), _perhaps(row["used"]))


def _time(value: datetime | str) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=clock.now().tzinfo)


def _perhaps(value: datetime | str | None) -> datetime | None:
    return None if value is None else _time(value)


def _plans(session: Session) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    chosen = select(Event.subject, Event.tag, Event.actor).where(Event.tag.in_(_PLANS)).order_by(Event.id)
    for subject, tag, actor in session.execute(chosen):
        found.setdefault(subject, {})[tag] = actor
    return found


def _last(session: Session) -> dict[str, datetime]:
    tags = session.scalars(select(Event.tag).distinct()).all()
    latest = (select(Event.at).where(Event.tag == tag).order_by(Event.id.desc()).limit(1) for tag in tags)
    return {tag: at for tag, chosen in zip(tags, latest, strict=True) if (at := session.scalar(chosen)) is not None}


def _loose(settings: Settings) -> Iterator[str]:
    """Yield private files that the group or others may read; folders of the state above them count."""
    password = settings.vault_password_file or settings.state / "vault-password"
    for path in (password, vault_file(settings), settings.state):
        if path.exists() and path.stat().st_mode & 0o077:
            yield f"{path.name} ({path.stat().st_mode & 0o777:04o})"


def _spilt(settings: Settings, session: Session) -> Iterator[str]:
    """Yield where a secret of the vault stands in clear text: masked configurations, evidence, events, jobs."""
    needles = _needles(Secrets.load(settings))
    for where, content in _places(settings, session):
        for name in sorted({needles[word] for word in set(_WORD.findall(content)) & needles.keys()}):
            yield f"{name}: {where}"


def _needles(secrets: Secrets) -> dict[bytes, str]:
    found = {}
    for name in secrets.names():
        if "public" not in name:
            for line in secrets.get(name).get_secret_value().splitlines():
                if len(line) >= SHORTEST and _WORD.fullmatch(line.encode()):
                    found[line.encode()] = name
    return found


def _places(settings: Settings, session: Session) -> Iterator[tuple[str, bytes]]:
    for name in running.devices(settings):
        yield f"running/{name}", running.masked(settings, name).encode()
    for path in sorted((settings.state / "evidence").glob("*/*")):
        yield f"evidence/{path.name[:12]}", path.read_bytes()
    for path in _inventory(settings.county):
        yield f"county/{path.relative_to(settings.county)}", path.read_bytes()
    for id_, body in session.execute(select(Event.id, Event.body)):
        yield f"event {id_}", body.encode()
    for job in session.scalars(select(Job)):
        yield f"job {job.id}", json.dumps([job.body, job.result, job.error], ensure_ascii=False).encode()
    for id_, line in session.execute(select(JobLog.job_id, JobLog.line)):
        yield f"job {id_}", line.encode()


def _inventory(county: Path) -> list[Path]:
    return [
        path for path in sorted(county.rglob("*.yml")) if "secrets" not in path.parts and ".state" not in path.parts
    ]
