"""SNMP: v3 users at authPriv who may read, in one group.

Comware's agent answers at every address of the device, so only that can be held: who may ask is for the filters. A
community, or a user without privacy, has no place in the model and is unparsed.
"""

import re
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Snmp, SnmpUser
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.holders import holder

GROUP = "countynet"
ANYWHERE = "0.0.0.0"  # noqa: S104
_AUTH = {"SHA-256": "sha256", "SHA-512": "sha512"}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the agent."""
    snmp = config.snmp
    if snmp is None:
        return []
    lines = ["snmp-agent"]
    lines += [f"snmp-agent sys-info contact {snmp.contact}"] if snmp.contact else []
    lines += [f"snmp-agent sys-info location {snmp.location}"] if snmp.location else []
    lines += ["snmp-agent sys-info version v3", f"snmp-agent group v3 {GROUP} privacy"]
    if snmp.trap_receivers:
        to = f"params securityname {snmp.users[0].name} v3 privacy"
        lines += [f"snmp-agent target-host trap address udp-domain {a} {to}" for a in snmp.trap_receivers]
        lines += [f"snmp-agent trap source {holder(config, config.source)}"] if config.source else []
    return [[*lines, *(_user(user) for user in snmp.users)]]


def _user(user: SnmpUser) -> str:
    auth = f"authentication-mode {_AUTH[user.auth]} {user.auth_key.get_secret_value()}"
    priv = f"privacy-mode aes128 {user.priv_key.get_secret_value()}"
    return f"snmp-agent usm-user v3 {user.name} {GROUP} simple {auth} {priv}"


def _agent(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.part("snmp", "", line), field, match[1])

    return handler


def _on(reading: Comware, line: Line, _match: re.Match[str]) -> bool:
    reading.part("snmp", "", line)
    return True


def _of_user(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    user = reading.part("snmp user", match[1], line)
    names = ("group", "auth", "auth_key", "priv_key")
    return all([reading.put(user, name, value) for name, value in zip(names, match.groups()[1:], strict=True)])


def _group(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.part("snmp group", match[1], line)
    return True


def _trap(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.pending["trap"].append((line, match.group(1, 2)))
    return True


RULES: list[tuple[str, Handler[Comware]]] = [
    (r"snmp-agent", _on),
    (r"snmp-agent sys-info contact (.+)", _agent("contact")),
    (r"snmp-agent sys-info location (.+)", _agent("location")),
    (r"snmp-agent sys-info version v3", _on),
    (r"snmp-agent group v3 (\S+) privacy", _group),
    (
        r"snmp-agent usm-user v3 (\S+) (\S+)(?: simple| cipher) authentication-mode (sha256|sha512) (\S+) "
        r"privacy-mode aes128 (\S+)",
        _of_user,
    ),
    (r"snmp-agent target-host trap address udp-domain (\d\S+) params securityname (\S+) v3 privacy", _trap),
    (r"snmp-agent trap enable(?: .*)?", known),
]


def finish(reading: Comware) -> None:
    """Put the agent together."""
    said = reading.parts["snmp"].get("")
    if said is None:
        for part in [*reading.parts["snmp user"].values(), *reading.parts["snmp group"].values()]:
            reading.refuse_part(part)
        for line, _ in reading.pending["trap"]:
            reading.refuse(line)
        return
    users = [user for user in (_read_user(reading, n, p) for n, p in reading.parts["snmp user"].items()) if user]
    first = min((user.name for user in users), default=None)
    receivers = [_receiver(reading, line, to, first) for line, to in reading.pending["trap"]]
    found = attempt(
        Snmp,
        listen=ANYWHERE,
        location=said.get("location", ""),
        contact=said.get("contact", ""),
        users=users,
        trap_receivers=[r for r in receivers if r],
    )
    if found is None:
        reading.refuse_part(said)
    else:
        reading.fields["snmp"] = found


def _read_user(reading: Comware, name: str, said: dict[str, Any]) -> SnmpUser | None:
    auth = {written: model for model, written in _AUTH.items()}.get(said.get("auth", ""))
    keys = {key: SecretStr(said[key]) for key in ("auth_key", "priv_key") if key in said}
    user = attempt(SnmpUser, name=name, auth=auth, **keys)
    if user is None or said.get("group") not in reading.parts["snmp group"]:
        reading.refuse_part(said)
        return None
    return user


def _receiver(reading: Comware, line: Line, said: tuple[str, str], first: str | None) -> str | None:
    if said[1] == first and attempt(Snmp, listen=said[0]) is not None:
        return said[0]
    reading.refuse(line)
    return None
