"""Every credential of the whole county exchanged, and whether a device is lost by it: `python -m benchmarks.rotation`.

The example county's devices stand in a twin, configured. `rotate-credentials` (SNMP, SSH and VPN) runs until it ends,
others approve each of its plans. Before and after, every device is asked with the old and the new credentials. Needs
root and a network of its own: `tests/own .venv/bin/python -m benchmarks.rotation [--units 120]`.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import HEADING, Figure
from countynet.i18n import set_language, translate_error
from inventory import load_county
from inventory.create import EXAMPLE
from playbooks.device.service import fetch
from tests.applications.day2.scene import Scene, standing
from tests.applications.day2.test_credentials import ALL, kept, let_in


def rotated(scene: Scene) -> Iterator[Figure]:
    """Rotate everything and yield the rows of the table. Raises AssertionError when it does not end well."""
    everybody, before = set(scene.county.device_by_name), kept(scene)
    assert let_in(scene, before) == everybody, "not all are there before"
    began, cpu, plans = time.monotonic(), sum(os.times()[:4]), 0

    def told(count: int) -> None:
        nonlocal plans
        plans = count
        print(f"plan {count} waits for its approval after {time.monotonic() - began:.0f} s", flush=True)

    end = scene.through("rotate-credentials", ALL, told)
    errors = {host.host: translate_error(host.error) for host in end.hosts if host.error}
    assert end.good, (end.words, errors)
    seconds, spent = time.monotonic() - began, sum(os.times()[:4]) - cpu
    after = kept(scene)
    new, old = let_in(scene, after), let_in(scene, before)
    silent = [name for name, result in fetch(scene.county, scene.settings).items() if result.error]
    note = f"{len(everybody)} devices, {len(scene.county.units)} units, {plans} plans"
    yield Figure("all credentials exchanged", seconds, "s", 0, spent, note)
    yield Figure("secrets of the vault that are new", sum(after[name] != before.get(name) for name in after), "")
    yield Figure("devices that let the new SNMP user in", len(new), "", len(everybody))
    yield Figure("devices that still let the old one in", len(old), "", 0, 0, ", ".join(sorted(old)))
    yield Figure("devices lost to SSH with the new key", len(silent), "", 0, 0, ", ".join(sorted(silent)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=120)
    asked = parser.parse_args()
    set_language("en")
    units = [unit.id for unit in load_county(EXAMPLE).units][: asked.units]
    with tempfile.TemporaryDirectory() as name, standing(Path(name), *units) as scene:
        print(HEADING)
        for figure in rotated(scene):
            print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
