"""The two engines of the isolation proof beside each other, for `benchmarks.proof`: seconds and memory on one county.

Each proves every pair in a process of its own; a third process holds both answers against each other.
"""

import resource
import time
from collections.abc import Callable, Iterator, Mapping

from benchmarks.figure import Figure
from inventory.deviceconfig import DeviceConfig
from inventory.model import County

Configs = Mapping[str, DeviceConfig]
Measured = Callable[[str], dict[str, float]]


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def by_bdd(county: County, configs: Configs) -> dict[str, float]:
    """Prove every pair by BDDs."""
    from topology.reach.judge import Prover

    return _timed(lambda: len(Prover(county, configs, {}).proof().findings))


def by_grid(county: County, configs: Configs) -> dict[str, float]:
    """Prove every pair on the grid."""
    from topology.reach.grid.prover import GridProver

    return _timed(lambda: len(GridProver(county, configs, {}).proof().findings))


def compared(county: County, configs: Configs) -> dict[str, float]:
    """Let loose every source in both engines, and compare every pair's arrivals exactly."""
    from topology.reach.grid.compare import compare
    from topology.reach.network import network

    return _timed(lambda: len(compare(network(county, configs)).disagreements))


def _timed(prove: Callable[[], int]) -> dict[str, float]:
    before, cpu, began = _megabytes(), time.process_time(), time.perf_counter()
    findings = prove()
    return {
        "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "megabytes": _megabytes(),
        "grown": _megabytes() - before, "findings": findings,
    }  # fmt: skip


def figures(measured: Measured) -> Iterator[Figure]:
    """Measure both engines; `measured` runs one measure in a process of its own."""
    for name, measure in (("by BDDs", "bdd"), ("on the grid", "grid"), ("both, compared", "both")):
        taken = measured(measure)
        note = f"peak {taken['megabytes']:.0f} MB, of it {taken['grown']:.0f} MB the proof; "
        note += f"{taken['findings']:.0f} {'disagreements' if measure == 'both' else 'findings'}"
        yield Figure(f"example: every pair, {name}", taken["seconds"], "s", 0, taken["cpu"], note)
