"""The series store in SQLite: the contract of every store, and what its files are for."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitoring.series.keep import Keep
from monitoring.series.seam import SeriesStore
from monitoring.series.sqlite import SqliteSeries
from monitoring.series.sqlite.files import file_of
from tests.unit.monitoring.series.contract import CORE, DAY, T0, WAN, SeriesContract, bits, sample


@pytest.fixture
def opening(tmp_path: Path) -> Callable[[], SeriesStore]:
    return lambda: SqliteSeries(tmp_path / "series")


class TestSqlite(SeriesContract):
    pass


@pytest.fixture
def store(tmp_path: Path) -> SqliteSeries:
    return SqliteSeries(tmp_path / "series")


def test_averages_answer_when_samples_are_gone(store: SqliteSeries, tmp_path: Path) -> None:
    for at in range(T0, T0 + 3900, 15):
        store.write(at, [sample(WAN, at, float(at - T0))])
    store.close()
    file_of(tmp_path / "series", "raw", T0).unlink()
    assert bits(store, T0, T0 + 900, 3) == pytest.approx([142.5, 442.5, 742.5])
    assert bits(store, T0, T0 + 900, 60)[::20] == pytest.approx([142.5, 442.5, 742.5])  # coarse is better than nothing
    file_of(tmp_path / "series", "r5m", T0).unlink()
    assert bits(store, T0, T0 + 3600, 1) == pytest.approx([1792.5])
    assert bits(store, T0, T0 + 3600, 12)[0] == pytest.approx(1792.5)


def test_a_restart_rolls_up_what_the_last_run_left(store: SqliteSeries, tmp_path: Path) -> None:
    for at in range(T0, T0 + 290, 15):
        store.write(at, [sample(WAN, at, 60.0)])
    store.close()
    again = SqliteSeries(tmp_path / "series")
    again.write(T0 + 600, [sample(WAN, T0 + 600, 60.0)])
    again.close()
    file_of(tmp_path / "series", "raw", T0).rename(tmp_path / "elsewhere")
    assert bits(again, T0, T0 + 300, 1) == [60]


def test_what_is_old_is_unlinked_level_by_level(tmp_path: Path) -> None:
    store = SqliteSeries(tmp_path / "series", Keep(samples=2, averages=40, hours=400))
    for day in range(0, 820, 10):
        for at in (T0 + day * DAY, T0 + day * DAY + 3600):
            store.write(at, [sample(WAN, at, 1.0)])
    store.write(T0 + 820 * DAY, [])
    left = sorted(path.name for path in (tmp_path / "series").glob("r*.db"))
    assert left == [
        "r1h-2028.db",
        "r1h-2029.db",
        "r5m-202901.db",
        "r5m-202902.db",
        "raw-20290218.db",
    ]


def test_a_reader_keeps_reading_while_a_day_goes(store: SqliteSeries) -> None:
    store.write(T0, [sample(WAN, T0, 1.0)])
    reading = store.rows(T0, T0 + DAY)
    assert next(reading).at == T0
    store.write(T0 + 9 * DAY, [sample(WAN, T0 + 9 * DAY, 1.0)])
    assert list(reading) == []
    assert bits(store, T0, T0 + 15, 1) == [None]


_WRITER = """
import sys
from pathlib import Path
from monitoring.series.sqlite import SqliteSeries
from tests.unit.monitoring.series.contract import CORE, T0, WAN, sample
store = SqliteSeries(Path(sys.argv[1]))
for step in range(1_000_000):
    at = T0 + 15 * step
    store.write(at, [sample(WAN, at, 100.0 + step), sample(CORE, at, 100.0 + step)])
    print(step, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_cycle(store: SqliteSeries, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "series")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = -1
        while acknowledged < 50:
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split("\n")[:-1])])
    store.write(T0 - 15, [])
    count = acknowledged + 1
    for interface in (WAN, CORE):
        assert bits(store, T0, T0 + 15 * count, count, interface) == [100 + step for step in range(count)]
    assert set(store.before()) == {WAN, CORE}
