"""The center's own vault: what who runs the network may not read, with root on its machine and the county's password.

`<county>/secrets/center.yml` has the form of the county's vault and a password of its own, in the file that
COUNTYNET_CENTER_PASSWORD_FILE names: on the center's machine (better on a medium that is plugged in for the time of a
deploy), never on the station, in no argument and no variable. Beside the secrets of applications that are the center's
alone it holds the SSH key that opens their hosts, which then know the servers' common key no more.

Which hosts those are, the room that deploys applications knows; others ask it by the entry point `countynet.apart`.

A machine that names the password's file takes the vault to be there: where it has gone missing nothing is made anew in
the county's vault in its place. Raises BadInput, never with a value.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, cast

from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.rooms import registered
from countynet.secrets import FOLDER, Secrets
from countynet.settings import CENTER_PASSWORD_FILE, Settings

FILE = "center.yml"
GROUP = "countynet.apart"
PRIVATE_KEY, PUBLIC_KEY = "ssh/center-private-key", "ssh/center-public-key"


class Hosts(Protocol):
    """Knows the county's applications and what they keep apart."""

    def __call__(self, settings: Settings, county: object) -> Iterable[str]:
        """Return the hosts that the center alone opens. `county`: inventory.model.County."""
        ...


def is_meant(settings: Settings) -> bool:
    """Whether the county has such a vault, or this machine is told that it has."""
    return settings.center_password_file is not None or (settings.county / FOLDER / FILE).exists()


def opens(settings: Settings) -> bool:
    """Whether this machine opens it now; no longer once the medium with its password is taken out."""
    password = settings.center_password_file
    return password is not None and password.exists() and (settings.county / FOLDER / FILE).exists()


def load(settings: Settings) -> Secrets:
    """Read it. Raises BadInput where it is missing, and on a machine that is not the center's."""
    file = settings.county / FOLDER / FILE
    if not file.exists():
        message = _("the center's vault is missing")
        raise BadInput([Problem(message, file=str(file), wanted=_("countynet app keep-apart makes one"))])
    if settings.center_password_file is None:
        message = _("this is in the center's own vault, closed on this machine: do it on the center's")
        raise BadInput([Problem(message, file=str(file), wanted=CENTER_PASSWORD_FILE)])
    return Secrets.read(file, settings.center_password_file)


def write(settings: Settings, values: Mapping[str, str]) -> None:
    """Write it anew, and its password where there is none. Raises BadInput where no file is named for that."""
    if settings.center_password_file is None:
        message = _("no file is named for the password of the center's vault")
        raise BadInput([Problem(message, wanted=f"{CENTER_PASSWORD_FILE}=FILE")])
    Secrets.write(settings.county / FOLDER / FILE, settings.center_password_file, values)


def values(settings: Settings) -> dict[str, str]:
    """Return everything that it holds; nothing where this machine does not open it."""
    if not opens(settings):
        return {}
    vault = load(settings)
    return {name: vault.get(name).get_secret_value() for name in vault.names()}


def key(settings: Settings) -> SecretStr | None:
    """Return the SSH key that opens the center's hosts, None where this machine has it not."""
    return SecretStr(found) if (found := values(settings).get(PRIVATE_KEY)) else None


def hosts(settings: Settings, county: object) -> frozenset[str]:
    """Return the hosts that the center alone opens; none without its vault. `county`: inventory.model.County."""
    if not is_meant(settings):
        return frozenset()
    return frozenset(name for entry in registered(GROUP) for name in cast(Hosts, entry.load())(settings, county))
