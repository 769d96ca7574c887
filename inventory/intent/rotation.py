"""Credentials that are being exchanged: which a device is told, and which opens it. Pure.

While a rotation runs the vault holds the old and the next credential of a kind, and for each device (of tunnels: each
CPE, for both ends) how far it is (`rotation/KIND`, a JSON object). The stages follow each other so that a device that
stays one behind still fits: two ends of a tunnel at most one stage apart always know each other, because from `both` to
`turned` both ends accept either key and only from `new` on just one. An end proves itself by the first of its keys and
takes any of the other's.

    stage    device is told          opened by   tunnel: proves itself by, takes
    old      the old one             the old     old; old
    both     both                    the old     old; old or next
    turned   both, the next first    the next    next; old or next
    new      the next one            the next    next; next

Vendors' devices keep one key an account, so theirs is exchanged by a second account beside, as the user of SNMP is; the
two names follow each other to and fro. So are their tunnels' keys, as they take one key a peer: the hub knows such a
device by a second name with the next key besides, and from `turned` on the device goes by that. A key of time is known
by its number: the servers know both while a rotation runs, and a device asks with the next from `turned` on
(`inventory.intent.hardened`). Equal secrets and stages give equal configurations; without a rotation all is as it ever
was.
"""

import json
from enum import IntEnum
from typing import Literal, NamedTuple

from pydantic import SecretStr

from countynet.errors import BadInput
from inventory import names
from inventory.deviceconfig import SnmpUser
from inventory.intent.secrets import Secrets

Kind = Literal["snmp", "ssh", "vpn", "time"]
KINDS: tuple[Kind, ...] = ("snmp", "ssh", "vpn", "time")
TURN, AUTH, PRIV = "snmp/turn", "snmp/auth", "snmp/priv"
"""which of two names the user of SNMP has, `2` or nothing: a name is no secret, and would be taken for one there"""
NEXT_AUTH, NEXT_PRIV = "snmp/next-auth", "snmp/next-priv"
PUBLIC, PRIVATE = "ssh/admin-public-key", "ssh/admin-private-key"
NEXT_PUBLIC, NEXT_PRIVATE = "ssh/next-public-key", "ssh/next-private-key"
VENDOR_PUBLIC, VENDOR_PRIVATE = "ssh/vendor-public-key", "ssh/vendor-private-key"
NEXT_VENDOR_PUBLIC, NEXT_VENDOR_PRIVATE = "ssh/next-vendor-public-key", "ssh/next-vendor-private-key"
VENDOR_TURN = "ssh/vendor-turn"
"""which of two names the administrators' account on vendors' devices has, `2` or nothing"""
NEXT_TIME, TIME_TURN = "ntp/next-key", "ntp/turn"
"""the next key of time; by which of two pairs of numbers the servers know the present one, `2` or nothing"""
SERVERS_PUBLIC, SERVERS_PRIVATE = "ssh/servers-public-key", "ssh/servers-private-key"
"""what opens the servers, since the devices have another key than they; absent: the devices' key"""


class Account(NamedTuple):
    """An account, and the name of a secret with a key of it."""

    user: str
    key: str


class Stage(IntEnum):
    """How far a device is."""

    OLD = 0
    BOTH = 1
    TURNED = 2
    NEW = 3


def entry(kind: Kind) -> str:
    """Return the vault's entry that says how far each device is; there is none without a rotation of that kind."""
    return f"rotation/{kind}"


def next_of_tunnel(cpe: str) -> str:
    """Return the name of the secret that is a CPE's next pre-shared key."""
    return f"{names.secret_of_tunnel(cpe)}/next"


def turn_of_tunnel(cpe: str) -> str:
    """Return the vault's entry that says which of two names a CPE goes by in its tunnel, `2` or nothing."""
    return f"{names.secret_of_tunnel(cpe)}/turn"


def next_turn_of_tunnel(cpe: str) -> str:
    """Return the vault's entry with what the turn will be; without it the next key comes under the same name."""
    return f"{names.secret_of_tunnel(cpe)}/next-turn"


def optional(secrets: Secrets, name: str) -> SecretStr | None:
    """Return a secret, None when the vault has none of that name."""
    try:
        return secrets(name)
    except BadInput:
        return None


def stages(secrets: Secrets, kind: Kind) -> dict[str, Stage] | None:
    """Return how far each device is, None without a rotation. One that is not named is at the old credential."""
    said = optional(secrets, entry(kind))
    if said is None:
        return None
    return {str(name): Stage(int(stage)) for name, stage in json.loads(said.get_secret_value()).items()}


def stage(secrets: Secrets, kind: Kind, device: str) -> Stage:
    """Return how far a device is."""
    return (stages(secrets, kind) or {}).get(device, Stage.OLD)


def is_second(secrets: Secrets, following: bool, turn: str) -> bool:
    """Whether what is now (or, with `following`, what is next) goes by the second of two names or numbers."""
    said = optional(secrets, turn)
    second = said is not None and said.get_secret_value() == "2"
    return second is not following


def _called(secrets: Secrets, following: bool, turn: str = TURN, name: str = names.SNMP_USER) -> str:
    return f"{name}{names.SECOND}" if is_second(secrets, following, turn) else name


