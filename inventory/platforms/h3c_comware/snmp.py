"""SNMP: v3 users at authPriv who may read, in one group.

Comware's agent answers at every address of the device, so only that can be held: who may ask is for the filters. A
community, or a user without privacy, has no place in the model and is unparsed.
"""

from inventory.deviceconfig import DeviceConfig, SnmpUser
from inventory.platforms import snmp
from inventory.platforms.blocks import Handler, known
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.holders import holder

GROUP = "countynet"
_AUTH = {"SHA-256": "sha256", "SHA-512": "sha512"}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the agent."""
    agent = config.snmp
    if agent is None:
        return []
    lines = ["snmp-agent"]
    lines += [f"snmp-agent sys-info contact {agent.contact}"] if agent.contact else []
    lines += [f"snmp-agent sys-info location {agent.location}"] if agent.location else []
    lines += ["snmp-agent sys-info version v3", f"snmp-agent group v3 {GROUP} privacy"]
    if agent.trap_receivers:
        to = f"params securityname {agent.users[0].name} v3 privacy"
        lines += [f"snmp-agent target-host trap address udp-domain {a} {to}" for a in agent.trap_receivers]
        lines += [f"snmp-agent trap source {holder(config, config.source)}"] if config.source else []
    return [[*lines, *(_user(user) for user in agent.users)]]


def _user(user: SnmpUser) -> str:
    auth = f"authentication-mode {_AUTH[user.auth]} {user.auth_key.get_secret_value()}"
    priv = f"privacy-mode aes128 {user.priv_key.get_secret_value()}"
    return f"snmp-agent usm-user v3 {user.name} {GROUP} simple {auth} {priv}"


RULES: list[tuple[str, Handler[Comware]]] = [
    *snmp.RULES,
    (
        r"snmp-agent usm-user v3 (\S+) (\S+)(?: simple| cipher) authentication-mode (sha256|sha512) (\S+) "
        r"privacy-mode aes128 (\S+)",
        snmp.of_user("group", "auth", "auth_key", "priv_key"),
    ),
    (r"snmp-agent trap enable .+", known),
]


def finish(reading: Comware) -> None:
    """Put the agent together."""
    snmp.finish(reading, snmp.ANYWHERE, _AUTH)
