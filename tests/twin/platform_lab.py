"""Two bare devices of the twin's factory image on one bench, without a county: for trying the Linux platform's daemons.

Names start with `h3-`. `left` and `right` share two cables (`x0` routed, `p0` switched); a terminal hangs on left's
`p1`. Everything ends with `Lab.down`, whatever happened.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from topology.twin import factory

ROOT = Path(__file__).parents[2]
DEVICES = ("left", "right")
TERMINAL = "h3-terminal"
CABLES = (
    ("h3-left", "x0", "h3-right", "x0"),
    ("h3-left", "p0", "h3-right", "p0"),
    ("h3-left", "p1", TERMINAL, "eth0"),
    ("h3-right", "lan0", TERMINAL, "eth1"),
    ("h3-left", "stg0", TERMINAL, "stg-left"),
    ("h3-right", "stg0", TERMINAL, "stg-right"),
)


def sh(*argv: str, given: str = "", check: bool = True) -> str:
    done = subprocess.run(argv, input=given, text=True, capture_output=True, check=False, timeout=60)
    assert not check or done.returncode == 0, f"{argv}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


class Lab:
    """The bench."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pids: dict[str, int] = {}

    def up(self) -> None:
        self._wire()
        factory.build(self.folder / "image", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPs0")
        (self.folder / "mnt").mkdir()
        nodes = [
            {
                "name": name,
                "kind": "device",
                "namespace": f"h3-{name}",
                "addresses": [("stg0", f"172.31.0.{index}/24")],
                "argv": ["/usr/bin/tini", "--", "/usr/local/sbin/power-on"],
            }
            for index, name in enumerate(DEVICES, 11)
        ]
        order = {
            "mark": str(self.folder),
            "mountpoint": str(self.folder / "mnt"),
            "image": str(self.folder / "image"),
            "owners": factory.owners(),
            "plain": [{"namespace": TERMINAL, "addresses": []}],
            "nodes": nodes,
        }
        words = (sys.executable, "-S", "-s", "-m", "topology.twin.inner.boot")
        answers = sh("env", f"PYTHONPATH={ROOT}", *words, given=json.dumps(order))
        for answer in map(json.loads, answers.splitlines()):
            assert not answer["error"], answer
            self.pids[answer["name"]] = answer["pid"]

    def _wire(self) -> None:
        spaces = [*(f"h3-{name}" for name in DEVICES), TERMINAL]
        lines = [f"netns add {name}" for name in spaces]
        lines += [f"link add {p} netns {a} type veth peer name {q} netns {b}" for a, p, b, q in CABLES]
        sh("ip", "-batch", "-", given="\n".join(lines) + "\n")
        for port in ("eth0", "eth1", "stg-left", "stg-right"):
            sh("ip", "-n", TERMINAL, "link", "set", port, "up")
        for port in ("eth0", "eth1"):
            sh("ip", "netns", "exec", TERMINAL, "ethtool", "-K", port, "tx", "off")

    def down(self) -> None:
        for pid in self.pids.values():
            subprocess.run(["kill", "-KILL", str(pid)], check=False)
        for name in (*(f"h3-{name}" for name in DEVICES), TERMINAL):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def on(self, name: str, script: str, check: bool = True) -> str:
        """Run a script on a device, as its administrator would over SSH."""
        enter = ("nsenter", f"--target={self.pids[name]}", "--all", "--root", "--wd", "--")
        return sh(*enter, "/bin/sh", "-c", "umask 022\nexec /bin/sh", given=script, check=check)

    def terminal(self, *argv: str, check: bool = True) -> str:
        return sh("ip", "netns", "exec", TERMINAL, *argv, check=check)

    def running(self, name: str) -> str:
        return linux.normalise(self.on(name, linux.FETCH))

    def difference(self, name: str, config: DeviceConfig) -> str:
        return linux.diff(self.running(name), linux.render(config))

    def apply(self, name: str, config: DeviceConfig, close: bool = False) -> linux.Activation:
        """Bring a device to a configuration; returns what had to be done."""
        plan = linux.activation(self.running(name), linux.render(config))
        self.on(name, script(plan, close))
        return plan

    def settled(self, name: str, config: DeviceConfig, seconds: float = 10.0) -> str:
        """Return the difference that is left when daemons have had their time."""
        return until(lambda: not self.difference(name, config), seconds) and "" or self.difference(name, config)


def script(plan: linux.Activation, close: bool) -> str:
    lines = ["set -e"]
    for path, (mode, content) in plan.files.items():
        lines += [f"mkdir -p {Path(path).parent}", f"cat >{path}.new <<'END-OF-FILE'", content.removesuffix("\n")]
        lines += ["END-OF-FILE", f"chmod {mode} {path}.new", f"mv {path}.new {path}"]
    lines += [f"rm -f {path}" for path in plan.delete]
    lines += [f"({command}) </dev/null >/tmp/log 2>&1 || {{ cat /tmp/log; exit 1; }}" for command in plan.commands]
    lines += list(plan.closing) if close else []
    return "\n".join(lines) + "\n"


def until(holds: "object", seconds: float = 15.0) -> bool:
    """Wait until a condition holds; False when it never did."""
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True
