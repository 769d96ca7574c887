"""A prefecture on this machine: 12 counties of 132 devices, workers, real Redis and PostgreSQL, replayed agents.

`tests/own .venv/bin/python -m benchmarks.scale [--counties 12] [--interfaces 20] [--workers 2] [--rounds 6] [--influx]`
(root: it needs a network of its own). One process plays every agent (`benchmarks.replay_agent`, SNMPv3 authPriv); the
counties' inventories are the example's, so all have the same addresses, and each is polled and pinged for itself. It
prints how long rounds took from their begin to their last portion's end, how late the last portion was begun, and the
CPU and memory of every kind of process. Agents and workers share this machine's processors: what is said of the workers
is their own CPU time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import SecretStr
from redis import Redis

from benchmarks.pss import memory_of
from benchmarks.replay_agent import CREDENTIALS
from benchmarks.store_peers import cpu_of
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create
from inventory.load import load_county
from monitoring.scale import handover
from monitoring.scale.handover import Tally
from monitoring.scale.portions import slot_at
from tests.twin.influx_server import TOKEN, influx
from tests.twin.postgres_server import postgres

PACE = 15
_PATIENCE = 120.0


def counties(folder: Path, count: int) -> list[str]:
    """Write the county folders; return their names."""
    names = [f"county-{number:02}" for number in range(1, count + 1)]
    for name in names:
        settings = Settings(county=folder / name, language="en")
        create.create_folder(settings)
        secrets = {
            "snmp/auth": _clear(CREDENTIALS.auth_password),
            "snmp/priv": _clear(CREDENTIALS.priv_password),
            "influx/token": TOKEN.get_secret_value(),
        }
        Secrets.create(settings, secrets)
        create.create_repository(settings)
    return names


def _clear(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def network(folder: Path, name: str) -> None:
    """Give the loopback every device's address."""
    devices = load_county(folder / name).devices
    batch = "link set lo up\n" + "".join(f"addr add {device.management}/32 dev lo\n" for device in devices)
    subprocess.run(["ip", "-batch", "-"], input=batch.encode(), check=True)


