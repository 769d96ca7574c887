"""What an exchange of the servers' key makes of the vault's values: begun, servers moved on, finished, given up.

Pure but for the fresh key. A server that is gone from the inventory is forgotten; one that is new takes part.
"""

import json
from collections.abc import Collection, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inventory.create import key_pair
from inventory.intent import rotation, server_keys
from inventory.intent.rotation import Stage

Values = dict[str, str]
_NEXT = (server_keys.STAGES, server_keys.NEXT_PRIVATE, server_keys.NEXT_PUBLIC)


def stages(values: Mapping[str, str]) -> dict[str, Stage] | None:
    """Return how far each server is, None when no exchange runs."""
    return server_keys.stages(values.get(server_keys.STAGES))


def _at(values: Values, found: Mapping[str, Stage]) -> Values:
    return values | {server_keys.STAGES: json.dumps({name: int(stage) for name, stage in sorted(found.items())})}


def begun(values: Values, members: Collection[str]) -> Values:
    """Return the values with an exchange that runs, every member to know both keys; one that runs already goes on.

    The present key is written down as the servers' own, so that an exchange of the devices' leaves it alone.
    """
    there = stages(values)
    if there is None:
        private, public = key_pair(Ed25519PrivateKey.generate())
        own = {
            rotation.SERVERS_PRIVATE: values.get(rotation.SERVERS_PRIVATE, values[rotation.PRIVATE]),
            rotation.SERVERS_PUBLIC: values.get(rotation.SERVERS_PUBLIC, values[rotation.PUBLIC]),
        }
        values, there = values | own | {server_keys.NEXT_PRIVATE: private, server_keys.NEXT_PUBLIC: public}, {}
    return _at(values, {name: there.get(name, Stage.BOTH) for name in members})


def moved(values: Values, servers: Collection[str], stage: Stage) -> Values:
    """Return the values with servers at a stage."""
    return _at(values, (stages(values) or {}) | dict.fromkeys(servers, stage))


def is_over(values: Mapping[str, str]) -> bool:
    """Whether every server knows the next key alone."""
    found = stages(values)
    return found is not None and all(stage is Stage.NEW for stage in found.values())


def finished(values: Values) -> Values:
    """Return the values with the next key in the place of the present one, which is gone."""
    keys = {
        rotation.SERVERS_PRIVATE: values[server_keys.NEXT_PRIVATE],
        rotation.SERVERS_PUBLIC: values[server_keys.NEXT_PUBLIC],
    }
    return given_up(values | keys)


def given_up(values: Values) -> Values:
    """Return the values without the exchange: the present key alone."""
    return {name: value for name, value in values.items() if name not in _NEXT}
