"""What should not hang on units' ports, staged with real packets on a twin of the units u002, u025, u027 that is up."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from inventory.model import County
from topology.twin.wiring import LINES, namespace, wire

STRANGER, ROUTER = "00:1e:c9:00:00:66", "50:c7:bf:00:00:01"
"""a network card's maker; TP-Link"""
OUTSIDE = "203.0.113.1"
WIREGUARD = """
import os, socket, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    out.sendto(bytes((1, 0, 0, 0)) + os.urandom(144), ("203.0.113.9", 51820))
    time.sleep(0.5)
"""
CONNECTS = """
import socket, time
while True:
    try:
        socket.create_connection(("10.1.0.20", 80), 1).close()
    except OSError:
        pass
    time.sleep(0.3)
"""
PINGS = "while :; do ping -q -n -c1 -W1 10.21.{}.1; sleep 1; done"
HOME = (
    "add table ip home; add chain ip home out { type nat hook postrouting priority 100; }; "
    "add rule ip home out oifname eth0 masquerade"
)


def inside(netns: str, *words: str) -> str:
    """Run a program in a namespace; return what it said."""
    done = subprocess.run(["ip", "netns", "exec", netns, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (netns, words, done.stderr)
    return done.stdout


class Scene:
    """A stage whose props go at the end."""

    def __init__(self, county: County, stack: ExitStack) -> None:
        self.county, self.made = county, 0
        self.after: Callable[..., object] = stack.callback

    def keeps(self, netns: str, *words: str) -> "subprocess.Popen[str]":
        """Have a program run in a namespace until the end."""
        command = ["ip", "netns", "exec", netns, *words]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.after(child.communicate)
        self.after(child.kill)
        return child

    def computer(self) -> str:
        """Return the namespace of a computer that hangs on nothing."""
        self.made += 1
        name = f"cn-prop{self.made}"
        for words in (("add", name), ("exec", name, "ip", "link", "set", "lo", "up")):
            subprocess.run(["ip", "netns", *words], check=True)
        self.after(subprocess.run, ["ip", "netns", "del", name], check=True)
        return name

    def plugged(self, terminal: str, mac: str, address: str) -> str:
        """Put a small switch into the cable of a terminal and a computer on it; return its namespace."""
        name, far = self.computer(), f"p{self.made}"
        cable = next(line for line in wire(self.county).lines if terminal in (line.a.node, line.b.node))
        inside(LINES, "ip", "link", "add", far, "type", "veth", "peer", "name", "eth0", "netns", name)
        inside(LINES, "ip", "link", "set", far, "master", cable.bridge, "up")
        inside(name, "ip", "link", "set", "eth0", "address", mac, "up")
        inside(name, "ip", "addr", "add", f"{address}/24", "dev", "eth0")
        inside(name, "ip", "route", "add", "default", "via", f"{address.rsplit('.', 1)[0]}.1")
        return name

    def joined(self, one: str, port: str, address: str, other: str, far: str, far_address: str) -> None:
        """Join two namespaces by a cable of their own."""
        inside(one, "ip", "link", "add", port, "type", "veth", "peer", "name", far, "netns", other)
        self.after(subprocess.run, ["ip", "-n", one, "link", "del", port], check=True)
        for netns, name, own in ((one, port, address), (other, far, far_address)):
            inside(netns, "ip", "addr", "add", own, "dev", name)
            inside(netns, "ip", "link", "set", name, "up")

    def becomes(self, terminal: str, mac: str) -> str:
        """Have a terminal's computer be another one for the length of the scene; return what it was."""
        netns = namespace(terminal)
        own = inside(netns, "cat", "/sys/class/net/eth0/address").strip()
        inside(netns, "ip", "link", "set", "eth0", "address", mac)
        self.after(inside, netns, "ip", "link", "set", "eth0", "address", own)
        return own

    def routed(self, netns: str, prefix: str, by: str) -> None:
        """Lead a prefix another way for the length of the scene."""
        inside(netns, "ip", "route", "add", prefix, "via", by)
        self.after(inside, netns, "ip", "route", "del", prefix, "via", by)


@contextmanager
def six_wrongs(county: County, beacon: list[str]) -> Iterator[Scene]:
    """Stage all six: pc-027 gives way to a home router with a computer behind it and a stranger beside it, its own
    computer stands at u002's port beside pc-002, pc-025 has a second cable into the Internet and a private VPN.
    """
    with ExitStack() as stack:
        props = Scene(county, stack)
        listens = props.keeps(namespace("internet"), *beacon)
        first, second = namespace("pc-025"), namespace("pc-027")
        was, behind = props.becomes("pc-027", ROUTER), props.computer()
        props.joined(second, "lan", "192.168.1.1/24", behind, "eth0", "192.168.1.2/24")
        props.routed(behind, "default", "192.168.1.1")
        inside(second, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        inside(second, "nft", HOME)
        props.after(inside, second, "nft", "delete table ip home")
        props.keeps(behind, sys.executable, "-c", CONNECTS)
        props.keeps(props.plugged("pc-027", STRANGER, "10.21.27.66"), "sh", "-c", PINGS.format(27))
        props.keeps(props.plugged("pc-002", was, "10.21.2.77"), "sh", "-c", PINGS.format(2))
        props.keeps(namespace("pc-002"), "sh", "-c", PINGS.format(2))
        props.joined(first, "wlan0", "198.51.100.2/24", namespace("internet"), "isp0", "198.51.100.1/24")
        props.routed(first, f"{OUTSIDE}/32", "198.51.100.1")
        props.keeps(first, sys.executable, "-c", WIREGUARD)
        assert listens.stderr is not None
        assert "listens" in listens.stderr.readline()
        yield props


def beacon_command(key: Path, journal: Path) -> list[str]:
    """Return the command of the outside beacon."""
    program = str(Path(sys.executable).with_name("countynet"))
    return [program, "--lang", "en", "beacon", "serve", "--side", "outside", "--key-file", str(key), "--journal",
            str(journal), "--address", OUTSIDE, "--mirror", "10.1.0.20"]  # fmt: skip
