"""SNMP: v3 users at authPriv who may read, in one group; the agent listens on one interface's main address.

A community, or a user without privacy, has no place in the model and is unparsed.
"""

import re
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Snmp, SnmpUser
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.huawei_vrp.reading import Vrp
from inventory.platforms.huawei_vrp.services import holder

GROUP = "countynet"
_AUTH = {"SHA-256": "sha2-256", "SHA-512": "sha2-512"}
_ANYWHERE = "0.0.0.0"  # noqa: S104


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the agent."""
    snmp = config.snmp
    if snmp is None:
        return []
    lines = ["snmp-agent"]
    lines += [f"snmp-agent sys-info contact {snmp.contact}"] if snmp.contact else []
    lines += [f"snmp-agent sys-info location {snmp.location}"] if snmp.location else []
    lines += ["snmp-agent sys-info version v3", f"snmp-agent group v3 {GROUP} privacy"]
    lines += [line for user in snmp.users for line in _user(user)]
    if snmp.trap_receivers:
        to = f"params securityname {snmp.users[0].name} v3 privacy"
        lines += [f"snmp-agent target-host trap address udp-domain {a} {to}" for a in snmp.trap_receivers]
        lines += [f"snmp-agent trap source {holder(config, config.source)}"] if config.source else []
        lines += ["snmp-agent trap enable"]
    port = holder(config, snmp.listen)
    where = "status all-interface" if str(snmp.listen) == _ANYWHERE else f"interface {port}"
    return [[*lines, f"snmp-agent protocol source-{where}"]]


def _user(user: SnmpUser) -> list[str]:
    start = f"snmp-agent usm-user v3 {user.name}"
    return [
        start,
        f"{start} group {GROUP}",
        f"{start} authentication-mode {_AUTH[user.auth]} cipher {user.auth_key.get_secret_value()}",
        f"{start} privacy-mode aes128 cipher {user.priv_key.get_secret_value()}",
    ]


def _agent(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.part("snmp", "", line), field, match[1])

    return handler


def _on(reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    reading.part("snmp", "", line)
    return True


def _of_user(*names: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        user = reading.part("snmp user", match[1], line)
        return all([reading.put(user, name, value) for name, value in zip(names, match.groups()[1:], strict=True)])

    return handler


def _group(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.part("snmp group", match[1], line)
    return True


def _trap(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["trap"].append((line, match.group(1, 2)))
    return True


RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"snmp-agent", _on),
    (r"snmp-agent sys-info contact (.+)", _agent("contact")),
    (r"snmp-agent sys-info location (.+)", _agent("location")),
    (r"snmp-agent sys-info version v3", _on),
    (r"snmp-agent group v3 (\S+) privacy", _group),
    (r"snmp-agent usm-user v3 (\S+)", _of_user()),
    (r"snmp-agent usm-user v3 (\S+) group (\S+)", _of_user("group")),
    (
        r"snmp-agent usm-user v3 (\S+) authentication-mode (sha2-256|sha2-512) (?:cipher )?(\S+)",
        _of_user("auth", "auth_key"),
    ),
    (r"snmp-agent usm-user v3 (\S+) privacy-mode aes128 (?:cipher )?(\S+)", _of_user("priv_key")),
    (r"snmp-agent usm-user v3 (\S+) (\S+) authentication-mode (sha2-256|sha2-512) (?:cipher )?(\S+) "
     r"privacy-mode aes128 (?:cipher )?(\S+)", _of_user("group", "auth", "auth_key", "priv_key")),
    (r"snmp-agent target-host trap address udp-domain (\d\S+) params securityname (\S+) v3 privacy", _trap),
    (r"snmp-agent trap enable", known),
    (r"snmp-agent protocol source-interface (\S+)", _agent("interface")),
    (r"snmp-agent protocol source-status (all-interface)", _agent("all")),
]  # fmt: skip


def finish(reading: Vrp) -> None:
    """Put the agent together, after the interfaces."""
    said = reading.parts["snmp"].get("")
    if said is None:
        for part in [*reading.parts["snmp user"].values(), *reading.parts["snmp group"].values()]:
            reading.refuse_part(part)
        for line, _ in reading.pending["trap"]:
            reading.refuse(line)
        return
    users = [user for user in (_read_user(reading, n, p) for n, p in reading.parts["snmp user"].items()) if user]
    first = min((user.name for user in users), default=None)
    receivers = [receiver for receiver in (_receiver(reading, *item, first) for item in reading.pending["trap"])]
    listen = reading.own(said["interface"]) if "interface" in said else _ANYWHERE
    found = attempt(
        Snmp,
        listen=listen,
        location=said.get("location", ""),
        contact=said.get("contact", ""),
        users=users,
        trap_receivers=[r for r in receivers if r],
    )
    if found is None:
        reading.refuse_part(said)
    else:
        reading.fields["snmp"] = found


def _read_user(reading: Vrp, name: str, said: dict[str, Any]) -> SnmpUser | None:
    auth = {vrp: model for model, vrp in _AUTH.items()}.get(said.get("auth", ""))
    keys = {key: SecretStr(said[key]) for key in ("auth_key", "priv_key") if key in said}
    user = attempt(SnmpUser, name=name, auth=auth, **keys)
    if user is None or said.get("group") not in reading.parts["snmp group"]:
        reading.refuse_part(said)
        return None
    return user


def _receiver(reading: Vrp, line: Line, said: tuple[str, str], first: str | None) -> str | None:
    if said[1] == first and attempt(Snmp, listen=said[0]) is not None:
        return said[0]
    reading.refuse(line)
    return None
