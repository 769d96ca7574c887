"""Secrets without a vault: a text for every name, but nothing of an exchange of credentials, since none is running."""

from collections.abc import Callable

from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from inventory.intent.rotation import KINDS, USER, entry
from inventory.intent.secrets import Secrets

ABSENT = {*map(entry, KINDS), USER}


def vault(text: Callable[[str], str] = lambda _name: "ssh-ed25519 AAAA county") -> Secrets:
    """Return a vault that has `text(name)` under each name but those of a rotation, which it refuses as a real one."""

    def secret(name: str) -> SecretStr:
        if name in ABSENT:
            raise BadInput([Problem("the vault has no {name}", {"name": name})])
        return SecretStr(text(name))

    return secret
