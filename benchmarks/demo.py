"""The figures of the demo, each against its target: `make bench`.

Drives the same commands as a person does (`--json`), in a county folder of its own that is removed at the end, and
prints a table: measured, target, ratio, CPU seconds of the whole machine meanwhile. Run it on an idle machine:
the targets are for 2 cores, and ratios travel better than seconds. `--quick` measures 12 units (the targets stay those
of 120).
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figure import HEADING, Figure

COUNTYNET = Path(sys.executable).with_name("countynet")
IDLE_SECONDS = 15
SETTLE_SECONDS = 20


def busy() -> float:
    """Return the CPU seconds that this machine has spent since boot."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    spent = [int(words[place]) for place in (0, 1, 2, 5, 6)]
    return sum(spent) / os.sysconf("SC_CLK_TCK")


def idle_share() -> float:
    """Return what the whole machine spends now, in percent of one core."""
    spent, began = busy(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return 100 * (busy() - spent) / (time.monotonic() - began)


def twin_seconds() -> float:
    """Return the CPU seconds that the processes of a twin have spent, as the kernel accounts them."""
    from topology.twin.clean import marked

    ticks = 0
    for pid in marked():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Bench:
    """Runs commands and keeps figures."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.environment = {**os.environ, "COUNTYNET_COUNTY": str(folder / "county"), "COUNTYNET_LANG": "en"}
        self.quick = quick
        self.figures: list[Figure] = []
        self.floor = 0.0
        """CPU of one core that this machine spends by itself, in percent"""

    def call(self, *words: str) -> Any:
        """Run a command with --json and return its document; a failing one ends the benchmark with its words."""
        command = [str(COUNTYNET), *words, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def add(self, figure: Figure) -> None:
        """Keep and print a figure."""
        self.figures.append(figure)
        print(figure.row(), flush=True)

    def timed(self, name: str, target: float, *words: str, note: Callable[[Any], str] = lambda _said: "") -> Any:
        """Run a command and keep its wall time and the machine's CPU seconds."""
        spent, began = busy(), time.monotonic()
        said = self.call(*words)
        self.add(Figure(name, time.monotonic() - began, "s", target, busy() - spent, note(said)))
        return said


def demo(bench: Bench) -> None:
    """The demo as a whole and its stages."""
    options = ["--quick"] if bench.quick else []
    said = bench.timed("make demo, to a green isolation table", 120, "demo", "--check", *options)
    for stage in said["stages"]:
        bench.add(Figure(f"  stage {stage['name']}", stage["seconds"], "s"))


def standing(bench: Bench) -> None:
    """The twin, configuration, servers, probes and polling, one by one."""
    options = ["--quick"] if bench.quick else []
    bench.timed("twin up", 15, "twin", "up", *options)
    try:
        _configured(bench)
        _resting(bench)
        bench.timed("isolation: all probes", 15, "confirm", note=lambda said: f"{said['deviations']} deviations")
        time.sleep(SETTLE_SECONDS)
        polled = bench.timed("one poll of all devices, with the command's start", 3, "monitor", "once")
        bench.add(Figure("  the poll itself", polled["seconds"], "s", 3, polled["cpu_seconds"]))
        front_page(bench)
    finally:
        bench.timed("twin down", 2, "twin", "down")


def _configured(bench: Bench) -> None:
    def count(rows: Any) -> str:
        return f"{sum(row['changed'] for row in rows)} of {len(rows)} changed"

    bench.timed("configure all from bare", 40, "config", "apply", "--all", note=count)
    bench.timed("configure again", 20, "config", "apply", "--all", note=count)
    bench.timed("servers, first run", 0, "run", "servers", note=lambda said: f"{said['changed']} changed")
    bench.timed("servers, second run", 0, "run", "servers", note=lambda said: f"{said['changed']} changed")


def _resting(bench: Bench) -> None:
    """Memory and CPU of the configured twin at rest."""
    said = bench.call("twin", "status")
    processes = f"{said['processes']} processes, {said['namespaces']} namespaces"
    bench.add(Figure("twin at rest: memory (PSS)", said["memory_kib"] / 1024 / 1024, "GiB", 2.0, note=processes))
    time.sleep(SETTLE_SECONDS)  # what Ansible and the daemons that it restarted still do is not rest
    before, began = twin_seconds(), time.monotonic()
    whole = idle_share()
    share = 100 * (twin_seconds() - before) / (time.monotonic() - began)
    note = f"of the twin's processes; whole machine {whole:.1f} %, without a twin {bench.floor:.1f} %"
    bench.add(Figure("twin at rest: CPU of one core", share, "%", 10, note=note))


def front_page(bench: Bench) -> None:
    """The front page as a center's officer gets it: server time, size, number of SQL statements."""
    from sqlalchemy import Engine, event

    from countynet.settings import Settings
    from dashboard.app import create_app
    from dashboard.services.real.every import real_services

    account = bench.call("users", "create", "bench", "--role", "center")
    settings = Settings.load(Path(bench.environment["COUNTYNET_COUNTY"]))
    client = create_app(settings, real_services(settings), rate_limit=False).test_client()
    sign_in(client, account["login"], account["password"])
    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    times, counts, size = [], set(), 0
    for _round in range(21):
        statements.clear()
        began = time.perf_counter()
        answer = client.get("/", follow_redirects=True)
        times.append((time.perf_counter() - began) * 1000)
        counts.add(len(statements))
        size = len(answer.get_data())
        if answer.status_code != 200:
            raise SystemExit(f"the front page answered {answer.status}")
    bench.add(Figure("front page: server time, median of 21", sorted(times)[10], "ms", 50))
    bench.add(Figure("front page: size", size / 1024, "KiB", 150))
    fixed = "fixed" if len(counts) == 1 else f"varies: {sorted(counts)}"
    bench.add(Figure("front page: SQL statements", max(counts), "", note=fixed))


def sign_in(client: Any, login: str, password: str) -> None:
    """Sign in as a browser does: the form, its hidden fields, the cookie."""
    form = client.get("/", follow_redirects=True)
    tags = re.findall(r"<input[^>]*>", form.get_data(as_text=True))
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    fields = {name[1]: value[1] if value else "" for name, value in pairs if name}
    fields |= {"login": login, "password": password}
    client.post(form.request.path, data=fields, headers={"Referer": form.request.url}).close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="12 units instead of 120")
    parser.add_argument("--without-demo", action="store_true", help="leave the demo as a whole out")
    chosen = parser.parse_args()
    print(HEADING)
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        bench = Bench(Path(folder), chosen.quick)
        bench.call("init")
        bench.floor = idle_share()
        if not chosen.without_demo:
            demo(bench)
        standing(bench)
    print(f"\nload average at the end: {os.getloadavg()[0]:.1f}; the targets are for 2 idle cores")


if __name__ == "__main__":
    main()
