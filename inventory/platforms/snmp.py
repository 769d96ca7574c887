"""SNMP as VRP and Comware say it in the same words: the agent, its group and receivers, put together with its users.

A community, or a user without privacy, has no place in the model and is unparsed.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from inventory.deviceconfig import Snmp, SnmpUser
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.gathering import Gathering

ANYWHERE = "0.0.0.0"  # noqa: S104


def agent(field: str) -> Handler[Gathering]:
    """Return the handler of a line that says something of the agent."""

    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.part("snmp", "", line), field, match[1])

    return handler


def _on(reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    reading.part("snmp", "", line)
    return True


def of_user(*names: str) -> Handler[Gathering]:
    """Return the handler of a line whose first group is a user and whose others are these fields."""

    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        user = reading.part("snmp user", match[1], line)
        return all([reading.put(user, name, value) for name, value in zip(names, match.groups()[1:], strict=True)])

    return handler


def _group(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    reading.part("snmp group", match[1], line)
    return True


def _trap(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    reading.pending["trap"].append((line, match.group(1, 2)))
    return True


RULES: list[tuple[str, Handler[Gathering]]] = [
    (r"snmp-agent", _on),
    (r"snmp-agent sys-info contact (.+)", agent("contact")),
    (r"snmp-agent sys-info location (.+)", agent("location")),
    (r"snmp-agent sys-info version v3", _on),
    (r"snmp-agent group v3 (\S+) privacy", _group),
    (r"snmp-agent target-host trap address udp-domain (\d\S+) params securityname (\S+) v3 privacy", _trap),
    (r"snmp-agent trap enable", known),
]


def finish(reading: Gathering, listen: object, auth: Mapping[str, str]) -> None:
    """Put the agent together; it listens at an address, and `auth` is what the platform calls the model's hashes."""
    said = reading.parts["snmp"].get("")
    if said is None:
        for part in [*reading.parts["snmp user"].values(), *reading.parts["snmp group"].values()]:
            reading.refuse_part(part)
        for line, _ in reading.pending["trap"]:
            reading.refuse(line)
        return
    named = reading.parts["snmp user"].items()
    users = [user for user in (_read_user(reading, name, part, auth) for name, part in named) if user]
    first = min((user.name for user in users), default=None)
    receivers = [_receiver(reading, line, to, first) for line, to in reading.pending["trap"]]
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


def _read_user(reading: Gathering, name: str, said: dict[str, Any], auth: Mapping[str, str]) -> SnmpUser | None:
    hashed = {written: model for model, written in auth.items()}.get(said.get("auth", ""))
    keys = {key: SecretStr(said[key]) for key in ("auth_key", "priv_key") if key in said}
    user = attempt(SnmpUser, name=name, auth=hashed, **keys)
    if user is None or said.get("group") not in reading.parts["snmp group"]:
        reading.refuse_part(said)
        return None
    return user


def _receiver(reading: Gathering, line: Line, said: tuple[str, str], first: str | None) -> str | None:
    if said[1] == first and attempt(Snmp, listen=said[0]) is not None:
        return said[0]
    reading.refuse(line)
    return None
