"""One simulated vendor device on a bench of its own, without a county: between an inside and an outside computer.

Names start with `vl-`. The device's first two ports lead to `vl-inside` and `vl-outside`, its staging port to
`vl-desk`. Everything ends with `Bench.down`, whatever happened.
"""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from topology.twin import factory, orders
from topology.twin.vendor.ports import kernel_name

ROOT = Path(__file__).parents[2]
DEVICE, INSIDE, OUTSIDE, DESK = "vl-device", "vl-inside", "vl-outside", "vl-desk"
STAGING = "172.31.9.2"


def sh(*argv: str, given: str = "", check: bool = True) -> str:
    done = subprocess.run(argv, input=given, text=True, capture_output=True, check=False, timeout=90)
    assert not check or done.returncode == 0, f"{argv}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@dataclass
class Bench:
    """The device and what is around it."""

    folder: Path
    platform: str
    model: str
    inside: str
    outside: str
    management: str
    key: str
    pid: int = 0
    _helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def up(self) -> None:
        ports = (self.inside, self.outside)
        lines = [f"netns add {name}" for name in (DEVICE, INSIDE, OUTSIDE, DESK)]
        for port, far in zip(ports, (INSIDE, OUTSIDE), strict=True):
            lines.append(f"link add {kernel_name(port)} netns {DEVICE} type veth peer name eth0 netns {far}")
        lines.append(f"link add stg0 netns {DEVICE} type veth peer name eth0 netns {DESK}")
        sh("ip", "-batch", "-", given="\n".join(lines) + "\n")
        for far, address in ((INSIDE, "10.1.0.2/24"), (OUTSIDE, "10.2.0.2/24"), (DESK, "172.31.9.1/24")):
            sh("ip", "-n", far, "address", "add", address, "dev", "eth0")
            sh("ip", "-n", far, "link", "set", "eth0", "up")
            sh("ip", "netns", "exec", far, "ethtool", "-K", "eth0", "tx", "off")
        sh("ip", "-n", INSIDE, "route", "add", "default", "via", "10.1.0.1")
        sh("ip", "-n", OUTSIDE, "route", "add", "default", "via", "10.2.0.1")
        factory.build(self.folder / "image", self.key)
        (self.folder / "mnt").mkdir()
        self._boot()

    def _boot(self) -> None:
        about = {
            "platform": self.platform,
            "model": self.model,
            "ports": [self.inside, self.outside],
            "management": self.management,
            "staging": f"{STAGING}/24",
            "user": "netadmin",
            "keys": [" ".join(self.key.split()[:2])],
        }
        node = {
            "name": "vl-device",
            "kind": "device",
            "namespace": DEVICE,
            "addresses": [("stg0", f"{STAGING}/24")],
            "vendor": about,
            "shown": orders.code(),
        }
        order = {
            "mark": str(self.folder),
            "mountpoint": str(self.folder / "mnt"),
            "image": str(self.folder / "image"),
            "owners": factory.owners(),
            "plain": [],
            "nodes": [node],
        }
        words = (sys.executable, "-m", "topology.twin.vendor.nursery")
        answers = sh("env", f"COUNTYNET_TWIN={self.folder}", *words, given=json.dumps(order))
        (answer,) = map(json.loads, answers.splitlines())
        assert not answer["error"], answer
        self.pid = answer["pid"]

    def on(self, *argv: str, check: bool = True) -> str:
        """Run a command in the device."""
        return sh("nsenter", f"--target={self.pid}", "--all", "--root", "--wd", "--", *argv, check=check)

    def listen(self, where: str, *ports: int) -> None:
        """Have a computer answer TCP at ports with its name."""
        code = (
            "import socketserver,sys,threading\n"
            "class H(socketserver.BaseRequestHandler):\n"
            "    def handle(self): self.request.sendall(b'here')\n"
            "socketserver.TCPServer.allow_reuse_address=True\n"
            "for p in map(int,sys.argv[1:]): threading.Thread(target=socketserver.ThreadingTCPServer(('',p),H)"
            ".serve_forever).start()\n"
        )
        argv = ["ip", "netns", "exec", where, sys.executable, "-c", code, *map(str, ports)]
        self._helpers.append(subprocess.Popen(argv))

    def answers(self, where: str, address: str, port: int) -> bool:
        """Whether a computer gets an answer at an address and port."""
        code = (
            "import socket,sys\ns=socket.create_connection((sys.argv[1],int(sys.argv[2])),1.5)\n"
            "s.settimeout(1.5)\nsys.exit(not s.recv(4))"
        )
        argv = ["ip", "netns", "exec", where, sys.executable, "-S", "-c", code, address, str(port)]
        return subprocess.run(argv, check=False, capture_output=True).returncode == 0

    def order(self, **words: object) -> dict[str, object]:
        """Give the device an order beside its terminal (topology.twin.vendor.control)."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(f"/proc/{self.pid}/root/run/vendor.sock")
            sock.sendall(json.dumps(words).encode() + b"\n")
            answer: dict[str, object] = json.loads(sock.makefile().readline())
        assert answer["ok"], answer
        return answer

    def console(self) -> str:
        return self.on("cat", "/var/log/console", check=False)

    def down(self) -> None:
        for helper in self._helpers:
            helper.kill()
            helper.wait()
        if self.pid:
            subprocess.run(["kill", "-KILL", str(self.pid)], check=False)
        for name in (DEVICE, INSIDE, OUTSIDE, DESK):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
