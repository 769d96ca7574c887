"""How fast samples are kept and read back, beside a plain table, RRDtool and InfluxDB, all in one run.

`python -m benchmarks.store [--check] [--quick]`: 6,500 interfaces (130 devices of 50), eight rates each, a cycle every
15 s. The day that is read back is full: 5,760 cycles of all interfaces. The year's hourly averages are those of 650
interfaces, because a line's are one stretch of the file however many others there are. `--quick` fills an hour instead
of a day. `--check` fails when a target of issue 6 is missed, in CPU time where the work is ours: others may load the
machine.

Synthetic: each line has a daily curve and noise; the shape of the numbers decides sizes, not times.
"""

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import outages
from benchmarks.figure import HEADING, Figure
from benchmarks.store_peers import Narrow, Rrd, cpu_of, cycles, influx_store
from monitoring.series.influx import InfluxSeries
from monitoring.series.influx.line import Labels, fields_line, interface_tags
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample
from monitoring.series.sqlite import SqliteSeries, sql
from monitoring.series.sqlite.files import file_of, index_file, open_index, open_level
from monitoring.series.sqlite.rolling import make

DEVICES, PORTS, STEP, DAY = 130, 50, 15, 86400
T0 = 1_795_219_200 // DAY * DAY
YEAR = 1_767_225_600
"""2026-01-01 in UTC"""
INTERFACES = [Interface(f"cpe-{device:03}", f"port{port}") for device in range(DEVICES) for port in range(PORTS)]
LINE = INTERFACES[100]
WRITE, READ_DAY, READ_YEAR = 40.0, 10.0, 30.0
"""targets in milliseconds"""
ROUNDS = 15


def cycle(at: int) -> list[Sample]:
    """Return a cycle of every interface."""
    day = 1.1 + math.sin(at / DAY * 2 * math.pi)
    found = []
    for number, interface in enumerate(INTERFACES):
        bits = day * (1e6 + number * 977 % 5e6)
        counters = (at * number, at * number * 2, at, at, 1, 2, 3, 4)
        reading = Reading(float(at), at * 100 % 2**32, number % PORTS, 0, 10**9, counters)
        rates = (bits, bits / 7, bits / 8000, bits / 9000, 0.0, 0.0, 0.0, 0.0)
        found.append(Sample(interface, reading, 1, 1, rates))
    return found


