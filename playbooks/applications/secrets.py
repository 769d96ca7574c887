"""The secrets of applications: made once, at the first deploy, and kept in the county's vault.

Names are `applications/<id>/<name>`. What a vault holds already is never made anew: a database behind it would be lost.
Two deploys at once make each secret once (flock(2)).
"""

import fcntl
from collections.abc import Iterable, Mapping

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.create import random_text

BACKUP = "backup-password"
"""of every application: encrypts its backups"""


def name_of(application: str, name: str) -> str:
    """Return the name in the vault."""
    return f"applications/{application}/{name}"


def ensure(settings: Settings, application: str, names: Iterable[str]) -> int:
    """Make the secrets that are missing; return how many. Raises BadInput for a broken vault."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "vault.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        vault = Secrets.load(settings)
        wanted = {name_of(application, name) for name in (*names, BACKUP)} - set(vault.names())
        if wanted:
            values = {name: vault.get(name).get_secret_value() for name in vault.names()}
            Secrets.create(settings, values | {name: random_text() for name in wanted})
        return len(wanted)


def read(settings: Settings, application: str) -> Mapping[str, str]:
    """Return an application's secrets by their own names; none that were not made."""
    vault, prefix = Secrets.load(settings), name_of(application, "")
    return {
        name.removeprefix(prefix): vault.get(name).get_secret_value()
        for name in vault.names()
        if name.startswith(prefix)
    }
