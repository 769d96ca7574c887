"""One server host of its own, for trying an application: real sshd, real packages, no Internet.

    with lone_host("meeting", tmp_path) as bench:
        bench.deploy()
        bench.exec("systemctl status nginx")

Run it where nothing else is (`tests/own .venv/bin/pytest FILE`, as root): the host is a namespace with an overlay root
over the twin's base, at `bench.address`; this process stands where the management station, every unit and everybody
else stand at once, so a socket chooses by its source address who it is: `bench.station`, `bench.unit`,
`bench.stranger`. The county is the example's with the application added (`changed` alters its description).
"""

import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from countynet.console import progress
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county
from inventory.model import County
from playbooks.applications import mirror
from playbooks.applications.carry import carry
from playbooks.applications.gate import GATE
from playbooks.applications.kinds import Found, readable
from playbooks.servers.run import Heard, RunResult
from tests.applications import systemd_host
from tests.applications.bench_county import (
    ABSENT,
    ADDRESS,
    ADDRESSES,
    DOMAIN,
    GATEWAY,
    HOST,
    SAVER,
    SAVER_ADDRESS,
    SECOND,
    SECOND_ADDRESS,
    STATION,
    STRANGER,
    UNIT,
    describe,
    with_needs,
)
from tests.applications.bench_hosts import alive, boot, end, wire

__all__ = [
    "ABSENT", "ACTOR", "ADDRESS", "DOMAIN", "GATEWAY", "HOST", "SAVER", "SAVER_ADDRESS", "SECOND", "SECOND_ADDRESS",
    "STATION", "STRANGER", "UNIT", "Bench", "lone_host",
]  # fmt: skip

ACTOR = "amy"
"""who deploys"""
CUT = 30.0
"""seconds in which a host that is powered off is gone"""


