"""Where the ends of a county stand on this machine when its twin runs: their namespaces, ports and next hops. Pure."""

from ipaddress import IPv4Interface
from pathlib import Path

from countynet.vocabulary import ZoneName
from inventory.model import County, Host
from topology.confirm.plan import exits
from topology.confirm.sockets import Computer
from topology.twin.wiring import namespace

NETNS = Path("/run/netns")
PORT = "eth0"
"""the port of every terminal and host"""


def computers(county: County) -> dict[str, Computer]:
    """Return every terminal and host by node name."""
    found = {}
    for unit in county.units:
        for terminal in unit.terminals[:1]:
            own = IPv4Interface(f"{terminal.address}/{unit.lan.prefixlen}")
            found[terminal.name] = Computer(netns(terminal.name), PORT, own, unit.lan[1])
    for host in county.hosts:
        found[host.name] = _host(county, host)
    return found


def devices(county: County) -> dict[str, Path]:
    """Return the namespace of every device by its name."""
    return {d.name: netns(d.name) for d in county.devices}


def netns(node: str) -> Path:
    """Return the path of a node's network namespace."""
    return NETNS / namespace(node)


def _host(county: County, host: Host) -> Computer:
    """A host beyond the exit knows no way into the county, so it is given the firewalls as its next hop."""
    gateway = host.gateway or county.zone_by_name[host.zone].gateway
    beyond = host.zone in (ZoneName.INTERNET, ZoneName.CITY)
    also = tuple(e.address for e in exits(county) if beyond and e.address in host.address.network)
    return Computer(netns(host.name), PORT, host.address, gateway, also)
