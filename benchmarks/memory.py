"""How much memory watching a county takes: the poller and the receiver of one machine, or a worker beside others.

`tests/own .venv/bin/python -m benchmarks.memory [--interfaces 20] [--rounds 5]` (root: it needs a network of its own).
The example's 132 devices are played by one process (`benchmarks.replay_agent`, SNMPv3 authPriv); `countynet monitor
serve` watches them as in a county, with ping, sensors, store and causes. Prints what each process alone holds (PSS)
after so many rounds, and its CPU time a round. Exit code 1 when the poller holds more than `LIMIT`.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.pss import children, memory_of
from benchmarks.scale import PACE, counties, network, process
from benchmarks.store_peers import cpu_of
from countynet.db import open_database, reading
from countynet.settings import Settings
from monitoring.read import poll_health

LIMIT = 150.0
"""megabytes (issue 6)"""
_PATIENCE = 120.0


def answered(settings: Settings) -> int:
    """Return how many devices answered in the last round."""
    with reading(open_database(settings)) as session:
        rows = poll_health(session, 1)
    return rows[0].answered if rows else 0


def main() -> int:
    """Run it, print the table; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--interfaces", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="memory-")))
        (name,) = counties(folder, 1)
        network(folder, name)
        settings = Settings(county=folder / name, language="en")
        agent = [sys.executable, "-m", "benchmarks.replay_agent", "161", str(given.interfaces)]
        stack.enter_context(process(agent, {}, folder / "agents.log"))
        serve = [str(Path(sys.executable).with_name("countynet")), "monitor", "serve"]
        environment = {"COUNTYNET_COUNTY": str(settings.county), "COUNTYNET_LANG": "en"}
        poller = stack.enter_context(process(serve, environment, folder / "poller.log")).pid
        return _measure(settings, poller, given.rounds)


def _measure(settings: Settings, poller: int, rounds: int) -> int:
    end = time.monotonic() + _PATIENCE
    while not answered(settings):
        if time.monotonic() > end:
            print("nobody answered", file=sys.stderr)
            return 1
        time.sleep(1)
    known = {"poller": poller, **dict(zip(("receiver",), children(poller), strict=False))}
    before = {name: cpu_of(pid) for name, pid in known.items()}
    time.sleep(rounds * PACE)
    print(f"{answered(settings)} devices answered, {rounds} rounds of {PACE} s")
    print(f"{'process':<12}{'CPU s / round':>14}{'MB':>8}")
    held = {name: memory_of(pid) for name, pid in known.items()}
    for name, pid in known.items():
        print(f"{name:<12}{(cpu_of(pid) - before[name]) / rounds:>14.2f}{held[name]:>8.0f}")
    return 0 if held["poller"] <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