def _median(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the median wall and CPU milliseconds."""
    wall, cpu = (statistics.median(column) * 1000 for column in zip(*found, strict=True))
    return wall, cpu


def _asked(ask: Callable[[], object]) -> tuple[float, float]:
    ask()
    found = []
    for _round in range(ROUNDS):
        began, cpu = time.perf_counter(), time.process_time()
        ask()
        found.append((time.perf_counter() - began, time.process_time() - cpu))
    return _median(found)


def _figure(name: str, took: tuple[float, float], target: float = 0.0, note: str = "") -> Figure:
    wall, cpu = took
    return Figure(name, wall, "ms", target, cpu / 1000, f"CPU {cpu:.1f} ms{'; ' + note if note else ''}")


def writing(folder: Path) -> Iterator[Figure]:
    """Yield what one cycle costs each store."""
    ours = SqliteSeries(folder / "ours")
    found = list(cycles(ours.write, cycle, T0 + STEP, STEP, 8))
    plain = [took for number, took in enumerate(found, 1) if number % 20]
    yield _figure("write a cycle: ours (SQLite)", _median(plain), WRITE, f"{len(plain)} cycles, averages apart")
    rolled = [took for number, took in enumerate(found, 1) if not number % 20]
    if rolled:
        yield _figure("  the cycle that makes 5-minute averages too", _median(rolled))
    ours.close()
    narrow = Narrow(folder / "narrow")
    took = list(cycles(narrow.write, cycle, T0, STEP, 20))
    yield _figure("write a cycle: a row a value (SQLite)", _median(took[-5:]), 0, f"after {len(took)} cycles, growing")
    narrow.close()
    yield from _rrd(folder)
    yield from _influx(folder)


def _rrd(folder: Path) -> Iterator[Figure]:
    try:
        rrd = Rrd(folder / "rrd", len(INTERFACES), T0, STEP)
    except FileNotFoundError:
        print("RRDtool is not installed: left out (apt-get install rrdtool)")
        return
    before = cpu_of(rrd.pid)
    took = list(cycles(rrd.write, cycle, T0, STEP, 10))
    server = (cpu_of(rrd.pid) - before) * 1000 / len(took)
    yield _figure("write a cycle: RRDtool, 6,500 files", _median(took), 0, f"rrdtool {server:.0f} ms CPU")
    for at in range(T0 + STEP * len(took), T0 + DAY, 3600):
        rrd.tell(f"update 100.rrd {at}:{':'.join('1' * 8)}")
    yield _figure("read 24 h of one line: RRDtool", _asked(lambda: rrd.one(T0, T0 + DAY, STEP)))
    for hour in range(1, 8760):
        rrd.tell(f"update 100.rrd {T0 + DAY + 3600 * hour}:{':'.join('1' * 8)}")
    yield _figure("read a year of one line: RRDtool", _asked(lambda: rrd.one(T0, T0 + 365 * DAY, 3600)))
    rrd.close()


def _influx(folder: Path) -> Iterator[Figure]:
    try:
        server, store = influx_store(folder)
    except FileNotFoundError:
        print("InfluxDB is not installed: left out (apt-get install influxdb)")
        return
    pid = server.pid
    before = cpu_of(pid)
    took = list(cycles(store.write, cycle, T0 + STEP, STEP, 20))
    cost = (cpu_of(pid) - before) * 1000 / len(took)
    yield _figure("write a cycle: ours on InfluxDB", _median(took), 0, f"influxd {cost:.0f} ms CPU; {len(took)} cycles")
    _fill_influx(store)
    yield _figure("read 24 h of one line: InfluxDB", _asked(lambda: store.traffic([LINE], T0 - DAY, T0, 288)))
    yield _figure("read a year of one line: InfluxDB", _asked(lambda: store.traffic([LINE], YEAR, T0 - DAY, 500)))
    yield _figure("last of all: InfluxDB", _asked(lambda: store.current()))
    store.close()
    server.close()


def _fill_influx(store: InfluxSeries) -> None:
    """A day of averages and a year of hours of ten lines, as the store itself writes them."""
    server = store._server
    for level, start, end, step in (
        ("interface_5m", T0 - DAY, T0, 300),
        ("interface_1h", YEAR, T0 - DAY, 3600),
    ):
        for interface in INTERFACES[95:105]:
            key = interface_tags(level, interface, Labels())
            fields = {"n_in": 20.0, "n_out": 20.0, "sum_in": 2e7, "sum_out": 1e7, "peak_in": 2e6, "peak_out": 1e6}
            lines = [fields_line(key, fields.items(), at) for at in range(start, end, step)]
            server.write(server.address.averages, "\n".join(lines))


def fill(folder: Path, span: int) -> None:
    """Fill a day (or an hour) with every cycle, and a year with hours, by SQL: writing them would take long."""
    folder.mkdir(parents=True)
    index = open_index(folder)
    with index:
        index.executemany(sql.ADD_INTERFACE, INTERFACES)
    day = open_level(file_of(folder, "raw", T0))
    bits = "(abs(random()) % 5000000)"
    with day:
        day.execute("BEGIN")
        day.execute(
            "WITH RECURSIVE t(x) AS (VALUES(?1) UNION ALL SELECT x + ?3 FROM t WHERE x + ?3 < ?2) "
            "INSERT INTO cycle SELECT x FROM t",
            (T0, T0 + span, STEP),
        )
        day.execute(
            "WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < ?) "
            f"INSERT INTO raw SELECT c.ts, i.n, {bits}, {bits}, 900, 800, 0, 0, 0, 0 FROM cycle c CROSS JOIN i",
            (len(INTERFACES),),
        )
    day.close()
    year = open_level(file_of(folder, "r1h", YEAR))
    with year:
        year.execute("BEGIN")
        year.execute(
            "WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < 650), "
            "t(x) AS (VALUES(?1) UNION ALL SELECT x + 3600 FROM t WHERE x + 3600 < ?2) "
            f"INSERT INTO r1h SELECT i.n, t.x, 240, 240, {bits}, {bits}, 6e6, 6e6, 1, 1, 0, 0, 0, 0 "
            "FROM i CROSS JOIN t",
            (YEAR, YEAR + 365 * DAY),
        )
    year.close()
    index.close()


def rolling(folder: Path, span: int) -> Iterator[Figure]:
    """Make the averages of what was filled; yield what a window costs."""
    for level, step, count in (("r5m", 300, span // 300), ("r1h", 3600, span // 3600)):
        began, cpu = time.perf_counter(), time.process_time()
        make(folder, level, T0, T0 + span)
        took = ((time.perf_counter() - began) / count, (time.process_time() - cpu) / count)
        yield _figure(f"average {step} s of 6,500 interfaces", (took[0] * 1000, took[1] * 1000))
        with open_index(folder) as index:
            index.execute(sql.SET_ROLLED, (level, T0 + span))
        index.close()


def reading(folder: Path, span: int) -> Iterator[Figure]:
    """Yield what the questions of pages and reports cost, over the filled store."""
    store = SqliteSeries(folder)
    end = T0 + span
    label = "24 h" if span == DAY else f"{span // 3600} h"

    def line(start: int, until: int, buckets: int) -> Callable[[], object]:
        return lambda: store.traffic([LINE], start, until, buckets)

    yield _figure(f"read {label} of one line: ours, 288 buckets", _asked(line(T0, end, 288)), READ_DAY)
    every = span // STEP
    yield _figure(f"  the same, all {every:,} samples", _asked(line(T0, end, every)))
    yield _figure("read a year of one line: ours, 500 buckets", _asked(line(YEAR, YEAR + 365 * DAY, 500)), READ_YEAR)
    yield _figure(
        f"read {label} of 130 lines, 288 buckets", _asked(lambda: store.traffic(INTERFACES[::50], T0, end, 288))
    )
    yield _figure(f"top 10 over {label}", _asked(lambda: store.top(T0, end, 10)))
    yield _figure(f"95th percentile of one line over {label}", _asked(lambda: store.percentile([LINE], T0, end)))
    store.close()


def sizes(folder: Path) -> Iterator[str]:
    """Yield how large the files of the filled store are."""
    for path in sorted(folder.glob("*.db")):
        if path != index_file(folder):
            yield f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB"


def last(folder: Path) -> Iterator[Figure]:
    """Yield what the last readings of all cost."""
    store = SqliteSeries(folder / "ours")
    yield _figure("last of all 6,500: ours", _asked(store.current))
    yield _figure("readings to take rates from, all 6,500", _asked(store.before))
    store.close()


def availability() -> Iterator[Figure]:
    """Yield the month of 130 devices from the outage ledger."""
    yield from (figure for figure in outages.measure(1) if "130 devices" in figure.name)


def main() -> int:
    """Print the table; with --check return 1 when a target is missed in CPU time."""
    span = 3600 if "--quick" in sys.argv else DAY
    print(HEADING)
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="store-") as place:
        folder = Path(place)
        filled = folder / "filled"

        def all_of() -> Iterator[Figure]:
            yield from writing(folder)
            yield from last(folder)
            fill(filled, span)
            yield from rolling(filled, span)
            yield from reading(filled, span)
            yield from availability()

        for figure in all_of():
            found.append(figure)
            print(figure.row(), flush=True)
        print(*sizes(filled), sep="\n")
    missed = [figure for figure in found if figure.target and figure.cpu * 1000 >= figure.target]
    return 1 if "--check" in sys.argv and missed else 0


if __name__ == "__main__":
    sys.exit(main())
