"""A mixed county whose vendor devices are simulated in one namespace, with its real logs host: what tests stand on.

Every device comes up over staging, as in life. `Fleet.log` reads what rsyslogd, told as the county's own logs host is
told, has written.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, names
from inventory.intent.adapt import VENDOR_PUBLIC_KEY
from inventory.model import County
from playbooks import servers
from playbooks.device.results import Limits
from playbooks.drift.follow import logs_host
from playbooks.plan.book import Book
from tests.twin.drivers_row import Row

AMY = Actor("amy", Role.CENTER)
HASTY = Limits(connect=3, sign_in=60, command=240, settle=10, device=600, in_band=120)
AMPLE = 1200
"""seconds until a device takes a change back by itself; one process plays all of them, on a machine with other work"""
TEMPLATE = Path(servers.__file__).parent / "roles" / "logs" / "templates" / "countynet.conf.j2"


class Fleet:
    """Some devices of a mixed county, and their logs host."""

    def __init__(self, folder: Path, choose: Callable[[County], tuple[str, ...]]) -> None:
        self.folder = folder
        self.settings = Settings.load(folder / "county")
        create.create_folder(self.settings, mixed=True)
        create.create_secrets(self.settings, load_county(self.settings.county))
        create.create_repository(self.settings)
        self.county = load_county(self.settings.county)
        self.names = choose(self.county)
        key = " ".join(Secrets.load(self.settings).get(VENDOR_PUBLIC_KEY).get_secret_value().split()[:2])
        self.row = Row(key, [self._described(name) for name in self.names])
        (self.settings.state / "vantage").write_text(str(self.row.path))
        self._log()

    def _described(self, name: str) -> dict[str, Any]:
        device = self.county.device_by_name[name]
        where = {"address": str(device.management), "staging": str(device.staging)}
        about = {"name": name, "platform": device.platform, "model": device.model}
        return {**about, **where, "ports": list(device.ports), "management": names.staging(device)}

    def _log(self) -> None:
        """Start rsyslogd as the county's logs host has it."""
        host = logs_host(self.county)
        assert host
        address, self.logs = str(host.address.ip), self.folder / "devices"
        self.row.also(address)
        table = [{"index": str(self.county.device_by_name[n].management), "value": n} for n in self.names]
        lookup = self.folder / "devices.json"
        lookup.write_text(json.dumps({"version": 1, "nomatch": "unknown", "type": "string", "table": table}))
        told = TEMPLATE.read_text().replace("{{ address }}", address).replace("{{ county }}", "county")
        told = told.replace("/var/log/devices", str(self.logs)).replace("/etc/rsyslog-devices.json", str(lookup))
        file = self.folder / "rsyslog.conf"
        file.write_text(told)
        argv = ["ip", "netns", "exec", self.row.netns, "rsyslogd", "-n", "-f", str(file)]
        self._rsyslogd = subprocess.Popen([*argv, "-i", str(self.folder / "rsyslogd.pid")])

    def ask(self, command: str) -> str:
        """Run a command of the follower as on the logs host."""
        words = command.replace("/var/log/devices", str(self.logs))
        return subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True).stdout

    def log(self, name: str) -> list[str]:
        """Return the lines that a device's file has."""
        file = self.logs / f"{name}.log"
        return file.read_text(errors="replace").splitlines() if file.exists() else []

    def by_platform(self, platform: str) -> str:
        """Return the first device of a platform."""
        return next(name for name in self.names if self.county.device_by_name[name].platform == platform)

    def approved(self, number: int) -> int:
        """Have the center approve a plan."""
        Book.open(self.settings).approve(number, AMY)
        return number

    def command(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command of ours."""
        environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(self.settings.county)}
        program = [str(Path(sys.executable).with_name("countynet")), *words]
        return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    def said(self, *words: str) -> tuple[int, Any]:
        """Run a command of ours; return its exit code and its JSON."""
        out, err = (process := self.command(*words, "--json")).communicate(timeout=180)
        assert out, err
        return process.returncode, json.loads(out)

    def down(self) -> None:
        """End all of it."""
        self._rsyslogd.send_signal(signal.SIGTERM)
        self._rsyslogd.wait()
        self.row.stop()


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait for something to be true; return whether it is."""
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
