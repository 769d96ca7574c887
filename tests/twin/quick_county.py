"""A few units of the example: up, configured and served as the demo does it, for tests that look at the whole."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.stages import StageContext
from inventory import load_county, subset
from inventory.create import create_folder, create_repository, create_secrets
from inventory.model import County
from playbooks.device.service import fetch
from playbooks.device.stage import stage as configure
from playbooks.stage import stage as serve
from topology import twin
from topology.twin.wiring import namespace


class QuickCounty:
    """The county that runs: what it should be, and ways to meddle with it over SSH."""

    def __init__(self, county: County, settings: Settings, key: Path) -> None:
        self.county, self.settings, self._key = county, settings, key

    def ssh(self, device: str, command: str) -> str:
        """Run a command on a device, as its administrator, from the management station; return what it said."""
        address = self.county.device_by_name[device].management
        options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        words = ["ssh", "-i", str(self._key), *options, f"netadmin@{address}", command]
        station = namespace(self.county.station.name)
        done = subprocess.run(["ip", "netns", "exec", station, *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (device, command, done.stderr)
        return done.stdout

    @contextmanager
    def ruined(self, commands: dict[str, str]) -> Iterator[None]:
        """Run a command on each device for the length of a block, then load the filters that it had."""
        for device, command in commands.items():
            self.ssh(device, command)
        try:
            yield
        finally:
            for device in commands:
                self.ssh(device, "nft -f /etc/nftables.conf")

    def fetch(self) -> None:
        """Fetch the running configurations of all devices."""
        assert not [r for r in fetch(self.county, self.settings).values() if r.error]


@contextmanager
def quick_county(folder: Path, units: int) -> Iterator[QuickCounty]:
    """Bring a county up, configured and served; take it down at the end."""
    settings = Settings.load(folder / "county")
    create_folder(settings)
    county = load_county(settings.county)
    create_secrets(settings, county)
    create_repository(settings)
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text(Secrets.load(settings).get("ssh/admin-private-key").get_secret_value())
    small = subset(county, units)
    context = StageContext(settings, quick=True, say=lambda line: None, progress=lambda *_: None, county=small)
    twin.up(small, settings, Secrets.load(settings))
    try:
        configure.run(context)
        serve.run(context)
        yield QuickCounty(small, settings, key)
    finally:
        twin.down(settings)
