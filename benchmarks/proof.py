"""The figures of the isolation proof, each against its target: `python -m benchmarks.proof [--quick]`.

Every figure is measured in a process of its own, from configurations that the inventory intends; loading the inventory
and making the configurations is not counted, reading them into the network and judging every pair is. Run it on an idle
machine; ratios travel better than seconds. `--quick` leaves out the failures, the larger counties and the probes that
confirm the proof in a twin, which need root (`benchmarks.confirm`).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import certificate, confirm, edits, engines, prefecture, rules
from benchmarks.figure import HEADING, Figure
from inventory.create import EXAMPLE
from inventory.deviceconfig import DeviceConfig, FilterRule, PacketFilter
from inventory.intent.placeholders import placeholders
from inventory.model import County

GROWTH = (120, 240, 480, 1000)
RULES = (500, 1000, 2000, 5000)
SWITCHES = 60
"""building switches of a grown county, if its fiber units need no more: one each"""
Configs = Mapping[str, DeviceConfig]


def county_of(folder: Path) -> tuple[County, Configs]:
    """Return a county with the configurations that its inventory intends, as each platform holds them."""

    from inventory.intent.adapt import adapted
    from inventory.load import load_county

    county = load_county(folder)
    return county, adapted(county, placeholders())


def _cold(folder: Path, *, forged: bool = False) -> dict[str, float]:
    from topology.reach.verdict import prove

    county, configs = county_of(folder)
    before, cpu, began = _megabytes(), time.process_time(), time.perf_counter()
    proof = prove(county, configs, forged=forged)
    return {
        "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "megabytes": _megabytes(),
        "grown": _megabytes() - before, "pairs": len(proof.verdicts), "devices": len(configs),
        "findings": len(proof.findings),
    }  # fmt: skip


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _failures(folder: Path) -> dict[str, float]:
    from topology.reach.failures import candidates
    from topology.reach.service import Ground

    county, configs = county_of(folder)
    ground, names, cpu, began = (
        Ground(county, configs, {}),
        [*candidates(county)],
        time.process_time(),
        time.perf_counter(),
    )
    prover = ground.prover()
    for name in names:
        prover.without([name], forged=True)
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "failures": len(names)}


def _firewall(rules: int) -> dict[str, float]:
    """Compile one filter of random rules as counties have them: a network to a host on a port, one of ten drops."""
    from topology.reach.filters import permitted
    from topology.reach.space import Space

    random, made = Random(7), list[FilterRule]()
    for number in range(rules):
        source = IPv4Network((0x0A150000 + 256 * random.randrange(4096), 24))
        target = IPv4Network((0x0A010000 + random.randrange(65536), 32))
        action = "drop" if random.random() < 0.1 else "accept"
        made.append(
            FilterRule(
                name=f"r{number}",
                action=action,
                sources=(source,),
                destinations=(target,),
                protocol=random.choice(["tcp", "udp"]),
                ports=(random.choice([22, 53, 80, 443, 8443]),),
            )
        )
    chain = PacketFilter(hook="forward", default="drop", rules=tuple(made))
    _county, configs = county_of(EXAMPLE)
    config = configs["fw-1"].model_copy(update={"filters": (chain,)})
    space, cpu, began = Space(), time.process_time(), time.perf_counter()
    permitted(space, config, "forward", "a", "b", answers=False)
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "megabytes": _megabytes()}


MEASURES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "cold": lambda folder: _cold(Path(folder)),
    "forged": lambda folder: _cold(Path(folder), forged=True),
    "bdd": lambda folder: engines.by_bdd(*county_of(Path(folder))),
    "grid": lambda folder: engines.by_grid(*county_of(Path(folder))),
    "both": lambda folder: engines.compared(*county_of(Path(folder))),
    "edits": lambda folder: edits.measure(*county_of(Path(folder))),
    "edits-forged": lambda folder: edits.measure(*county_of(Path(folder)), forged=True),
    "failures": lambda folder: _failures(Path(folder)),
    "firewall": lambda size: _firewall(int(size)),
    "rules": lambda about: rules.measure(str(about)),
}


def measured(measure: str, about: object) -> dict[str, Any]:
    """Run one measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.proof", "--measure", measure, str(about)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken: dict[str, Any] = json.loads(done.stdout)
    return taken


def example() -> Iterator[Figure]:
    """Prove the example county, cold, and with one device edited."""
    cold = measured("cold", EXAMPLE)
    note = f"{cold['devices']:.0f} devices, {cold['pairs']:.0f} pairs, {cold['findings']:.0f} findings"
    yield Figure("example: every pair, cold", cold["seconds"], "s", 2, cold["cpu"], note)
    yield Figure("example: peak memory", cold["megabytes"], "MB", 500, 0, f"the proof alone {cold['grown']:.0f} MB")
    taken = measured("forged", EXAMPLE)
    note = f"{taken['findings']:.0f} findings"
    yield Figure("example: the same and every device taken, cold", taken["seconds"], "s", 2, taken["cpu"], note)
    for what, measure in (("", "edits"), (" and every one taken", "edits-forged")):
        yield from edits.figures(measured(measure, EXAMPLE), what)


def failures() -> Iterator[Figure]:
    """Prove the example county without each device and cable of its center, one by one."""
    taken = measured("failures", EXAMPLE)
    note = f"{taken['failures']:.0f} failures"
    yield Figure("example: every single failure of the center", taken["seconds"], "s", 60, taken["cpu"], note)


def firewall(sizes: Sequence[int] = RULES) -> Iterator[Figure]:
    """Compile filters of more and more rules."""
    for size in sizes:
        taken = measured("firewall", size)
        target = 5 if size == RULES[-1] else 0
        note = f"one chain, peak {taken['megabytes']:.0f} MB"
        yield Figure(f"{size} rules compiled", taken["seconds"], "s", target, taken["cpu"], note)


def analysed() -> Iterator[Figure]:
    """Analyse every rule of firewalls of more and more rules (`benchmarks.rules`)."""
    for size, kind in (*((size, "asked") for size in rules.SIZES), (rules.SIZES[-1], "strange")):
        yield rules.figure(size, kind, measured("rules", f"{size} {kind}"))


def growth(sizes: Sequence[int] = GROWTH) -> Iterator[Figure]:
    """Prove counties of more and more units, made by `benchmarks.prefecture`."""
    for units in sizes:
        with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
            switches = max(SWITCHES, units // 3)
            prefecture.write(Path(folder), units, units + prefecture.CENTER + prefecture.AGGREGATIONS + switches)
            taken = measured("cold", folder)
        note = f"{taken['devices']:.0f} devices, {taken['pairs']:.0f} pairs, peak {taken['megabytes']:.0f} MB"
        target = 60 if units == GROWTH[-1] else 0
        yield Figure(f"{units} units: every pair, cold", taken["seconds"], "s", target, taken["cpu"], note)


def main() -> None:
    """Measure and print; `--measure NAME ABOUT` measures one thing and prints it as JSON."""
    if "--measure" in sys.argv:
        name, about = sys.argv[-2:]
        print(json.dumps(MEASURES[name](about)))
        return
    quick = "--quick" in sys.argv
    print(HEADING)
    slow = () if quick else (failures(), confirm.figures(), certificate.figures())
    beside = engines.figures(lambda measure: measured(measure, EXAMPLE))
    wanted = [example(), beside, firewall(), analysed(), growth(GROWTH[:2] if quick else GROWTH), *slow]
    for figures in wanted:
        for figure in figures:
            print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