@dataclass
class Bench:
    """A host with an application on it."""

    name: str
    """the application's id, the same as its kind"""
    settings: Settings
    county: County
    found: Found
    folder: Path
    pids: dict[str, int] = field(default_factory=dict)
    said: list[Heard] = field(default_factory=list)
    began: int = 0
    """how much had been said when the last run began"""
    hosts: tuple[str, ...] = (HOST,)
    """the hosts that the application is on"""
    systemd: bool = False
    """whether the hosts have a systemd; else what it does is done by the twin's systemctl and supervisor"""
    address: str = ADDRESS
    station: str = STATION
    unit: str = UNIT
    stranger: str = STRANGER

    @property
    def machines(self) -> dict[str, str]:
        """Every host that is here with its address: the application's, and the one that it is backed up to."""
        return {name: ADDRESSES[name] for name in (HOST, SAVER, *self.hosts[1:])}

    @property
    def mark(self) -> str:
        """A name that no other bench of the machine has."""
        return f"countynet-{self.folder.parent.name}-{self.folder.name}"

    @property
    def dns(self) -> str:
        """The application's DNS name."""
        return f"{self.name}.{DOMAIN}"

    @property
    def url(self) -> str:
        """Where people open it; Chromium needs `--host-resolver-rules=MAP <dns> <address>`."""
        return f"https://{self.dns}"

    @property
    def browser_options(self) -> list[str]:
        """Options with which Chromium finds the host by name and takes its own certificate."""
        return [f"--host-resolver-rules=MAP *.{DOMAIN} {self.address}", "--ignore-certificate-errors"]

    def deploy(self, cancelled: threading.Event | None = None, look: bool = False, name: str = "") -> RunResult:
        """Deploy it (or another application of the host) as `countynet app deploy` does."""
        return self.run("deploy", cancelled, look=look, name=name)

    def backup(self) -> RunResult:
        """Back it up to the other host."""
        return self.run("backup")

    def drill(self) -> RunResult:
        """Restore the last backup into a scratch folder and compare."""
        return self.run("drill")

    def restore(self) -> RunResult:
        """Restore the last backup."""
        return self.run("restore")

    def remove(self) -> RunResult:
        """Take it away again."""
        return self.run("remove")

    def run(
        self, action: str, cancelled: threading.Event | None = None, look: bool = False, name: str = ""
    ) -> RunResult:
        """Carry out an action; what it says is added to `said`."""
        self.began = len(self.said)
        more = {"around": False, "look": look, "actor": ACTOR}
        return carry(self.settings, self.county, name or self.name, action, self.said.append, cancelled, **more)

    def changes(self, result: RunResult) -> list[str]:
        """Return the tasks that changed something in the run that ended last, for a readable failure of a test."""
        return [heard.task for heard in self.said[self.began :] if heard.outcome == "changed"]

    def why(self, result: RunResult) -> str:
        """Return what went wrong in a run, empty when nothing did."""
        errors = [f"{h.host}: {h.error} {getattr(h.error, 'answer', '')}" for h in result.hosts if h.error]
        return "" if result.good else f"{result.status}: {'; '.join(errors)} {result.words}"

    def exec(self, script: str, host: str = HOST, seconds: float = 60.0) -> str:
        """Run a shell script on a host and return what it said on both outputs."""
        words = ["nsenter", f"--target={self.pids[host]}", "--all", "--root", "--wd", "--", "sh", "-c", script]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=seconds)
        return done.stdout + done.stderr

    def get(self, path: str, source: str = UNIT, port: int = 443) -> tuple[int, str]:
        """Return status and text that somebody gets from the application; status 0 when it cannot be reached."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with (
                socket.create_connection((self.address, port), 5, (source, 0)) as plain,
                context.wrap_socket(plain, server_hostname=self.dns) as link,
            ):
                link.settimeout(60)
                link.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.dns}\r\nConnection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: link.recv(65536), b""))
        except OSError:
            return 0, ""
        head, _gap, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode(errors="replace")

    def reaches(self, source: str, port: int = 443) -> bool:
        """Whether somebody gets a TCP connection."""
        try:
            with socket.create_connection((self.address, port), 3, (source, 0)):
                return True
        except OSError:
            return False

    def keep(self, name: str, value: str) -> None:
        """Put a secret into the county's vault beside what is there."""
        vault = Secrets.load(self.settings)
        held = {known: vault.get(known).get_secret_value() for known in vault.names()}
        Secrets.create(self.settings, held | {name: value})

    def settle(self, name: str, **settings: object) -> None:
        """Add to the settings of an application of the host in the county's files; a deploy takes them."""
        file = self.settings.county / "bench.yml"
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        deployment = next(one for one in told["applications"] if one["id"] == name)["deployment"]
        deployment["settings"] = deployment.get("settings", {}) | settings
        file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        self.county = load_county(self.settings.county)

    def cut(self, host: str = HOST) -> None:
        """Power a host off at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pids[host], signal.SIGKILL)
        ends = time.monotonic() + CUT
        while self.runs(host):  # whoever powers it on again at once would take it for one that runs
            assert time.monotonic() < ends, f"{host} does not end"
            time.sleep(0.05)

    def runs(self, host: str) -> bool:
        """Whether a host is powered on."""
        return alive(self.pids.get(host))

    def start(self) -> None:
        """Power on what does not run; what lay on its disk is there still."""
        key = Secrets.load(self.settings).get(create.PUBLIC_KEY).get_secret_value().strip() + "\n"
        down = {name: address for name, address in self.machines.items() if not self.runs(name)}
        self.pids |= boot(self.folder, down, key, self.mark if self.systemd else "")


@contextmanager
def lone_host(
    kind: str,
    folder: Path,
    changed: Mapping[str, object] | None = None,
    *,
    fetched: bool = True,
    count: int = 1,
    also: Mapping[str, Mapping[str, object]] | None = None,
    systemd: bool = "BENCH_SYSTEMD" in os.environ,
) -> Iterator[Bench]:
    """Give a fresh host for an application of a kind, and one that it is backed up to; both go at the end.

    `changed` alters the deployment's description (`settings`, `reach` ...). Applications that the kind needs, and those
    of the kinds in `also`, are described on the same host under their kinds' names (`deploy` them if they have to run).
    The mirror is made where it is not whole, which needs the package sources: outside of `tests/own`, by `countynet
    mirror make` (not `fetched`: it is left as it is). `count`: on so many hosts, one or two; `bench.address` is the
    first's. `systemd`: the hosts' PID 1 is Debian's own (`systemd_host`); of
    every test where BENCH_SYSTEMD stands in the environment.
    """
    settings = Settings.load(folder / "county")
    create.create_folder(settings)
    known, problems = readable(settings.county)
    assert kind in known, problems
    names = (HOST, SECOND)[:count]
    described = {name: dict[str, object]() for name in with_needs(known, kind)} | {
        name: dict(each) for name, each in {**(also or {}), kind: changed or {}}.items()
    }
    describe(settings, known, kind, described, names)
    county = load_county(settings.county)
    create.create_secrets(settings, county)
    gates = [GATE] if any("people" in each for each in described.values()) else []
    wanted = [*(known[name] for name in [*described, *([systemd_host.KIND] if systemd else [])]), *gates]
    if fetched:
        mirror.make(wanted, progress())
    bench = Bench(kind, settings, county, known[kind], folder, hosts=names, systemd=systemd)
    try:
        wire(bench.machines)
        bench.start()
        yield bench
    finally:
        end(bench.pids, bench.machines, bench.mark if systemd else "")
