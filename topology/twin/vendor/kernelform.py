"""A vendor device's configuration as the Linux platform's daemons are to hold it, so that the data plane does it.

Interfaces get the kernel's names, a stateless `established` becomes a look at TCP's flags, the agent says the vendor's
description and the vendor's names of ports, neighbours too. Accounts, the SSH server and the sending of logs are the
simulator's own and left out. What the kernel has nothing for (a second loopback) is left out as well and named. Pure.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from inventory import names
from inventory.deviceconfig import DeviceConfig, Interface, PacketFilter, Ssh
from inventory.platforms import linux
from inventory.platforms.linux import keepalived, lldpd, nftables, snmpd
from inventory.platforms.linux.text import File, join, split
from topology.twin.vendor.lowering import lowered
from topology.twin.vendor.ports import kernel_name

_FLAGS = "tcp flags & (ack | rst) != 0x0 "
_STATE = "ct state established,related "
SESSIONS = File(
    "0644",
    (
        *nftables.HEAD,
        nftables.TABLE,
        "\tchain sessions {",
        "\t\ttype filter hook input priority filter; policy accept;",
        '\t\tct state established,related counter accept comment "sessions"',
        "\t}",
        "}",
    ),
)
"""knows sessions and filters nothing: when a filter comes, what is established before it stays so, as on a firewall"""


def kernel_config(config: DeviceConfig, management: str) -> tuple[DeviceConfig, tuple[str, ...]]:
    """Return the configuration with the kernel's names, and what of it the kernel has nothing for."""

    def name(port: str) -> str:
        return names.STAGING if port and port == management else kernel_name(port) if port else port

    kept = [i for i in config.interfaces if i.kind != "loopback" or name(i.name) == names.LOOPBACK]
    left = tuple(i.name for i in config.interfaces if i not in kept)
    interfaces = [_interface(i, name) for i in kept]
    filters = [
        item.model_copy(
            update={
                "stateless": False,
                "rules": tuple(
                    rule.model_copy(
                        update={
                            "in_interfaces": tuple(sorted(map(name, rule.in_interfaces))),
                            "out_interfaces": tuple(sorted(map(name, rule.out_interfaces))),
                        }
                    )
                    for rule in item.rules
                ),
            }
        )
        for item in config.filters
    ]
    lldp = config.lldp
    if lldp is not None:
        lldp = lldp.model_copy(update={"ports": tuple(sorted(name(port) for port in lldp.ports if port != management))})
    changed = {
        "interfaces": tuple(sorted(interfaces, key=lambda i: i.name)),
        "filters": tuple(filters),
        "routes6": tuple(route.model_copy(update={"interface": name(route.interface)}) for route in config.routes6),
        "policy_routes": tuple(r.model_copy(update={"interface": name(r.interface)}) for r in config.policy_routes),
        "nat": tuple(rule.model_copy(update={"interface": name(rule.interface)}) for rule in config.nat),
        "lldp": lldp,
        "users": (),
        "ssh": Ssh(),
        "syslog_servers": (),
        "banner": "",
    }
    return config.model_copy(update=changed), left


def _interface(item: Interface, name: Callable[[str], str]) -> Interface:
    loopback = item.kind == "loopback"
    changed = {
        "name": name(item.name),
        "enabled": item.enabled or loopback,
        "ospf": item.ospf.model_copy(update={"point_to_point": True}) if item.ospf and loopback else item.ospf,
        "vrrp": tuple(g.model_copy(update={"track": tuple(sorted(map(name, g.track)))}) for g in item.vrrp),
        "ipv6": False,  # the kernel speaks it without a word
        "proxy_arp": item.proxy_arp or None,  # nor does it answer for others unless told
    }
    return item.model_copy(update=changed)


def linux_text(config: DeviceConfig, stateless: bool, ports: Mapping[str, str], agent: Sequence[str] = ()) -> str:
    """Return the daemons' files as one text of sections.

    `ports` gives the vendor's name for a kernel's name; `agent` is lines for snmpd. Raises BadInput with what the
    daemons cannot hold.
    """
    files = split(linux.render(config))
    files = {path: part for path, part in files.items() if not path.startswith(("/etc/ssh", "/etc/countynet"))}
    if nftables.PATH not in files:
        files[nftables.PATH] = SESSIONS
    elif stateless:
        part = _edited(files[nftables.PATH], _stateless)
        files[nftables.PATH] = File(part.mode, tuple(_letting_six(part.lines))) if _speaks_six(config) else part
    if keepalived.PATH in files:
        part = files[keepalived.PATH]
        files[keepalived.PATH] = File(part.mode, tuple(lowered(config, part.lines)))
    if snmpd.PATH in files:
        part = files[snmpd.PATH]
        files[snmpd.PATH] = File(part.mode, (*part.lines, *agent))
    if lldpd.PATH in files:
        part = files[lldpd.PATH]
        files[lldpd.PATH] = File(part.mode, (*part.lines, *_announced(config, ports, agent)))
    return join(files)


def _announced(config: DeviceConfig, ports: Mapping[str, str], agent: Sequence[str]) -> Iterator[str]:
    """Yield what neighbours are told: the vendor's description, and the ports' printed names."""
    described = next((line.partition(" ")[2] for line in agent if line.startswith("sysDescr ")), "")
    if described:
        yield f"configure system description '{described}'"
    for port in config.lldp.ports if config.lldp else ():
        if port in ports:
            yield f"configure ports {port} lldp portidsubtype local {ports[port]}"
            yield f"configure ports {port} lldp portdescription {ports[port]}"


def _edited(part: File, edit: Callable[[str], str]) -> File:
    return File(part.mode, tuple(edit(line) for line in part.lines))


def _speaks_six(config: DeviceConfig) -> bool:
    return config.forwarding6 or any(item.addresses6 for item in config.interfaces)


def _letting_six(lines: Iterable[str]) -> Iterator[str]:
    """Yield a ruleset whose filters let all IPv6 by, as access lists of IPv4 do."""
    for line in lines:
        yield line
        if line.strip().startswith("type filter hook "):
            yield '\t\tmeta nfproto ipv6 counter accept comment "ipv6"'


def _stateless(line: str) -> str:
    if _STATE not in line:
        return line
    return re.sub(r"meta l4proto tcp ", "", line.replace(_STATE, "")).replace("counter ", f"{_FLAGS}counter ", 1)


def is_stateless(filters: Iterable[PacketFilter]) -> bool:
    """Whether a configuration's filters keep no state."""
    return any(item.stateless for item in filters)
