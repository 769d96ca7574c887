"""The key that signs checkpoints: sealed with the vault's password, made when it is first needed.

It lies in `<state>/log/key`, unreadable without the password of the county's vault (`countynet.secrets.seal`); the
public keys, also those of earlier private ones, are events, and an auditor notes them elsewhere. Who has the machine
and that password can sign as we do: only what is kept outside tells such a person's log from ours.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.log.tags import LogTag
from countynet.eventlog import notes
from countynet.events import Event, record
from countynet.secrets import seal, unseal
from countynet.settings import Settings


def key_file(settings: Settings) -> Path:
    """Return where the sealed key is."""
    return settings.state / "log" / "key"


def load(settings: Settings) -> bytes | None:
    """Return the private key, None when there is none yet. Raises BadInput without the vault's password."""
    file = key_file(settings)
    return b64decode(unseal(settings, file.read_bytes())) if file.exists() else None


def make(settings: Settings) -> bytes:
    """Make a new private key, which signs from now on. Raises BadInput without the vault's password."""
    private = notes.new_key()
    _keep(key_file(settings), seal(settings, b64encode(private).decode()))
    return private


def announce(session: Session, origin: str, private: bytes, actor: str) -> notes.Key:
    """Return a key's public half; record it as an event when the table has none that names it."""
    public = notes.public(origin, private)
    if public not in public_keys(session):
        record(session, LogTag.KEY, actor, "log", {"key": public.text, "algorithm": notes.ALGORITHM})
    return public


def _keep(file: Path, sealed: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".key.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(sealed)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def public_keys(session: Session) -> tuple[notes.Key, ...]:
    """Return every public key that an event of the table names, the newest first."""
    chosen = select(Event).where(Event.tag == LogTag.KEY).order_by(Event.id.desc())
    return tuple(notes.Key.read(str(event.data["key"])) for event in session.scalars(chosen))
