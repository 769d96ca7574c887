"""lldpd: IEEE 802.1AB on the named ports, port ids as interface names, LLDP-MIB through snmpd's AgentX socket.

The management pattern must match exactly one address (a second one makes a busy core send no frames), so it is the
address itself. Without ports the interface pattern `!*` keeps LLDP silent.
"""

from inventory.deviceconfig import DeviceConfig, Lldp
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.snmpd import AGENTX
from inventory.platforms.linux.text import File, Files, attempt, file, value_of

OPTIONS, PATH = "/etc/default/lldpd", "/etc/lldpd.d/countynet.conf"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return lldpd's start options and settings; none for a device without LLDP."""
    lldp = config.lldp
    if lldp is None:
        return {}
    agentx = f"-x -X {AGENTX} " if config.snmp else ""
    ports = ",".join(lldp.ports) or "!*"
    settings = ["configure lldp portidsubtype ifname", "configure lldp tx-interval 10"]
    return {OPTIONS: file([f'DAEMON_ARGS="{agentx}-I {ports} -m {lldp.management}"']), PATH: file(settings)}


def parse(files: Files, draft: Draft) -> None:
    """Read ports and management address; the guard lists what differs from what they would render to."""
    lines = files[OPTIONS].lines if OPTIONS in files else ()
    ports = value_of(lines, r'DAEMON_ARGS=".*-I (\S+) -m \S+"')
    management = value_of(lines, r'DAEMON_ARGS=".*-m (\S+)"')
    names = () if ports in (None, "!*") else tuple(str(ports).split(","))
    lldp = attempt(Lldp, ports=names, management=management) if lines else None
    if lldp is not None:
        draft.fields["lldp"] = lldp
