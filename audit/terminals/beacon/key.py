"""The key of the beacons: sealed with the vault's password in the county's state, in clear only on a beacon's machine.

Whoever has it can write answers into a journal that no terminal gave, and no more: it opens nothing.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.secrets import seal, unseal
from countynet.settings import Settings

SIZE = 32
"""octets"""


def sealed(settings: Settings) -> Path:
    """Return where the sealed key is."""
    return settings.state / "beacons" / "key"


def load(settings: Settings) -> bytes:
    """Return the county's key, made when it is first needed. Raises BadInput without the vault's password."""
    file = sealed(settings)
    if file.exists():
        return b64decode(unseal(settings, file.read_bytes()))
    key = os.urandom(SIZE)
    write(file, seal(settings, b64encode(key).decode()))
    return key


def read(file: Path) -> bytes:
    """Return the key in a file of a beacon's machine. Raises BadInput for none, a wrong one or one that others read."""
    try:
        with file.open("rb") as stream:
            text, mode = stream.read(200), os.fstat(stream.fileno()).st_mode
        key = b64decode(text.strip(), validate=True)
    except (OSError, ValueError) as error:
        raise BadInput([Problem(_("this is no key of a beacon: {error}"), {"error": error}, where=str(file))]) from None
    if len(key) != SIZE or mode & 0o077:
        wanted = _("a file that its owner alone reads, made by: countynet beacon key FILE")
        raise BadInput([Problem(_("this is no key of a beacon"), where=str(file), wanted=wanted)])
    return key


def write(file: Path, content: bytes) -> None:
    """Write a file that its owner alone reads. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