@contextmanager
def process(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process for a block."""
    with log.open("wb") as said:
        running = subprocess.Popen(words, env={**os.environ, **environment}, stdout=said, stderr=said)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def rounds(redis: Redis, names: Sequence[str], slot: int) -> dict[str, Tally]:
    """Return how a round went in each county."""
    return {name: handover.tallied(redis, f"{name}:{slot}") for name in names}


def report(redis: Redis, names: Sequence[str], slots: Sequence[int]) -> None:
    """Print a line for each round."""
    print(
        f"{'round':>6}{'devices':>9}{'answered':>9}{'interfaces':>11}{'values':>10}{'last end':>10}{'begun late':>11}"
    )
    for number, slot in enumerate(slots, 1):
        told = rounds(redis, names, slot).values()
        sums = [sum(getattr(one, field) for one in told) for field in ("devices", "answered", "interfaces", "values")]
        worst = [max(getattr(one, field) for one in told) / 1000 for field in ("milliseconds", "late_milliseconds")]
        print(f"{number:>6}{sums[0]:>9}{sums[1]:>9}{sums[2]:>11}{sums[3]:>10}{worst[0]:>8.2f} s{worst[1]:>9.2f} s")


def postgres_pids() -> list[int]:
    """Return the processes of the database, ours being the only one in here."""
    found = subprocess.run(["pgrep", "-x", "postgres"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def main() -> int:
    """Run it and print the tables; exit code 1 when a device was not polled in a round."""
    parser = argparse.ArgumentParser()
    for name, value in (("counties", 12), ("interfaces", 20), ("workers", 2), ("rounds", 6)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--influx", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scale-")))
        names = counties(folder / "counties", given.counties)
        network(folder / "counties", names[0])
        return _run(stack, folder, names, given)


def _run(stack: ExitStack, folder: Path, names: Sequence[str], given: argparse.Namespace) -> int:
    database = stack.enter_context(postgres())
    for name in names:
        database.url(name)
    address = database.url("public").replace("search_path%3Dpublic", "search_path%3D{county}")
    environment = {
        "COUNTYNET_COUNTIES": str(folder / "counties"),
        "COUNTYNET_BROKER": "redis://127.0.0.1:6379/0",
        "COUNTYNET_DATABASE": address,
        "COUNTYNET_LANG": "en",
    }
    if given.influx:
        server = stack.enter_context(influx())
        for name in names:
            server.bucket(name)
        environment |= {
            "COUNTYNET_INFLUX_URL": server.url,
            "COUNTYNET_INFLUX_BUCKET": "{county}",
            "COUNTYNET_INFLUX_AVERAGES": "{county}/averages",
        }
    command = ["redis-server", "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), "--loglevel", "warning"]
    running = {"redis": [stack.enter_context(process(command, {}, folder / "redis.log")).pid]}
    agent = [sys.executable, "-m", "benchmarks.replay_agent", "161", str(given.interfaces)]
    running["agents"] = [stack.enter_context(process(agent, {}, folder / "agents.log")).pid]
    countynet = [str(Path(sys.executable).with_name("countynet")), "monitor"]
    beat = process([*countynet, "dispatcher"], environment, folder / "dispatcher.log")
    running["dispatcher"] = [stack.enter_context(beat).pid]
    running["workers"] = [
        stack.enter_context(
            process([*countynet, "worker", "--name", f"w{number}"], environment, folder / f"w{number}.log")
        ).pid
        for number in range(given.workers)
    ]
    with Redis(decode_responses=True) as redis:
        found = _measure(redis, names, given.rounds, running)
    if not found:
        print(*(path.read_text()[-4000:] for path in sorted(folder.glob("w*.log"))), sep="\n", file=sys.stderr)
    return 0 if found else 1


def _octets(redis: Redis) -> tuple[int, int]:
    """Return what the loopback has carried, and how much of it was Redis's."""
    row = next(row for row in Path("/proc/net/dev").read_text().splitlines() if row.strip().startswith("lo:"))
    stats = redis.info("stats")
    return int(row.split()[1]), int(stats["total_net_input_bytes"]) + int(stats["total_net_output_bytes"])


def _measure(redis: Redis, names: Sequence[str], count: int, running: dict[str, list[int]]) -> bool:
    devices = 0
    end = time.monotonic() + _PATIENCE
    while not devices:
        time.sleep(1)
        slot = slot_at(time.time(), PACE) - PACE
        told = rounds(redis, names, slot)
        devices = sum(one.devices for one in told.values()) if all(one.devices for one in told.values()) else 0
        if time.monotonic() > end:
            return False
    time.sleep(PACE - time.time() % PACE)
    running["postgres"] = postgres_pids()
    before = {kind: sum(map(cpu_of, pids)) for kind, pids in running.items()}
    octets = _octets(redis)
    first = slot_at(time.time(), PACE)
    time.sleep(count * PACE)
    now = _octets(redis)
    octets = (now[0] - octets[0], now[1] - octets[1])
    print(f"{len(names)} counties, {devices} devices, {len(running['workers'])} workers, a round every {PACE} s")
    slots = range(first, first + count * PACE, PACE)
    report(redis, names, slots)
    print(f"{'process':<12}{'CPU s / round':>14}{'MB':>8}")
    for kind, pids in running.items():
        alive = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
        spent = sum(map(cpu_of, alive)) - before[kind]
        print(f"{kind:<12}{spent / count:>14.2f}{sum(map(memory_of, alive)):>8.0f}")
    wire, broker = (amount / count / 1e6 for amount in octets)
    print(f"a round moves {wire - broker:.1f} MB to and from devices (with pings), {broker:.1f} MB to and from redis")
    memory = redis.info("memory")
    print(f"redis holds {int(memory['used_memory']) / 1e6:.1f} MB")
    return all(one.answered == one.devices for slot in slots for one in rounds(redis, names, slot).values())


if __name__ == "__main__":
    sys.exit(main())
