"""Asks the platform for its journal once a minute and records what is new.

It is asked at its host's address in the inventory, under its name, over TLS that the county's root vouches for: the
file of COUNTYNET_SIGNON_CA, else what the platform's deploy left in the county folder, else the machine's own roots.
What keeps it away is logged when it begins and when it is something else, not every minute.
One request at a time, in a thread of its own: a platform that is away delays nothing and is asked again. After a break
that was recorded, the journal goes on from the first line that is younger than the last one taken, so that a restored
backup is told once and not for ever.
"""

import http.client
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from audit.authority.chain import Line, Taken, Unreadable, broken, read
from audit.authority.tags import AuthorityTag
from countynet import vantage
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import CountyError
from countynet.events import Event, record
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.takenoff import taken_off
from inventory import load_county
from inventory.model import County

KIND = "certificates"
EVERY = timedelta(seconds=60)
SECONDS, LONGEST = 10.0, 4 << 20
ROOT = "certificates/root.pem"
"""within the county folder: the root of the county's authority, kept there by its deploy"""
log = logging.getLogger(__name__)
Ask = Callable[[int], object]
"""Return the journal's lines after a number, as the platform tells them. Raises OSError."""
_busy: dict[str, threading.Thread] = {}
_last: dict[str, datetime] = {}
_away: dict[str, str] = {}
"""by county, why its platform could not be asked last time"""


@dataclass(frozen=True)
class Platform:
    """An application of this kind that we deployed: its id, its DNS name, and its host's address."""

    id: str
    dns: str
    address: str


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Begin a look once a minute, unless one is under way."""
    place = str(engine.url)
    if place in _last and timedelta() <= now - _last[place] < EVERY:
        return
    _last[place] = now
    if place not in _busy or not _busy[place].is_alive():
        _busy[place] = threading.Thread(target=_look, args=(settings, engine), name="authority journal", daemon=True)
        _busy[place].start()


def _look(settings: Settings, engine: Engine) -> None:
    why = ""
    try:
        for platform in platforms(engine, load_county(settings.county)):
            take(engine, platform.id, asker(settings, platform))
    except (OSError, http.client.HTTPException, Unreadable, CountyError) as error:
        why = str(error) or type(error).__name__
    place = str(engine.url)
    if why and why != _away.get(place):
        log.warning("the authentication platform's journal could not be taken: %s", why)
    _away[place] = why


def platforms(engine: Engine, county: County) -> tuple[Platform, ...]:
    """Return the platforms that are asked: none that was taken off its servers."""
    meant = [(one, one.deployment.dns) for one in county.applications if one.deployment and one.deployment.kind == KIND]
    with reading(engine) as session:
        gone = taken_off(session, [one.id for one, _dns in meant])
    return tuple(
        Platform(one.id, dns, str(county.host_by_name[one.hosts[0]].address.ip))
        for one, dns in meant
        if one.id not in gone
    )


def root(settings: Settings) -> str | None:
    """Return the file of the county's root certificate, None where nobody gave one."""
    kept = settings.county / ROOT
    return str(settings.signon_ca or kept) if settings.signon_ca or kept.is_file() else None


def asker(settings: Settings, platform: Platform) -> Ask:
    """Return how this platform is asked: with the vault's token, from where the county's hosts are reached."""
    token = Secrets.load(settings).get(f"applications/{platform.id}/journal-token").get_secret_value()
    context = ssl.create_default_context(cafile=root(settings))

    def ask(after: int) -> object:
        netns = vantage.path(settings)
        with vantage.within(netns) if netns else nullcontext():
            plain = socket.create_connection((platform.address, 443), SECONDS)
        with plain, context.wrap_socket(plain, server_hostname=platform.dns) as link:
            return _answer(link, platform.dns, f"/journal.json?after={after}", token)

    return ask


def _answer(link: ssl.SSLSocket, name: str, path: str, token: str) -> object:
    connection = http.client.HTTPConnection(name)
    connection.sock = link
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.OK:
        raise OSError(f"{name}{path} answers {answer.status}")
    return json.loads(answer.read(LONGEST))


def take(engine: Engine, platform: str, ask: Ask) -> int:
    """Record what is new of a platform's journal; return how many lines. Raises OSError, Unreadable."""
    count = 0
    while True:
        last = _taken(engine, platform)
        lines = read(ask(max(last.id - 1, 0)))
        wrong = broken(last, lines)
        if wrong is not None:
            _record_break(engine, platform, last, wrong, ask)
            return count
        new = [line for line in lines if line.id > last.id]
        if not new:
            return count
        _record(engine, platform, new)
        count += len(new)


def _taken(engine: Engine, platform: str) -> Taken:
    query = select(Event).where(Event.tag.in_(list(AuthorityTag)), Event.subject == platform)
    with reading(engine) as session:
        found = session.scalars(query.order_by(Event.id.desc()).limit(1)).first()
        if found is None:
            return Taken()
        told = json.loads(found.body)
    return Taken(told["line"], told["hash"], told["at"])


def _record(engine: Engine, platform: str, lines: list[Line]) -> None:
    with transaction(engine) as session:
        for line in lines:
            told: dict[str, JSON] = {"line": line.id, "at": line.at, "action": line.action, "subject": line.subject}
            record(
                session, AuthorityTag.LINE, line.actor, platform, {**told, "details": line.details, "hash": line.hash}
            )


def _record_break(engine: Engine, platform: str, last: Taken, wrong: int, ask: Ask) -> None:
    """Record where the chain breaks, and from which line on the journal is taken again."""
    begin = Taken(0, Taken().hash, last.at)
    while lines := [line for line in read(ask(begin.id)) if line.id > begin.id]:
        older = [line for line in lines if line.at <= last.at]
        if older:
            begin = Taken(older[-1].id, older[-1].hash, last.at)
        if len(older) < len(lines):
            break
    told: dict[str, JSON] = {
        "line": begin.id,
        "hash": begin.hash,
        "at": last.at,
        "broken": wrong,
        "taken": last.id,
        "expected": last.hash,
    }
    with transaction(engine) as session:
        record(session, AuthorityTag.BROKEN, "system", platform, told)
