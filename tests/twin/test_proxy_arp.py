"""Trap: proxy ARP. A router with a too wide mask reaches servers that no route leads to, and the proof says so."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.twin.routing_lab import sh, until
from tests.unit.topology.reach.test_proxies import PACKET, arrives, made

PROGRAMS = ("ip", "ping")
pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces"),
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {' '.join(PROGRAMS)}"),
]
CABLES = (("c", "r", "in"), ("r", "x", "e"), ("x", "s", "eth0"))
PORTS = {
    "c": [("in-c", str(PACKET.source), 24)], "s": [("eth0", str(PACKET.target), 24)],
    "r": [("in", "10.9.0.1", 24), ("e-r", "10.0.1.1", 16)], "x": [("e", "10.0.1.2", 24), ("eth0-x", "10.0.7.1", 24)],
}  # fmt: skip
WAYS = {"c": "default via 10.9.0.1", "s": "default via 10.0.7.1", "x": "10.9.0.0/24 via 10.0.1.1"}


@pytest.fixture
def chain() -> Iterator[None]:
    """City, its router with a mask too wide, another router, servers: as `made` of the unit tests has them."""
    try:
        for name in PORTS:
            sh("ip", "netns", "add", f"pa-{name}")
        for near, far, port in CABLES:
            ends = ("name", port, "netns", f"pa-{far}")
            sh("ip", "link", "add", f"{port}-{near}", "netns", f"pa-{near}", "type", "veth", "peer", *ends)
        for name, ports in PORTS.items():
            for port, address, length in ports:
                sh("ip", "-n", f"pa-{name}", "addr", "add", f"{address}/{length}", "dev", port)
                sh("ip", "-n", f"pa-{name}", "link", "set", port, "up")
            on(name, "sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")
        for name, way in WAYS.items():
            sh("ip", "-n", f"pa-{name}", "route", "add", *way.split())
        yield
    finally:
        for name in PORTS:
            sh("ip", "netns", "del", f"pa-{name}", check=False)


def on(name: str, *argv: str, check: bool = True) -> str:
    return sh("ip", "netns", "exec", f"pa-{name}", *argv, check=check)


def answered() -> bool:
    """Return whether the servers' answer comes back; what was learned of neighbours is forgotten before."""
    sh("ip", "-n", "pa-r", "neigh", "flush", "dev", "e-r")
    return " 0% packet loss" in on("c", "ping", "-c", "1", "-W", "1", str(PACKET.target), check=False)


@pytest.mark.usefixtures("chain")
def test_proxy_arp_lets_a_packet_by_as_the_proof_says() -> None:
    for told in (1, 0):
        on("x", "sysctl", "-q", f"net.ipv4.conf.e.proxy_arp={told}")
        seen = on("x", "sysctl", "-n", "net.ipv4.conf.e.proxy_arp").strip() == "1"
        assert arrives(made("linux", seen)) is seen is bool(told)
        assert until(answered, 60) if told else not any(answered() for _try in range(3))
