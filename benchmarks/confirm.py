"""The figures of the probes that a proof is confirmed with: `python -m benchmarks.confirm [--units N]`, as root.

Stands the example county up in a twin, configures every device, derives the packets that cover every class and sends
them. The run is from reading the inventory to the report; standing up and configuring are not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import HEADING, Figure

ALL = 120


def measured(units: int) -> dict[str, float]:
    """Stand a county of so many units up, confirm it, take it down; return the figures."""
    from countynet.secrets import Secrets
    from countynet.settings import Settings
    from countynet.stages import StageContext
    from inventory.create import create_folder, create_repository, create_secrets
    from inventory.load import load_county
    from inventory.subset import subset
    from playbooks.device.stage import stage as configure
    from topology import twin
    from topology.confirm.classes.service import confirm_classes
    from topology.reach.service import Of

    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        settings = Settings.load(Path(folder) / "county")
        create_folder(settings)
        county = load_county(settings.county)
        create_secrets(settings, county)
        create_repository(settings)
        small = subset(county, units)
        twin.up(small, settings, Secrets.load(settings))
        try:
            configure.run(
                StageContext(settings, quick=True, say=lambda line: None, progress=lambda *_: None, county=small)
            )
            cpu = time.process_time()
            found = confirm_classes(load_county(settings.county), settings, Of.INTENDED, lambda _done, _total: None)
            cpu = time.process_time() - cpu
        finally:
            twin.down(settings)
    return {"classes": found.classes, "probes": found.probes, "agreed": found.agreed, "packets": found.packets,
            "deriving": found.deriving, "seconds": found.seconds, "cpu": cpu}  # fmt: skip


def figures(units: int = ALL) -> Iterator[Figure]:
    """Yield the figures, measured in a process of its own; none without root, which a twin needs."""
    if os.geteuid() != 0:
        return
    command = [sys.executable, "-m", "benchmarks.confirm", "--units", str(units), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    note = f"cover {taken['classes']:.0f} classes; {taken['agreed']:.0f} went as the proof says"
    yield Figure(f"{units} units: probes", taken["probes"], "", 1000, 0, note)
    note = f"{taken['deriving']:.1f} s of it to derive them, {taken['packets']:.0f} packets sent"
    yield Figure(f"{units} units: the confirm run", taken["seconds"], "s", 60, taken["cpu"], note)


def main() -> None:
    """Measure and print; `--json` prints the raw figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=ALL)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.json:
        print(json.dumps(measured(given.units)))
        return
    print(HEADING)
    for figure in figures(given.units):
        print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
