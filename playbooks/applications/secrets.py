"""The secrets of applications: made once, at the first deploy, and kept in the county's vault.

Names are `applications/<id>/<name>`. What a vault holds already is never made anew: a database behind it would be lost.
Two deploys at once make each secret once (flock(2)). Those that a kind calls `guarded` are in the center's own vault
where the county has one (`countynet.apart`), and never in both: what the county's vault ever held, its history has.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from countynet import apart
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.secrets import Secrets, vault_file
from countynet.settings import Settings
from inventory.create import key_pair, random_text
from playbooks.applications.model import Kind

OPEN = _("the county's vault has {name}: whoever opens it knows that; see docs/ceremony.md")
BACKUP = "backup-password"
"""of every application: encrypts its backups"""


def name_of(application: str, name: str) -> str:
    """Return the name in the vault."""
    return f"applications/{application}/{name}"


def ensure(settings: Settings, application: str, names: Iterable[str], guarded: Iterable[str] = ()) -> int:
    """Make the secrets that are missing; return how many. Raises BadInput for a broken or closed vault."""
    closed = {name_of(application, name) for name in guarded} if apart.is_meant(settings) else set()
    wanted = {name_of(application, name) for name in names} | closed
    with _locked(settings):
        vault = Secrets.load(settings)
        both = sorted(closed & set(vault.names()))
        if both:
            raise BadInput([Problem(OPEN, {"name": name}, file=str(vault_file(settings))) for name in both])
        own = apart.load(settings) if closed else None
        values = {name: vault.get(name).get_secret_value() for name in vault.names()}
        made = _add(values, wanted - closed, lambda whole: Secrets.create(settings, whole))
        if own:
            made += _add(apart.values(settings), closed, lambda whole: apart.write(settings, whole))
        return made


def read(settings: Settings, application: str, guarded: Iterable[str] = ()) -> Mapping[str, str]:
    """Return an application's secrets by their own names; none that were not made.

    `guarded`: those that are in the center's vault, where there is one. Raises BadInput where it is closed here.
    """
    vault, prefix = Secrets.load(settings), name_of(application, "")
    found = {name: vault.get(name).get_secret_value() for name in vault.names()}
    closed = tuple(guarded)
    if closed and apart.is_meant(settings):
        apart.load(settings)
        found |= apart.values(settings)
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}


def closed(settings: Settings, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return of applications those that this machine cannot touch: their secrets are in a vault that it does not open.

    `kinds`: the kind of each, by its id.
    """
    if not apart.is_meant(settings) or apart.opens(settings):
        return frozenset()
    return frozenset(id_ for id_, kind in kinds.items() if kind.guarded)


def keep_apart(settings: Settings, applications: Mapping[str, Iterable[str]]) -> str:
    """Make the center's vault with a key for its hosts; return that key's public half.

    `applications`: what is guarded, by application. Raises BadInput where the vault is there already, and where the
    county's vault has held any of it: whoever has that one's password knows it.
    """
    with _locked(settings):
        if apart.opens(settings):
            return apart.values(settings)[apart.PUBLIC_KEY]
        held = set(Secrets.load(settings).names())
        known = [n for id_, names in applications.items() for n in (name_of(id_, name) for name in names) if n in held]
        if known:
            raise BadInput([Problem(OPEN, {"name": name}, file=str(vault_file(settings))) for name in sorted(known)])
        private, public = key_pair(Ed25519PrivateKey.generate())
        apart.write(settings, {apart.PRIVATE_KEY: private, apart.PUBLIC_KEY: public})
        return public


def _add(values: dict[str, str], wanted: Iterable[str], write: Callable[[Mapping[str, str]], object]) -> int:
    missing = [name for name in wanted if name not in values]
    if missing:
        write(values | {name: random_text() for name in missing})
    return len(missing)


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "vault.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
