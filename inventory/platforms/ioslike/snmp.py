"""SNMP: v3 users at authPriv who may read, in one group. The agent answers on all addresses; access lists say who asks.

A community, or a user without privacy, has no place in the model and is unparsed. IOS keeps its users out of
`show running-config`: a text without them has a group without users, which is listed.
"""

import re
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Snmp, SnmpUser
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.ioslike import services
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, waiting

GROUP = "countynet"
ANYWHERE = "0.0.0.0"  # noqa: S104


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the agent."""
    snmp = config.snmp
    if snmp is None:
        return []
    lines = [f"snmp-server group {GROUP} v3 priv", *(_user(dialect, user) for user in snmp.users)]
    lines += [f"snmp-server location {snmp.location}"] if snmp.location else []
    lines += [f"snmp-server contact {snmp.contact}"] if snmp.contact else []
    if snmp.trap_receivers:
        source = services.holder(config, config.source) if config.source else None
        lines += [f"snmp-server trap-source {dialect.printed(source)}"] if source else []
        lines += ["snmp-server enable traps"]
        to = f"{dialect.snmp_trap} {snmp.users[0].name}"
        lines += [f"snmp-server host {a} {to}" for a in snmp.trap_receivers]
    return [lines]


def _user(dialect: Dialect, user: SnmpUser) -> str:
    auth = f"auth {dialect.snmp_auth[user.auth]} {user.auth_key.get_secret_value()}"
    return f"snmp-server user {user.name} {GROUP} v3 {auth} priv {dialect.snmp_priv} {user.priv_key.get_secret_value()}"


def _agent(field: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.part("snmp", "", line), field, match[1])

    return handler


def _group(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.part("snmp", "", line)
    reading.part("snmp group", match[1], line)
    return True


def _read_user(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    user = reading.part("snmp user", match[1], line)
    fields = dict(zip(("group", "auth", "auth_key", "priv_key"), match.groups()[1:], strict=True))
    return all([reading.put(user, name, value) for name, value in fields.items()])


RULES: list[tuple[str, Handler[Ios]]] = [
    (r"snmp-server location (.+)", _agent("location")),
    (r"snmp-server contact (.+)", _agent("contact")),
    (r"snmp-server group (\S+) v3 priv", _group),
    (
        r"snmp-server user (\S+) (\S+) v3 auth (sha-2 256|sha-2 512|sha256|sha512) (\S+) priv (?:aes 128|aes128) (\S+)",
        _read_user,
    ),
    (r"snmp-server host (\d\S+) (?:traps )?version 3 priv (\S+)", waiting("trap")),
    (r"snmp-server enable traps(?: .*)?", waiting("traps on")),
    (r"no enable service snmp-agent", waiting("agent off")),
]


def finish(reading: Ios) -> None:
    """Put the agent together."""
    said = reading.parts["snmp"].get("")
    if said is None:
        _nothing(reading)
        return
    users = [user for user in (_made(reading, n, p) for n, p in reading.parts["snmp user"].items()) if user]
    first = min((user.name for user in users), default=None)
    receivers = [receiver for receiver in (_receiver(reading, *item, first) for item in reading.pending["trap"])]
    found = attempt(
        Snmp,
        listen=ANYWHERE,
        location=said.get("location", ""),
        contact=said.get("contact", ""),
        users=users,
        trap_receivers=[r for r in receivers if r],
    )
    if reading.pending["trap"] and not reading.pending["traps on"]:
        reading.lacks("", "snmp-server enable traps")
    _groups(reading)
    for line, _ in reading.pending["agent off"]:
        reading.refuse(line)
    if found is None:
        reading.refuse_part(said)
    else:
        reading.fields["snmp"] = found


def _nothing(reading: Ios) -> None:
    for part in reading.parts["snmp user"].values():
        reading.refuse_part(part)
    for line, _ in reading.pending["trap"]:
        reading.refuse(line)


def _groups(reading: Ios) -> None:
    """List what a text must have for its users to be able to ask."""
    used = {said.get("group") for said in reading.parts["snmp user"].values()}
    if not reading.parts["snmp group"]:
        reading.lacks("", "snmp-server group")
    for name, part in reading.parts["snmp group"].items():
        if name not in used and name != GROUP:
            reading.refuse_part(part)


def _made(reading: Ios, name: str, said: dict[str, Any]) -> SnmpUser | None:
    auth = f"SHA-{said.get('auth', '')[-3:]}"
    keys = {key: SecretStr(said[key]) for key in ("auth_key", "priv_key") if key in said}
    user = attempt(SnmpUser, name=name, auth=auth, **keys)
    if user is None or said.get("group") not in reading.parts["snmp group"]:
        reading.refuse_part(said)
        return None
    return user


def _receiver(reading: Ios, line: Line, said: tuple[str, str], first: str | None) -> str | None:
    if said[1] == first and attempt(Snmp, listen=said[0]) is not None:
        return said[0]
    reading.refuse(line)
    return None
