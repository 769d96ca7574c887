"""snmpd: SNMPv3 authPriv users, read only, on the management address only; AgentX master for lldpd; SNMPv3 traps.

No community exists, so there is no clear-text SNMP. Traps are sent by the first user, from the device's source address.

What is told by itself, where there is somebody to tell: the start of the agent, and a port that loses or gets its
carrier (`linkDown`, `linkUp` of IF-MIB). The agent looks at its ports every five seconds (DISMAN-EVENT-MIB); what is
down at its start is no news (`-S`). net-snmp's own `linkUpDownNotifications` looks once a minute, and needs MIB files,
which the agent of a router does without: so objects are named by number. It looks as a user of its own, who has no key
and may read the ports' table only, with authentication: so nobody can be this user from outside.
"""

import re

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Snmp, SnmpUser
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file, value_of, values_of

PATH = "/etc/snmp/snmpd.conf"
KEPT = "/var/lib/snmp/snmpd.conf"
"""what the agent itself keeps: how often it started, and its users (snmpd.conf(5), PERSISTENT DIRECTORY)"""
AGENTX = "/run/agentx/master"
_IF_INDEX, _IF_ADMIN, _IF_OPER = (f".1.3.6.1.2.1.2.2.1.{number}" for number in (1, 7, 8))
_UP = "1"
_LINK_TRAPS = (("linkDown", ".1.3.6.1.6.3.1.1.5.3", "!="), ("linkUp", ".1.3.6.1.6.3.1.1.5.4", "=="))
"""name, object id, and how ifOperStatus compares to up(1) when it is sent"""
_EVERY = 5
"""seconds between two looks at the ports"""
_INSIDE, _IF_TABLE = "agent-itself", ".1.3.6.1.2.1.2.2"
"""the user as whom the agent asks itself, and what it may read"""
_USER = re.compile(r'createUser (\S+) (\S+) "([^"]+)" (\S+) "([^"]+)"')


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the agent's configuration; none for a device without SNMP."""
    snmp = config.snmp
    if snmp is None:
        return {}
    lines = [f"agentaddress udp:{snmp.listen}:161", f"sysName {config.hostname}", "sysServices 76"]
    lines += [f"sysLocation {snmp.location}"] if snmp.location else []
    lines += [f"sysContact {snmp.contact}"] if snmp.contact else []
    lines += ["master agentx", f"agentXSocket {AGENTX}", "agentXTimeout 5"]
    lines += [_create(user) for user in snmp.users]
    lines += [f"rouser {user.name} priv" for user in snmp.users]
    if snmp.trap_receivers:
        lines += [f"[snmp] clientaddr {config.source}"] if config.source else []
        lines += [_trap(snmp.users[0], str(receiver)) for receiver in snmp.trap_receivers]
        lines += _links()
    return {PATH: file(lines, "0600")}


def _create(user: SnmpUser) -> str:
    auth, priv = user.auth_key.get_secret_value(), user.priv_key.get_secret_value()
    return f'createUser {user.name} {user.auth} "{auth}" {user.priv} "{priv}"'


def _trap(user: SnmpUser, receiver: str) -> str:
    auth, priv = user.auth_key.get_secret_value(), user.priv_key.get_secret_value()
    return (
        f'trapsess -v 3 -l authPriv -u {user.name} -a {user.auth} -A "{auth}" -x {user.priv} -X "{priv}" {receiver}:162'
    )


def _links() -> list[str]:
    """Return what has the agent tell of ports that lose or get their carrier."""
    lines = [f"createUser {_INSIDE}", f"rouser {_INSIDE} auth {_IF_TABLE}", f"iquerySecName {_INSIDE}"]
    for name, trap, _sign in _LINK_TRAPS:
        lines.append(f"notificationEvent {name} {trap} {_IF_INDEX} {_IF_ADMIN} {_IF_OPER}")
    for name, _trap_id, sign in _LINK_TRAPS:
        lines.append(f'monitor -S -r {_EVERY} -e {name} "{name}" {_IF_OPER} {sign} {_UP}')
    return lines


def parse(files: Files, draft: Draft) -> None:
    """Read the agent; the guard lists what differs from what it would render to."""
    if PATH not in files:
        return
    lines = files[PATH].lines
    users = tuple(user for line in lines if (match := _USER.fullmatch(line)) and (user := _user(match)) is not None)
    snmp = attempt(
        Snmp,
        listen=value_of(lines, r"agentaddress udp:(\S+):161"),
        location=value_of(lines, r"sysLocation (.+)") or "",
        contact=value_of(lines, r"sysContact (.+)") or "",
        users=users,
        trap_receivers=values_of(lines, r"trapsess .* (\d+\.\d+\.\d+\.\d+):162"),
    )
    if snmp is not None and (users or not snmp.trap_receivers):
        draft.fields["snmp"] = snmp


def _user(match: re.Match[str]) -> SnmpUser | None:
    name, auth, auth_key, priv, priv_key = match.groups()
    return attempt(
        SnmpUser, name=name, auth=auth, auth_key=SecretStr(auth_key), priv=priv, priv_key=SecretStr(priv_key)
    )
