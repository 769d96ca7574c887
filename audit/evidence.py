"""Evidence: files named by the SHA-256 of their content, listed by the event of the run that made them.

So an auditor can take the folder away, hash every file and compare with the event log, offline. Only masked
configurations come here. A file whose content no longer has its name is refused.
"""

import os
from hashlib import sha256
from pathlib import Path

from countynet.errors import Conflict
from countynet.i18n import _
from countynet.settings import Settings


def folder(settings: Settings) -> Path:
    """Return where evidence is kept."""
    return settings.state / "evidence"


def name_of(content: bytes) -> str:
    """Return the name that content is kept under."""
    return sha256(content).hexdigest()


def save(settings: Settings, content: bytes) -> str:
    """Keep content, once, and return its hash: its name."""
    name = name_of(content)
    path = _path(settings, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
        fresh.replace(path)
    return name


def load(settings: Settings, name: str) -> bytes:
    """Return the content of a name. Raises Conflict if it is gone or was altered."""
    try:
        content = _path(settings, name).read_bytes()
    except (FileNotFoundError, ValueError) as error:
        raise Conflict(_("the evidence {name} is gone"), name=name) from error
    if sha256(content).hexdigest() != name:
        raise Conflict(_("the evidence {name} was altered"), name=name)
    return content


def _path(settings: Settings, name: str) -> Path:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise ValueError(name)
    return folder(settings) / name[:2] / name
