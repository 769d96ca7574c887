"""What the boot helper and the DSLAM are told, derived from a Wiring: plain data for JSON. Pure."""

import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from countynet.vocabulary import HostKind
from inventory import names
from inventory.model import Device, Endpoint, Host
from topology.twin.state import Places
from topology.twin.wiring import (
    ADSL_DELAY_SECONDS,
    ADSL_LOSS,
    LINES,
    OPERATOR,
    STAGING_PORT,
    VOID,
    Wiring,
    namespace,
)

QUIET = {"net/ipv6/conf/default/disable_ipv6": "1", "net/ipv6/conf/all/disable_ipv6": "1"}
"""for the namespaces that only carry frames: no address of their own, so nothing that a device did not send"""
ROUTING_KERNEL = {"net/ipv4/igmp_max_memberships": "1000"}
"""a device joins one multicast group for each interface with OSPF or VRRP"""
SERVERS = (HostKind.SERVER, HostKind.PUBLIC)
RESPONDERS = (HostKind.INTERNET, HostKind.CITY, HostKind.PUBLIC)
WEB_PORTS = {"http": 80, "https": 443}
QUICK_DPKG = ("/etc/dpkg/dpkg.cfg.d/twin", "force-unsafe-io\n", 0o644)
"""dpkg(1): no fsync for each file; a twin's host that is cut off while packages are unpacked is made anew"""
Node = dict[str, Any]


def plain(wiring: Wiring) -> list[Node]:
    """Return the namespaces in which nothing boots: what carries cables, terminals, the station, the outside."""
    carriers: list[Node] = [{"namespace": name, "sysctl": QUIET} for name in (LINES, VOID)]
    operator: Node = {"namespace": OPERATOR, "sysctl": {**QUIET, "net/ipv4/ip_forward": "1"}}
    if wiring.hub is not None:
        operator["addresses"] = [("hub0", wiring.hub_gateway)]
    return [*carriers, operator, *(_leaf(wiring, index) for index in range(len(wiring.leaves)))]


def _leaf(wiring: Wiring, index: int) -> Node:
    leaf = wiring.leaves[index]
    routes = [("0.0.0.0/0", str(leaf.gateway))] if leaf.gateway else []
    routes += [(prefix, gateway) for node, prefix, gateway in wiring.published if node == leaf.node]
    return {"namespace": namespace(leaf.node), "addresses": [(leaf.port, leaf.address)], "routes": routes}


class Keys(NamedTuple):
    """The public keys that open the account which all devices come with: of Linux and servers, and of vendors."""

    admin: str
    vendor: str = ""
    vendor_user: str = names.ADMINISTRATOR
    """the account that the vendors' key opens"""
    servers: Mapping[str, str] = MappingProxyType({})
    """of each server, a line each; where none is named, the Linux devices'"""


def devices(wiring: Wiring, keys: Keys) -> list[Node]:
    """Return the devices, bare: one staging address and nothing else."""
    length = wiring.staging.prefixlen
    return [_device(device, f"{device.staging}/{length}", keys) for device in wiring.devices]


def _device(device: Device, staging: str, keys: Keys) -> Node:
    node: Node = {
        "name": device.name,
        "kind": "device",
        "namespace": namespace(device.name),
        "sysctl": ROUTING_KERNEL,
        "addresses": [(STAGING_PORT, staging)],
    }
    if device.platform == names.GENERIC:
        return node | {"argv": ["/usr/local/sbin/power-on"]}
    about = {
        "platform": device.platform,
        "model": device.model,
        "ports": list(device.ports),
        "management": names.staging(device),
        "staging": staging,
        "user": keys.vendor_user,
        "keys": [" ".join(line.split()[:2]) for line in keys.vendor.splitlines() if line.strip()],
    }
    return node | {"vendor": about, "shown": code()}


def code() -> list[str]:
    """Return the folders with the code of a simulated device: the interpreter's library, packages, and ours."""
    found = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    root = Path(__file__).parents[2]
    found |= {str(root / room) for room in ("countynet", "inventory", "topology")}
    return sorted(path for path in found if not path.startswith("/usr/"))


def _server(host: Host, places: Places, key: str, nameserver: str, on_disk: bool) -> Node:
    files = [
        ("/root/.ssh/authorized_keys", key.strip() + "\n", 0o600),
        ("/etc/hostname", host.name + "\n", 0o644),
        ("/etc/hosts", f"127.0.0.1 localhost\n{host.address.ip} {host.name}\n", 0o644),
        QUICK_DPKG,
    ]
    if nameserver:
        files.append(("/etc/resolv.conf", f"nameserver {nameserver}\n", 0o644))
    return {
        "name": host.name,
        "kind": "server",
        "namespace": namespace(host.name),
        "layer": str(places.hosts / host.name) if on_disk else "",
        "files": files,
        "argv": ["/usr/bin/tini", "--", "/usr/sbin/sshd", "-D"],
    }


def servers(wiring: Wiring, places: Places, keys: Keys, *, on_disk: bool) -> list[Node]:
    """Return the hosts that are computers of their own, with SSH for the administrator."""
    nameserver = next((str(h.address.ip) for h in wiring.hosts if "names" in h.runs), "")
    return [
        _server(h, places, keys.servers.get(h.name, keys.admin), nameserver, on_disk)
        for h in wiring.hosts
        if h.kind in SERVERS
    ]


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-S", "-s", "-m", f"topology.twin.inner.{module}", *words]


def _process(name: str, place: str, argv: list[str], environment: Mapping[str, str]) -> Node:
    return {"name": name, "kind": "process", "namespace": place, "argv": argv, "environment": dict(environment)}


def responders(wiring: Wiring, places: Places, environment: Mapping[str, str]) -> list[Node]:
    """Return the web servers of the hosts outside and of the public hosts."""
    nodes = []
    for host in wiring.hosts:
        ports = ",".join(str(WEB_PORTS[s]) for s in host.services if s in WEB_PORTS)
        if host.kind in RESPONDERS and not host.runs and ports:
            argv = _python("responder", host.name, ports, str(places.certificate))
            nodes.append(_process(f"web-{host.name}", namespace(host.name), argv, environment))
    return nodes


def dslam(wiring: Wiring, places: Places, environment: Mapping[str, str]) -> list[Node]:
    """Return the operator's DSLAM, if the county has ADSL lines."""
    if not wiring.adsl:
        return []
    return [_process("dslam", OPERATOR, _python("dslam", str(places.dslam_order)), environment)]


def dslam_lines(wiring: Wiring, places: Places) -> dict[str, Any]:
    """Return the DSLAM's order: every ADSL line with its rates, delay and loss."""
    return {
        "socket": str(places.control),
        "lines": [
            {
                "id": line.circuit.id,
                "namespace": f"/run/netns/{namespace(line.device)}",
                "port": wiring.kernel(Endpoint(node=line.device, port=line.port)),
                "tap": line.tap,
                "address": line.address,
                "down": line.circuit.down_kbps * 1000,
                "up": line.circuit.up_kbps * 1000,
                "delay": ADSL_DELAY_SECONDS,
                "loss": ADSL_LOSS,
            }
            for line in wiring.adsl
        ],
    }


def boot(nodes: Iterable[Node], wiring: Wiring, places: Places, owners: Mapping[str, tuple[int, int]]) -> Node:
    """Return the boot helper's whole order; base and packages are filled in by the caller that prepared them."""
    return {
        "mark": places.mark,
        "mountpoint": str(places.mountpoint),
        "image": str(places.image),
        "owners": dict(owners),
        "plain": plain(wiring),
        "nodes": list(nodes),
    }
