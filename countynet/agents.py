"""The seam between whoever exchanges credentials and who speaks SNMP: entry point `countynet.agents`.

`playbooks` changes the users of devices' agents, `monitoring` knows the protocol; they stand on one floor and do not
import each other. What is asked here is asked in a session of its own, with exactly the credentials that are given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import SecretStr

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.agents"


@dataclass(frozen=True)
class Login:
    """A user of SNMPv3 at level authPriv (RFC 3414, RFC 7860: SHA-2; RFC 3826: AES-128)."""

    user: str
    auth: SecretStr
    priv: SecretStr


Asking = Callable[[Settings, Mapping[str, str], Login], Mapping[str, str]]
"""settings, agents' addresses by device, the login: by device why its agent did not let us in, in the language of the
context; those that did are not named"""


def refusals(settings: Settings, agents: Mapping[str, str], login: Login) -> Mapping[str, str]:
    """Return which agents do not let a login in. Raises MissingCapability when no installed room speaks SNMP."""
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation speaks SNMP"))
    return cast(Asking, entry.load())(settings, agents, login)
