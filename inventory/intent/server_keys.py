"""The key that opens the servers, and how far each server is while it is exchanged for another. Pure.

While that runs the vault holds the present and the next key and, for each server, a stage (`rotation/servers`, a JSON
object; the stages are those of devices, see `inventory.intent.rotation`). A server is opened by the present key until
the next one alone has opened it, and by the next one from then on; one that is not named is opened by the present one.
"""

import json
from collections.abc import Mapping

from pydantic import SecretStr

from inventory.intent.rotation import PRIVATE, PUBLIC, SERVERS_PRIVATE, SERVERS_PUBLIC, Stage, optional
from inventory.intent.secrets import Secrets

STAGES = "rotation/servers"
NEXT_PUBLIC, NEXT_PRIVATE = "ssh/next-servers-public-key", "ssh/next-servers-private-key"


def stages(said: str | None) -> dict[str, Stage] | None:
    """Return how far each server is, of what the vault says; None when no exchange runs."""
    if said is None:
        return None
    held: Mapping[str, int] = json.loads(said)
    return {name: Stage(stage) for name, stage in held.items()}


def _stages(secrets: Secrets) -> dict[str, Stage]:
    said = optional(secrets, STAGES)
    return stages(said.get_secret_value() if said else None) or {}


def present(secrets: Secrets) -> SecretStr:
    """Return the present private key: the servers' own, or the devices' where they never had another."""
    return optional(secrets, SERVERS_PRIVATE) or secrets(PRIVATE)


def opens(secrets: Secrets, server: str) -> SecretStr:
    """Return the private key that opens a server."""
    turned = _stages(secrets).get(server, Stage.OLD) >= Stage.TURNED
    return secrets(NEXT_PRIVATE) if turned else present(secrets)


def every(secrets: Secrets) -> tuple[SecretStr, ...]:
    """Return the private keys of which one opens each server: one, or two while an exchange runs."""
    following = optional(secrets, NEXT_PRIVATE)
    return (present(secrets), *([following] if following else []))


def public(secrets: Secrets, server: str) -> tuple[str, ...]:
    """Return the public keys that a server may know, as `type base64`."""
    now = optional(secrets, SERVERS_PUBLIC) or secrets(PUBLIC)
    following = optional(secrets, NEXT_PUBLIC)
    stage = _stages(secrets).get(server, Stage.OLD)
    found = [now] if stage is not Stage.NEW else []
    found += [following] if following and stage is not Stage.OLD else []
    return tuple(" ".join(key.get_secret_value().split()[:2]) for key in found)
