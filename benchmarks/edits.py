"""Every kind of edit of every device of a county, each alone, held against 0.1 s: `python -m benchmarks.edits`.

Each is compared with a state that is proven (`topology.reach.change.Differ`): what opens and what closes, of both
families. What it costs hangs on how many pairs of places get another answer, so that is told beside. `--few`: of the
devices of the center and every 25th of the units' alone; `--forged`: of these, with each device taken wholly as well.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from statistics import quantiles
from typing import Any, NamedTuple

from benchmarks.edit_kinds import KINDS
from benchmarks.figure import HEADING, Figure
from inventory.create import EXAMPLE
from inventory.deviceconfig import DeviceConfig
from inventory.model import County

Configs = Mapping[str, DeviceConfig]
TARGET = 0.1
FEW = 25
"""every how many-th of the units' devices is edited where few are"""


class Edit(NamedTuple):
    """One edit; times in seconds."""

    wall: float
    cpu: float
    device: str
    shifts: int
    """pairs and devices for which something opens or closes"""
    again: int
    """sources that were let loose again"""


def measure(county: County, configs: Configs, *, few: bool = False, forged: bool = False) -> dict[str, Any]:
    """Return, by kind, the median, the 95th percentile and the worst of all devices; under `all` of all kinds."""
    from topology.reach.change import Differ, State

    differ, found = Differ(county, State(configs, {})), dict[str, list[Edit]]()
    if forged:
        for one in filter(None, (differ, differ.six)):
            deque(map(one.forging.taken, configs), maxlen=0)
    units = [name for name in configs if name.startswith("cpe-")]
    names = [name for name in configs if name not in units] + units[:: FEW if few or forged else 1]
    for kind, edit in KINDS.items():
        for name in names:
            if (edited := edit(configs[name])) is not None:
                after = State({**configs, name: edited}, {})
                cpu, began = time.process_time(), time.perf_counter()
                change = differ.compare(after, forged=forged)
                wall, spent = time.perf_counter() - began, time.process_time() - cpu
                told = Edit(wall, spent, name, len(change.opens) + len(change.closes), change.again)
                found.setdefault(kind, []).append(told)
    every = [one for edits in found.values() for one in edits]
    return {kind: _summary(edits) for kind, edits in (("all", every), *found.items())}


def _summary(edits: Sequence[Edit]) -> dict[str, Any]:
    walls, cpus = [edit.wall for edit in edits], [edit.cpu for edit in edits]
    worst = max(edits, key=lambda edit: edit.cpu)
    return {
        "edits": len(edits), "wall": _spread(walls), "cpu": _spread(cpus), "slow": sum(cpu > TARGET for cpu in cpus),
        "device": worst.device, "shifts": worst.shifts, "again": worst.again,
    }  # fmt: skip


def _spread(values: Sequence[float]) -> list[float]:
    """Return the median, the 95th percentile and the greatest."""
    cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else [values[0]] * 19
    return [cuts[9], cuts[18], max(values)]


def figures(found: Mapping[str, Mapping[str, Any]], what: str = "") -> Iterator[Figure]:
    """Yield the rows of a table: of all kinds together, then the worst of each."""
    every = found["all"]
    note = f"{every['edits']} edits of {len(found) - 1} kinds; {every['slow']} take more than {TARGET} s of CPU"
    for n, name in enumerate(("median", "95 of 100", "worst")):
        yield Figure(f"one device edited{what}, {name}", every["wall"][n], "s", TARGET, every["cpu"][n], note)
    for kind, one in found.items():
        if kind != "all":
            middle, most = one["cpu"][:2]
            note = f"of {one['edits']}; CPU median {middle:.3f}, 95 of 100 {most:.3f}; {one['device']}:"
            note = f"{note} {one['again']} sources again, {one['shifts']} pairs answer otherwise"
            yield Figure(f"- worst {kind}", one["wall"][2], "s", TARGET, one["cpu"][2], note)


def main() -> None:
    """Measure and print the table."""
    from benchmarks.proof import county_of

    forged = "--forged" in sys.argv
    print(HEADING)
    found = measure(*county_of(EXAMPLE), few="--few" in sys.argv, forged=forged)
    for figure in figures(found, " and every one taken" if forged else ""):
        print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
