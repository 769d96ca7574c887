"""On a server: makes a county's InfluxDB database and policies, and brings one back. Standard library alone.

series.py make COUNTY DAYS AVERAGES          says `changed` if it did something
series.py load USER CONFIG SERIES DUMP       what was saved, in place of what is there; InfluxDB does not run
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path

SERVER, KEEPER = "http://127.0.0.1:8086", "127.0.0.1:8088"
"""where it is asked, and where it takes what was saved"""
PATIENCE = 60.0
"""seconds without any progress"""
DAY = 24


def ask(statement: str) -> list[list[object]]:
    """Return the rows of InfluxDB's answer. Raises ValueError with what it objects to."""
    data = urllib.parse.urlencode({"q": statement}).encode()
    with urllib.request.urlopen(f"{SERVER}/query", data, 30) as answer:  # noqa: S310 - the loopback
        result = json.load(answer)["results"][0]
    if "error" in result:
        raise ValueError(result["error"])
    return [row for series in result.get("series", ()) for row in series.get("values", ())]


def wait() -> None:
    """Wait until InfluxDB answers. Raises OSError when it does not."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{SERVER}/ping", None, 5):  # noqa: S310 - the loopback
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def make(county: str, days: str, averages: str) -> None:
    """Make a database that keeps samples for some days and averages for more, where it is otherwise."""
    wait()
    changed = False
    if [county] not in ask("SHOW DATABASES"):
        ask(f'CREATE DATABASE "{county}" WITH DURATION {days}d REPLICATION 1 NAME "samples"')
        changed = True
    there = {str(row[0]): str(row[1]) for row in ask(f'SHOW RETENTION POLICIES ON "{county}"')}
    for name, wanted, more in (("samples", days, " DEFAULT"), ("averages", averages, "")):
        if there.get(name) != f"{int(wanted) * DAY}h0m0s":
            verb = "ALTER" if name in there else "CREATE"
            ask(f'{verb} RETENTION POLICY "{name}" ON "{county}" DURATION {wanted}d REPLICATION 1{more}')
            changed = True
    if changed:
        print("changed")


Shards = Counter[tuple[str, str]]
"""by database and policy, how many have samples"""


def saved(dump: Path) -> Shards:
    """Return the shards of a backup: an archive each."""
    found = Shards()
    for archive in dump.glob("*.tar.gz"):
        with tarfile.open(archive) as members:
            names = (member.name.split("/") for member in members if member.name.endswith(".tsm"))
            found.update({(database, policy) for database, policy, _shard, _name in names})
    return found


def taken(data: Path) -> tuple[Shards, int]:
    """Return the shards that InfluxDB has whole, and how many bytes it has written so far.

    What it still writes has a name for the time being, which ends in `tmp`. What it has it may put together at once, so
    the files of the backup need not be there any more.
    """
    found, size = Shards(), 0
    for shard in data.glob("*/*/*/"):
        files = [*shard.iterdir()]
        for file in files:
            with suppress(FileNotFoundError):  # it has its name now
                size += file.stat().st_size
        endings = {file.suffix for file in files}
        if ".tsm" in endings and ".tmp" not in endings:
            found[shard.parent.parent.name, shard.parent.name] += 1
    return found, size


def settle(wanted: Shards, data: Path) -> None:
    """Wait until all that was saved is there: `influxd restore` ends when it was sent, not when it was written.

    Raises OSError with what lacks when nothing comes any more.
    """
    known, ends = -1, time.monotonic() + PATIENCE
    while lacking := wanted - (now := taken(data))[0]:
        if now[1] != known:
            known, ends = now[1], time.monotonic() + PATIENCE
        if time.monotonic() > ends:
            first = "/".join(next(iter(lacking)))
            raise OSError(
                f"InfluxDB has not taken {lacking.total()} of {wanted.total()} shards of samples, {first} first"
            )
        time.sleep(0.1)


def load(user: str, config: str, series: str, dump: str) -> None:
    """Put what was saved in place of what is there, which stands beside it afterwards.

    Raises OSError when InfluxDB does not answer or does not take all of it.
    """
    before, wanted = f"{series}.before-restore", saved(Path(dump))
    shutil.rmtree(before, ignore_errors=True)
    if os.path.isdir(series):
        os.rename(series, before)
    os.mkdir(series, 0o700)
    shutil.chown(series, user, user)
    with subprocess.Popen(["influxd", "run", "-config", config], user=user, group=user, extra_groups=()) as server:
        try:
            wait()
            words = ["influxd", "restore", "-portable", "-host", KEEPER, dump]
            subprocess.run(words, user=user, group=user, extra_groups=(), check=True)
            settle(wanted, Path(series) / "data")
        finally:
            server.terminate()


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    make(*words) if verb == "make" else load(*words)
