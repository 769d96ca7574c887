"""Routers with real FRR daemons in namespaces: what the Linux platform writes of a DeviceConfig is what they read.

Names start with `rt-`. Cables join interfaces; an interface without a cable is a LAN. Daemons are started with
the files of `linux.render`, as on a device; everything ends with `Lab.down`.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from inventory.platforms.linux.frr_tree import BGPD, OSPFD, PBRD, STATICD, ZEBRA
from inventory.platforms.linux.text import split
from topology.reach.network import Domain, Network, Routed
from topology.reach.routes import Hop

DAEMONS = {ZEBRA: "zebra", STATICD: "staticd", OSPFD: "ospfd", BGPD: "bgpd", PBRD: "pbrd"}
LANS = "lans"
"""the namespace in which the far ends of LANs are"""
BIN = Path("/usr/lib/frr")
Cable = tuple[tuple[str, str], tuple[str, str]]
Fib = dict[IPv4Network, frozenset[Hop]]


def sh(*argv: str, given: str = "", check: bool = True) -> str:
    done = subprocess.run(argv, input=given, text=True, capture_output=True, check=False, timeout=60)
    assert not check or done.returncode == 0, f"{argv}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


class Lab:
    """Routers by name with their configurations, and the cables between them."""

    def __init__(self, folder: Path, configs: Mapping[str, DeviceConfig], cables: tuple[Cable, ...]) -> None:
        self.folder, self.configs, self.cables = folder, configs, cables
        self.processes: list[subprocess.Popen[bytes]] = []

    def up(self) -> None:
        """Wire everything and start the daemons that each configuration needs."""
        lines = [f"netns add rt-{name}" for name in (*self.configs, LANS)]
        lines += [
            f"link add {p} netns rt-{a} type veth peer name {q} netns rt-{b}" for (a, p), (b, q) in self.cables
        ]  # fmt: skip
        wired = {end for cable in self.cables for end in cable}
        for name, config in self.configs.items():
            lans = [i.name for i in config.interfaces if (name, i.name) not in wired and i.kind == "physical"]
            lines += [f"link add {p} netns rt-{name} type veth peer name {name}-{p} netns rt-{LANS}" for p in lans]
            lines += [f"-n rt-{LANS} link set dev {name}-{p} up" for p in lans]
        far = [line for line in lines if line.startswith("-n")]
        sh("ip", "-batch", "-", given="\n".join(line for line in lines if line not in far) + "\n")
        for line in far:
            sh("ip", *line.split())
        for name, config in self.configs.items():
            self._boot(name, config)

    def _boot(self, name: str, config: DeviceConfig) -> None:
        for item in ("lo", *(i.name for i in config.interfaces)):
            sh("ip", "-n", f"rt-{name}", "link", "set", "dev", item, "up")
        self.on(name, "sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")
        run = self.folder / name
        run.mkdir()
        files = split(linux.render(config))
        for path, daemon in DAEMONS.items():
            if path in files:
                (run / f"{daemon}.conf").write_text(files[path].content)
        for owned in (self.folder, run, *run.iterdir()):
            shutil.chown(owned, "frr", "frr")
        for path, daemon in DAEMONS.items():
            if path in files:
                self._start(name, run, daemon)

    def _start(self, name: str, run: Path, daemon: str) -> None:
        words = [str(BIN / daemon), "-f", f"{run}/{daemon}.conf", "-i", f"{run}/{daemon}.pid", "-z", f"{run}/zserv.api"]
        words += ["--vty_socket", str(run), "-P", "0", "--log", f"file:{run}/{daemon}.log"]
        space, quiet = ["ip", "netns", "exec", f"rt-{name}"], subprocess.DEVNULL
        self.processes.append(subprocess.Popen([*space, *words], stdout=quiet, stderr=quiet, start_new_session=True))
        assert until(lambda: (run / "zserv.api").exists() or daemon != "zebra", 30), daemon

    def down(self) -> None:
        """Stop what was started and take the namespaces away."""
        for process in self.processes:
            process.kill()
            process.wait()
        for name in (*self.configs, LANS):
            subprocess.run(["ip", "netns", "del", f"rt-{name}"], check=False, capture_output=True)

    def on(self, name: str, *argv: str, check: bool = True) -> str:
        """Run a command on a router."""
        return sh("ip", "netns", "exec", f"rt-{name}", *argv, check=check)

    def vty(self, name: str, *commands: str) -> str:
        """Ask a router's daemons."""
        words = [word for command in commands for word in ("-c", command)]
        return self.on(name, "vtysh", "--vty_socket", str(self.folder / name), *words, check=False)

    def fib(self, name: str) -> Fib:
        """Return what the kernel of a router has in its main table."""
        found: Fib = {}
        for route in json.loads(self.on(name, "ip", "-j", "-4", "route", "show")):
            prefix = IPv4Network("0.0.0.0/0" if route["dst"] == "default" else route["dst"])
            ways = route.get("nexthops", [route]) if route.get("type") != "blackhole" else []
            found[prefix] = frozenset(
                Hop(way["dev"], IPv4Address(way["gateway"]) if "gateway" in way else None) for way in ways
            )
        return found

    def network(self) -> Network:
        """Return the network of the proof."""
        of: dict[tuple[str, str], Domain] = {}
        domains: dict[object, Domain] = {}
        joined = {end: cable for cable in self.cables for end in cable}
        for name, config in self.configs.items():
            for item in (i for i in config.interfaces if i.addresses and i.kind != "loopback"):
                key = joined.get((name, item.name), ((name, item.name),))
                of[name, item.name] = domains.setdefault(key, Domain(len(domains)))
                of[name, item.name].routed.append(Routed(name, item))
        return Network(
            configs=self.configs, platforms=dict.fromkeys(self.configs, "linux"), domains=tuple(domains.values()),
            of=of, places={}, addresses={}, tunnels={},
        )  # fmt: skip


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition; return whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.1)
    return done()
