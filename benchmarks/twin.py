"""The figures of the bare twin, each against its target: `python -m benchmarks.twin [--quick] [--rounds N]`.

Builds and removes the example county's twin through the library, and prints wall time, the CPU seconds of the whole
machine meanwhile, memory, idle load and what one frame costs the DSLAM. Run it as root on an idle machine.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from countynet.settings import Settings
from inventory import load_county, subset
from inventory.model import County
from topology import twin
from topology.twin.state import Places

EXAMPLE = Path(__file__).parents[1] / "inventory" / "example"
IDLE_SECONDS = 10.0
PINGS = 2000
T = TypeVar("T")


class Key:
    """An administrator's key of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.file], check=True)

    def get(self, name: str) -> SecretStr:
        """Return the public half."""
        return SecretStr(self.file.with_suffix(".pub").read_text())


def busy() -> float:
    """Return the CPU seconds that this machine has spent since boot."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(int(words[place]) for place in (0, 1, 2, 5, 6)) / os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Return the CPU seconds that one process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, value: float, unit: str, target: float = 0.0, cpu: float = 0.0) -> None:
    """Print one figure."""
    ratio = f"{value / target:5.2f}" if target else "    -"
    print(f"{name:<40}{value:>10.2f} {unit:<8}{target:>8g} {ratio} {cpu:>8.1f}", flush=True)


def timed(action: Callable[[], T]) -> tuple[T, float, float]:
    """Return an action's result, its seconds and the machine's CPU seconds meanwhile."""
    begin, cpu = time.monotonic(), busy()
    result = action()
    return result, time.monotonic() - begin, busy() - cpu


def frames(county: County, settings: Settings) -> None:
    """Measure what a frame costs the DSLAM, by pinging over one ADSL line as fast as it answers."""
    circuit = next(c for c in county.circuits if c.access == "adsl")
    operator, own = (str(a) for a in circuit.link.hosts())
    device = county.cpe_by_unit[circuit.unit].name
    script = f"nft flush ruleset; ip addr add {own}/30 dev dsl0; ip link set dsl0 up"
    twin.exec_in(settings, device, ["sh", "-c", script])
    record = Places(settings).read()
    assert record is not None
    pid = next(n.pid for n in record.nodes if n.name == "dslam")
    before = spent(pid)
    words = ["ping", "-q", "-i0.002", f"-c{PINGS}", operator]
    answer = twin.exec_in(settings, device, words, seconds=120).stdout.splitlines()
    row("DSLAM: CPU a frame", (spent(pid) - before) / (4 * PINGS) * 1e6, "us")
    row("DSLAM: round trip (2 x 10 ms)", float(answer[-1].split("/")[4]), "ms", 22)


def one(county: County, settings: Settings, key: Key) -> None:
    """Measure one life of the twin."""
    _, seconds, cpu = timed(lambda: twin.up(county, settings, key))
    row("up", seconds, "s", 15, cpu)
    time.sleep(5)
    now = twin.status(settings, memory=True)
    row("memory, bare", now.memory_kib / 1024, "MiB")
    row("processes, bare", now.processes, "")
    _, seconds, cpu = timed(lambda: time.sleep(IDLE_SECONDS))
    row("idle load, bare", 100 * cpu / seconds, "% core", 10)
    frames(county, settings)
    _, seconds, cpu = timed(lambda: twin.down(settings))
    row("down", seconds, "s", 2, cpu)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="12 units instead of 120")
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    county = load_county(EXAMPLE)
    if chosen.quick:
        county = subset(county, 12)
    twin.prepare()
    print(f"{'figure':<40}{'measured':>10} {'':<8}{'target':>8} ratio    CPU s")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(Path(folder) / "county")
        try:
            for _ in range(chosen.rounds):
                one(county, settings, Key(Path(tempfile.mkdtemp(dir=folder))))
        finally:
            twin.down(settings)


if __name__ == "__main__":
    main()