def _now(secrets: Secrets) -> SnmpUser:
    return SnmpUser(name=_called(secrets, False), auth_key=secrets(AUTH), priv_key=secrets(PRIV))


def next_user(secrets: Secrets) -> SnmpUser:
    """Return the user that devices are to have. Raises BadInput without a rotation."""
    return SnmpUser(name=_called(secrets, True), auth_key=secrets(NEXT_AUTH), priv_key=secrets(NEXT_PRIV))


def snmp_users(secrets: Secrets, device: str) -> tuple[SnmpUser, ...]:
    """Return the users of a device's agent. Raises BadInput for a missing secret."""
    match stage(secrets, "snmp", device):
        case Stage.OLD:
            return (_now(secrets),)
        case Stage.NEW:
            return (next_user(secrets),)
    return _now(secrets), next_user(secrets)


def snmp_login(secrets: Secrets, device: str) -> SnmpUser:
    """Return the user that we ask a device's agent as."""
    return next_user(secrets) if stage(secrets, "snmp", device) >= Stage.TURNED else _now(secrets)


def snmp_senders(secrets: Secrets) -> tuple[SnmpUser, ...]:
    """Return the users as which devices may tell us something: both while a rotation runs."""
    return (_now(secrets),) if stages(secrets, "snmp") is None else (_now(secrets), next_user(secrets))


def ssh_keys(secrets: Secrets, device: str) -> tuple[str, ...]:
    """Return the administrator's public keys on a device, as `type base64`."""
    where = stage(secrets, "ssh", device)
    chosen = {Stage.OLD: (PUBLIC,), Stage.NEW: (NEXT_PUBLIC,)}.get(where, (PUBLIC, NEXT_PUBLIC))
    return tuple(" ".join(secrets(name).get_secret_value().split()[:2]) for name in chosen)


def ssh_account(secrets: Secrets, device: str, rsa: bool, following: bool | None = None) -> Account:
    """Return the account that opens a device and the secret with its private key; with `following`, the next or not.

    `rsa`: the device is one of those whose SSH server takes RSA keys only (`inventory.intent.platforms`).
    """
    turned = stage(secrets, "ssh", device) >= Stage.TURNED if following is None else following
    if rsa:
        return Account(_administrator(secrets, turned), NEXT_VENDOR_PRIVATE if turned else VENDOR_PRIVATE)
    return Account(names.ADMINISTRATOR, NEXT_PRIVATE if turned else PRIVATE)


def _administrator(secrets: Secrets, following: bool) -> str:
    return _called(secrets, following, VENDOR_TURN, names.ADMINISTRATOR)


def vendor_accounts(secrets: Secrets, device: str) -> dict[str, str]:
    """Return the administrators' accounts on a vendor's device, each with its public key as `type base64`."""
    where = stage(secrets, "ssh", device)
    chosen = {Stage.OLD: (False,), Stage.NEW: (True,)}.get(where, (False, True))
    keys = {turned: NEXT_VENDOR_PUBLIC if turned else VENDOR_PUBLIC for turned in chosen}
    found = {_administrator(secrets, turned): secrets(key).get_secret_value() for turned, key in keys.items()}
    return {user: " ".join(key.split()[:2]) for user, key in found.items()}


class TunnelEnd(NamedTuple):
    """What a CPE proves itself by: its name, its key; what is taken beside the key under the same name."""

    name: str
    key: SecretStr
    also: SecretStr | None = None


def by_name(secrets: Secrets, cpe: str) -> bool:
    """Whether a CPE's next key comes with another name."""
    return optional(secrets, next_turn_of_tunnel(cpe)) is not None


def tunnel_end(secrets: Secrets, cpe: str) -> TunnelEnd:
    """Return what a CPE is told."""
    return tunnel_ends(secrets, cpe)[-1 if stage(secrets, "vpn", cpe) >= Stage.TURNED else 0]


def tunnel_ends(secrets: Secrets, cpe: str) -> tuple[TunnelEnd, ...]:
    """Return what the hub lets a CPE in by."""
    now = _called(secrets, False, turn_of_tunnel(cpe), cpe)
    if not by_name(secrets, cpe):
        return (TunnelEnd(now, *_tunnel_keys(secrets, cpe)),)
    old = TunnelEnd(now, secrets(names.secret_of_tunnel(cpe)))
    then = TunnelEnd(_called(secrets, True, turn_of_tunnel(cpe), cpe), secrets(next_of_tunnel(cpe)))
    chosen = {Stage.OLD: (old,), Stage.NEW: (then,)}
    return chosen.get(stage(secrets, "vpn", cpe), (old, then))


def _tunnel_keys(secrets: Secrets, cpe: str) -> tuple[SecretStr, SecretStr | None]:
    """Return the key that both ends of a tunnel prove themselves by, and what they take beside it."""
    where, old = stage(secrets, "vpn", cpe), names.secret_of_tunnel(cpe)
    if where is Stage.OLD:
        return secrets(old), None
    then = secrets(next_of_tunnel(cpe))
    if where is Stage.NEW:
        return then, None
    return (secrets(old), then) if where is Stage.BOTH else (then, secrets(old))
