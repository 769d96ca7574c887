"""The figures of the inventory, each against its target: `python -m benchmarks.inventory`.

Every figure is measured in a process of its own, so that it is cold and its memory is its own; CPU seconds count that
process from its start, imports too. Ratios travel better than seconds. A further figure is a function in FIGURES.

Run it as a module: as a script, this file would stand in front of the package `inventory`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from benchmarks import prefecture
from benchmarks.figure import HEADING, Figure
from inventory.create import EXAMPLE

TODAY = date(2026, 11, 25)
ROUNDS = 5
_CHILD = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
began = time.perf_counter()
from inventory.load import examine
found = examine(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
seconds = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
county = found.county
print(json.dumps({
    "seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024,
    "units": len(county.units), "devices": len(county.devices), "said": len(found.problems),
}))
"""


def _examined(folder: Path) -> dict[str, float]:
    """Load and validate a county in a new process, with all three strengths; return what it took."""
    command = [sys.executable, "-c", _CHILD, str(folder), TODAY.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken: dict[str, float] = json.loads(done.stdout)
    return taken


def example() -> Iterator[Figure]:
    """Load and validate the example county, cold: the median of some rounds."""
    rounds = sorted((_examined(EXAMPLE) for _round in range(ROUNDS)), key=lambda taken: taken["cpu"])
    middle = rounds[ROUNDS // 2]
    note = f"{middle['units']} units, {middle['devices']} devices"
    yield Figure("example: load and validate, cold", middle["seconds"], "s", 0.5, middle["cpu"], note)


def province() -> Iterator[Figure]:
    """Load and validate 3,000 units and 10,000 devices."""
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        prefecture.write(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1_000_000
        taken = _examined(Path(folder))
    note = f"{taken['units']} units, {taken['devices']} devices, {size:.1f} MB of YAML"
    yield Figure("3,000 units: load and validate, cold", taken["seconds"], "s", 10, taken["cpu"], note)
    yield Figure("3,000 units: peak memory", taken["megabytes"], "MB", 600)


_EDIT = """
import json, os, sys, time
from pathlib import Path
from countynet.settings import Settings
from inventory import create
from inventory.record import Author, Repository, Set
settings = Settings.load(Path(sys.argv[1]))
create.create_folder(settings)
create.create_repository(settings)
taken = []
for n in range(int(sys.argv[2])):
    before, began = os.times(), time.perf_counter()
    change = Set("units", "u002", "officer.telephone", f"1690000{n:04d}")
    Repository(settings).commit([change], Author("bench"), "bench")
    after = os.times()
    taken.append((time.perf_counter() - began, sum(after[:4]) - sum(before[:4])))
print(json.dumps(taken))
"""


def edit() -> Iterator[Figure]:
    """Change one field of the example county: fold, judge, write, commit and record the event; git's work counted."""
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        command = [sys.executable, "-c", _EDIT, f"{folder}/county", str(ROUNDS + 1)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    (first, first_cpu), *others = json.loads(done.stdout)
    seconds, cpu = sorted(others)[len(others) // 2]
    yield Figure("example: one edit, judged and committed, first", first, "s", 0.3, first_cpu, "nothing in memory yet")
    yield Figure("example: one edit, judged and committed, next", seconds, "s", 0.3, cpu, "as the dashboard does it")


def workbooks() -> Iterator[Figure]:
    """Preview 120 survey workbooks (`benchmarks.survey` has the details)."""
    command = [sys.executable, "-m", "benchmarks.survey", "120", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken = json.loads(done.stdout)["figures"]["preview"]
    yield Figure("120 survey workbooks previewed", taken["seconds"], "s", 10, taken["cpu_seconds"])


FIGURES: list[Callable[[], Iterator[Figure]]] = [example, province, edit, workbooks]
"""what is measured, in this order"""


def main() -> None:
    """Measure and print."""
    print(HEADING)
    for measure in FIGURES:
        for figure in measure():
            print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
