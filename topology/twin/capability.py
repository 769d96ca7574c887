"""Whether this machine can carry the twin: every lack at once, each with its fix.

Checks what the kernel and the installed packages can do, not their versions.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from countynet.errors import MissingCapability
from countynet.i18n import _

PROGRAMS = {
    "ip": "iproute2", "tc": "iproute2", "tini": "tini", "nsenter": "util-linux", "sshd": "openssh-server",
    "ssh-keygen": "openssh-client", "snmpd": "snmpd", "lldpd": "lldpd", "/usr/lib/frr/zebra": "frr", "vtysh": "frr",
    "ovs-vswitchd": "openvswitch-switch", "nft": "nftables", "charon-systemd": "charon-systemd",
    "swanctl": "strongswan-swanctl", "keepalived": "keepalived", "rsyslogd": "rsyslog", "chronyd": "chrony",
    "debootstrap": "debootstrap",
}  # fmt: skip
"""program: the Debian package that brings it"""
RELAY = {"dnsmasq": "dnsmasq-base"}
"""what a county needs beside that whose devices relay DHCP"""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing_packages(relays: bool = False) -> tuple[str, ...]:
    """Return the Debian packages that the twin needs and this machine lacks; `relays`: devices relay DHCP."""
    wanted = PROGRAMS | (RELAY if relays else {})
    return tuple(sorted({package for program, package in wanted.items() if not shutil.which(program, path=PATH)}))


def _lacks(relays: bool) -> Iterator[str]:
    if os.geteuid() != 0:
        yield "root"
    if packages := missing_packages(relays):
        yield "apt-get install " + " ".join(packages)
    if not Path("/dev/net/tun").exists():
        yield "/dev/net/tun"


def require_root() -> None:
    """Raise MissingCapability if this process is not root."""
    if os.geteuid() != 0:
        raise MissingCapability(_("the twin needs root: it makes network namespaces and mounts; run it with sudo"))


def require(relays: bool = False) -> None:
    """Raise MissingCapability naming everything that the twin needs and this machine lacks; as `missing_packages`."""
    if lacks := tuple(_lacks(relays)):
        raise MissingCapability(_("the twin cannot run here; it needs: {lacks}"), lacks="; ".join(lacks))
