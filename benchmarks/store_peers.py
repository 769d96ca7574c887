"""What the series store is measured beside: a plain narrow SQLite table, RRDtool, and our own store on InfluxDB.

Each takes the same cycles. RRDtool is driven through its pipe mode (`rrdtool -`), one file an interface with eight data
sources, as Cacti and LibreNMS keep them; without the program it is left out, and the table says so.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from monitoring.series.influx import InfluxSeries
from monitoring.series.seam import Sample
from tests.twin.influx_server import TOKEN, InfluxServer

COLUMNS = 8


class Narrow:
    """One row a value, keyed by series and time: what is written first when nobody measures."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.connection = sqlite3.connect(folder / "narrow.db", isolation_level=None)
        for command in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=NORMAL",
            "CREATE TABLE sample (series INTEGER, ts INTEGER, value REAL, PRIMARY KEY (series, ts)) WITHOUT ROWID",
        ):
            self.connection.execute(command)

    def write(self, at: int, samples: Sequence[Sample]) -> None:
        """Keep one cycle."""
        rows = [
            (number * COLUMNS + column, at, rate)
            for number, sample in enumerate(samples)
            for column, rate in enumerate(sample.rates or ())
        ]
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany("INSERT OR REPLACE INTO sample VALUES (?, ?, ?)", rows)

    def one(self, start: int, end: int) -> list[tuple[int, float]]:
        """Return a span of one series."""
        return self.connection.execute(
            "SELECT ts, value FROM sample WHERE series = 800 AND ts >= ? AND ts < ?", (start, end)
        ).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


class Rrd:
    """RRDtool behind a pipe. Raises FileNotFoundError without it."""

    def __init__(self, folder: Path, interfaces: int, start: int, step: int) -> None:
        program = shutil.which("rrdtool")
        if program is None:
            raise FileNotFoundError("rrdtool")
        folder.mkdir(parents=True)
        self._process = subprocess.Popen(
            [program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, bufsize=1 << 20
        )
        sources = " ".join(f"DS:c{column}:GAUGE:{step * 4}:0:U" for column in range(COLUMNS))
        day, year = 86400 // step, 8760
        archives = f"RRA:AVERAGE:0.5:1:{day} RRA:AVERAGE:0.5:{3600 // step}:{year} RRA:MAX:0.5:{3600 // step}:{year}"
        for number in range(interfaces):
            self.tell(f"create {number}.rrd --start {start - step} --step {step} {sources} {archives}")

    def tell(self, *commands: str) -> list[bytes]:
        """Have commands done; return what it said to each."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("no pipe")
        stdin.write("".join(f"{command}\n" for command in commands).encode())
        stdin.flush()
        said = []
        for _command in commands:
            lines = []
            while not (line := stdout.readline()).startswith((b"OK", b"ERROR")):
                lines.append(line)
            if line.startswith(b"ERROR"):
                raise RuntimeError(line.decode())
            said.append(b"".join(lines))
        return said

    def write(self, at: int, samples: Sequence[Sample]) -> None:
        """Keep one cycle: 500 updates before their answers are read, so that neither pipe fills."""
        orders = [
            f"update {number}.rrd {at}:{':'.join(str(rate) for rate in sample.rates or ())}"
            for number, sample in enumerate(samples)
        ]
        for first in range(0, len(orders), 500):
            self.tell(*orders[first : first + 500])

    def one(self, start: int, end: int, resolution: int) -> bytes:
        """Return a span of one interface."""
        return self.tell(f"fetch 100.rrd AVERAGE --start {start} --end {end} --resolution {resolution}")[0]

    @property
    def pid(self) -> int:
        """Whose CPU time counts."""
        return self._process.pid

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cycles(
    write: Callable[[int, Sequence[Sample]], None],
    made: Callable[[int], Sequence[Sample]],
    start: int,
    step: int,
    seconds: float,
) -> Iterator[tuple[float, float]]:
    """Write cycles for so many seconds; yield wall and CPU seconds of each."""
    end, at = time.monotonic() + seconds, start
    while time.monotonic() < end:
        samples = made(at)
        began, cpu = time.perf_counter(), time.process_time()
        write(at, samples)
        yield time.perf_counter() - began, time.process_time() - cpu
        at += step


def influx_store(folder: Path) -> "tuple[InfluxServer, InfluxSeries]":
    """Return a running server and our store on it. Raises FileNotFoundError without influxd."""
    if shutil.which("influxd") is None:
        raise FileNotFoundError("influxd")
    place = folder / "influxd"
    place.mkdir(parents=True)
    server = InfluxServer(place)
    server.start()
    return server, InfluxSeries(server.bucket("samples"), TOKEN, folder / "spool", 1 << 26)
