"""Secrets for who has no vault and shows none: a text for every name, but nothing of an exchange of credentials. Pure.

What NetBox is told, benchmarks and tests derive configurations for their other parts. A vault without a rotation has
no entry of one, so there is none here either (`inventory.intent.rotation`).
"""

from collections.abc import Callable

from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.intent.rotation import KINDS, TIME_TURN, TURN, VENDOR_TURN, entry
from inventory.intent.secrets import Secrets
from inventory.names import OF_TRANSITS, OSPF_KEY

ABSENT = {*map(entry, KINDS), TURN, VENDOR_TURN, TIME_TURN}


def placeholders(text: Callable[[str], str] = lambda _name: "ssh-ed25519 AAAA county") -> Secrets:
    """Return secrets that are `text(name)`; asked for one of a rotation they raise BadInput as a vault without one."""

    def secret(name: str) -> SecretStr:
        if name in ABSENT:
            raise BadInput([Problem(_("the vault has no secret named {name}"), {"name": name})])
        return SecretStr(text(name)[-OSPF_KEY:] if name.startswith(OF_TRANSITS) else text(name))

    return secret
