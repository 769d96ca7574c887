"""SNMP: v3 users at authPriv who may read, in one group; the agent listens on one interface's main address.

A community, or a user without privacy, has no place in the model and is unparsed.
"""

from inventory.deviceconfig import DeviceConfig, SnmpUser
from inventory.platforms import snmp
from inventory.platforms.blocks import Handler
from inventory.platforms.holders import holder
from inventory.platforms.huawei_vrp.reading import Vrp

GROUP = "countynet"
_AUTH = {"SHA-256": "sha2-256", "SHA-512": "sha2-512"}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the agent."""
    agent = config.snmp
    if agent is None:
        return []
    lines = ["snmp-agent"]
    lines += [f"snmp-agent sys-info contact {agent.contact}"] if agent.contact else []
    lines += [f"snmp-agent sys-info location {agent.location}"] if agent.location else []
    lines += ["snmp-agent sys-info version v3", f"snmp-agent group v3 {GROUP} privacy"]
    lines += [line for user in agent.users for line in _user(user)]
    if agent.trap_receivers:
        to = f"params securityname {agent.users[0].name} v3 privacy"
        lines += [f"snmp-agent target-host trap address udp-domain {a} {to}" for a in agent.trap_receivers]
        lines += [f"snmp-agent trap source {holder(config, config.source)}"] if config.source else []
        lines += ["snmp-agent trap enable"]
    port = holder(config, agent.listen)
    where = "status all-interface" if str(agent.listen) == snmp.ANYWHERE else f"interface {port}"
    return [[*lines, f"snmp-agent protocol source-{where}"]]


def _user(user: SnmpUser) -> list[str]:
    start = f"snmp-agent usm-user v3 {user.name}"
    return [
        start,
        f"{start} group {GROUP}",
        f"{start} authentication-mode {_AUTH[user.auth]} cipher {user.auth_key.get_secret_value()}",
        f"{start} privacy-mode aes128 cipher {user.priv_key.get_secret_value()}",
    ]


RULES: list[tuple[str, Handler[Vrp]]] = [
    *snmp.RULES,
    (r"snmp-agent usm-user v3 (\S+)", snmp.of_user()),
    (r"snmp-agent usm-user v3 (\S+) group (\S+)", snmp.of_user("group")),
    (
        r"snmp-agent usm-user v3 (\S+) authentication-mode (sha2-256|sha2-512) (?:cipher )?(\S+)",
        snmp.of_user("auth", "auth_key"),
    ),
    (r"snmp-agent usm-user v3 (\S+) privacy-mode aes128 (?:cipher )?(\S+)", snmp.of_user("priv_key")),
    (r"snmp-agent usm-user v3 (\S+) (\S+) authentication-mode (sha2-256|sha2-512) (?:cipher )?(\S+) "
     r"privacy-mode aes128 (?:cipher )?(\S+)", snmp.of_user("group", "auth", "auth_key", "priv_key")),
    (r"snmp-agent protocol source-interface (\S+)", snmp.agent("interface")),
    (r"snmp-agent protocol source-status (all-interface)", snmp.agent("all")),
]  # fmt: skip


def finish(reading: Vrp) -> None:
    """Put the agent together, after the interfaces."""
    said = reading.parts["snmp"].get("", {})
    snmp.finish(reading, reading.own(said["interface"]) if "interface" in said else snmp.ANYWHERE, _AUTH)
