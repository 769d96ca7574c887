"""What polling costs, beside peers in one run: `python -m benchmarks.poll [--snmpd] [--large] [--only PART ...]`;
needs root.

100 agents x 50 interfaces x 20 columns: client CPU for 1,000 values and wall time of our engine, gufo-snmp, Prometheus
snmp_exporter and pysnmp, and of a bare socket; the same with a fifth of the devices dead; then the county of 120
devices with storing. `--snmpd` asks 120 real snmpd as well, `--large` 10,000 devices; `--only` with the name of a part
(peers, dead, county, large, snmpd) does that alone. Each client is a process of its own (`poll_peers`, `poll_county`),
held on one processor, and so are the agents (`replay_agent`), on another: the agents' own CPU seconds stand in each
line, so that it shows when they were what was waited for. Wall time is that of the best of some rounds, and the
machine's load stands in every line, because others' work only adds to it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import HEADING, Figure

PORT = 16161
DEVICES, DEAD, COUNTY, LARGE = 100, 20, 120, 10_000
INTERFACES = 50
SPACE = "bench-poll"
AGENTS, CLIENT = 0, 1
PEERS = ("ours", "gufo", "exporter", "pysnmp")
TARGET = {"v2c": 2.0, "v3": 4.0}

Measured = dict[str, float]


def on(processor: int) -> list[str]:
    """Return what holds a command on one of the processors that we have."""
    ours = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(ours[processor % len(ours)])]


def measure(module: str, *words: object, space: str = "") -> Measured:
    """Run one client and return what it says; the exporter is free to use several processors."""
    inside = ["ip", "netns", "exec", space] if space else [] if "exporter" in words else on(CLIENT)
    command = [*inside, sys.executable, "-m", f"benchmarks.{module}", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
    return {name: float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


@contextmanager
def agents() -> Iterator[None]:
    """Have the replay agents running."""
    command = [*on(AGENTS), sys.executable, "-m", "benchmarks.replay_agent", str(PORT), str(INTERFACES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.environ["AGENTS"] = str(process.pid)
        try:
            yield
        finally:
            del os.environ["AGENTS"]
            process.kill()


@contextmanager
def snmpd() -> Iterator[None]:
    """Have a county of real agents running, each with fifty interfaces, in a network namespace."""
    subprocess.run(["ip", "netns", "del", SPACE], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "add", SPACE], check=True)
    links = "link set lo up\n" + "".join(f"link add port{n} type bridge\n" for n in range(1, INTERFACES))
    subprocess.run(["ip", "-n", SPACE, "-batch", "-"], input=links.encode(), check=True)
    processes: list[subprocess.Popen[bytes]] = []
    with TemporaryDirectory() as folder:
        try:
            for number in range(1, COUNTY + 1):
                processes.append(_snmpd(Path(folder) / str(number), f"127.1.0.{number}"))
            time.sleep(8)
            yield
        finally:
            for process in processes:
                process.kill()
                process.wait()
            subprocess.run(["ip", "netns", "del", SPACE], check=True)


def _snmpd(folder: Path, address: str) -> "subprocess.Popen[bytes]":
    folder.mkdir()
    (folder / "snmpd.conf").write_text(
        f"agentaddress udp:{address}:{PORT}\nrocommunity public\n"
        "createUser bench SHA-256 authpass123 AES privpass123\nrouser bench priv\n"
    )
    command = ["ip", "netns", "exec", SPACE, "snmpd", "-f", "-Ln", "-C", "-c", str(folder / "snmpd.conf")]
    environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def around(found: Measured) -> str:
    """Return what else is to be said of a run: who was waited for, and how busy the machine was."""
    return f"agents' CPU {found['agents']:.2f} s, load {os.getloadavg()[0]:.1f}"


def cpu_per_1000(found: Measured) -> float:
    """Return milliseconds of client CPU for 1,000 values."""
    return found["cpu"] * 1e6 / found["values"] if found["values"] else 0.0


def beside_peers() -> Iterator[Figure]:
    """Yield the cost of everybody in both versions."""
    floor = cpu_per_1000(measure("poll_peers", "floor", "v2c", PORT, DEVICES))
    yield Figure("CPU for 1,000 values: bare socket, v2c", floor, "ms")
    for version, target in TARGET.items():
        found = {name: measure("poll_peers", name, version, PORT, DEVICES) for name in PEERS}
        own = cpu_per_1000(found["ours"])
        for name, measured in found.items():
            cpu = cpu_per_1000(measured)
            note = (
                f"wall {measured['seconds']:.2f} s, {measured['memory']:.0f} MB, {measured['failed']:.0f} failed; "
                f"{around(measured)}"
            )
            if name == "ours":
                yield Figure(f"CPU for 1,000 values: ours, {version}", cpu, "ms", target, measured["cpu"], note)
            else:
                note = f"{cpu / own:.1f} times ours; {note}"
                yield Figure(f"CPU for 1,000 values: {name}, {version}", cpu, "ms", 0, measured["cpu"], note)


def beside_the_dead() -> Iterator[Figure]:
    """Yield how much later the live ones finish beside dead ones, and how many of them were held for dead."""
    for version in TARGET:
        whole = measure("poll_peers", "ours", version, PORT, DEVICES - DEAD)
        mixed = measure("poll_peers", "ours", version, PORT, DEVICES, DEAD)
        later = mixed["last"] - whole["last"]
        note = f"{mixed['last']:.2f} s and {whole['last']:.2f} s; {around(mixed)}"
        yield Figure(f"live ones later, a fifth being dead, {version}", later, "s", 0.1, mixed["cpu"], note)
        yield Figure(f"false timeouts beside {DEAD} dead, {version}", mixed["failed"] - DEAD, "")


def county(space: str = "") -> Iterator[Figure]:
    """Yield a whole cycle of the county."""
    agent, target = ("snmpd", 1.5) if space else ("replay", 0.5)
    for version in TARGET:
        found = measure("poll_county", version, PORT, COUNTY, space=space)
        note = (
            f"asking {found['asked']:.2f} s; {found['interfaces']:.0f} interfaces, {found['rates']:.0f} rates, "
            f"{found['failed']:.0f} failed; first {found['first_seconds']:.2f} s; {around(found)}"
        )
        yield Figure(f"county's cycle, {agent}, {version}", found["seconds"], "s", target, found["cpu"], note)
        yield Figure(f"memory of it, {agent}, {version}", found["memory"], "MB", 150)


def large() -> Iterator[Figure]:
    """Yield a cycle of ten thousand devices."""
    for version in TARGET:
        found = measure("poll_peers", "ours", version, PORT, LARGE, 0, 3)
        note = f"{found['values']:.0f} values, {found['failed']:.0f} failed; {around(found)}"
        yield Figure(f"{LARGE} devices, {version}", found["seconds"], "s", 60, found["cpu"], note)
        yield Figure(f"memory of it, {version}", found["memory"], "MB", 300)


PARTS = {"peers": beside_peers, "dead": beside_the_dead, "county": county, "large": large}


def wanted(words: list[str]) -> set[str]:
    """Return the parts to do. Raises SystemExit for one that there is none of."""
    if "--only" in words:
        chosen = set(words[words.index("--only") + 1 :])
        if not chosen or chosen - {*PARTS, "snmpd"}:
            raise SystemExit(f"--only wants some of {', '.join([*PARTS, 'snmpd'])}")
        return chosen
    return {"peers", "dead", "county"} | {part for part in ("large", "snmpd") if f"--{part}" in words}


def main() -> None:
    """Print the table."""
    parts = wanted(sys.argv[1:])
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n{HEADING}")
    with agents():
        for part in (PARTS[name] for name in PARTS if name in parts):
            for figure in part():
                print(figure.row(), flush=True)
    if "snmpd" in parts:
        with snmpd():
            for figure in county(SPACE):
                print(figure.row(), flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
