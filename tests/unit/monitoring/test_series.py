"""The series store: what is written is read, by bucket, across days and restarts."""

from pathlib import Path

import pytest

from monitoring.series.files import day_file
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample
from monitoring.series.sqlite import KEEP_DAYS, SqliteSeries

DAY = 86400
T0 = 1_795_219_200 // DAY * DAY
WAN = Interface("cpe-001", "wan0")
LAN = Interface("cpe-001", "lan0")


def sample(interface: Interface, at: int, bits: float | None, counter: int = 5) -> Sample:
    reading = Reading(float(at), at * 100 % 2**32, 3, 0, 10_000_000, (counter, None, 1, 2, 3, 4, 5, 6))
    rates = None if bits is None else (bits, bits / 2, 1.0, 1.0, 0.004, 0.0, None, 0.0)
    return Sample(interface, reading, 1, 2, rates)


@pytest.fixture
def store(tmp_path: Path) -> SqliteSeries:
    return SqliteSeries(tmp_path / "series")


def bits(store: SqliteSeries, start: int, end: int, buckets: int, interface: Interface = WAN) -> list[float | None]:
    return [point.bits_in for point in store.traffic([interface], start, end, buckets)[interface]]


def test_nothing_yet(store: SqliteSeries) -> None:
    assert bits(store, T0, T0 + 60, 4) == [None] * 4
    assert store.before() == {}
    assert store.current() == ()


def test_slots_come_back_and_a_gap_is_none(store: SqliteSeries) -> None:
    for step, value in enumerate([100.0, 200.0, None, 400.0]):
        store.write(T0 + 15 * step, [sample(WAN, T0 + 15 * step, value), sample(LAN, T0, 7.0)])
    assert bits(store, T0, T0 + 60, 4) == [100, 200, None, 400]
    assert bits(store, T0, T0 + 60, 2) == [150, 400]
    (point,) = store.traffic([WAN], T0, T0 + 60, 1)[WAN]
    assert (point.at, point.peak_in, point.peak_out) == (T0, 400, 200)
    assert bits(store, T0, T0 + 60, 4, LAN) == [7.0] * 4
    assert bits(store, T0, T0 + 60, 1, Interface("nobody", "eth0")) == [None]


def test_a_slot_written_twice_counts_once(store: SqliteSeries) -> None:
    store.write(T0, [sample(WAN, T0, 100.0)])
    store.write(T0, [sample(WAN, T0, 300.0)])
    assert bits(store, T0, T0 + 15, 1) == [300]


def test_last_readings_survive_a_restart_with_all_64_bits(store: SqliteSeries, tmp_path: Path) -> None:
    store.write(T0, [sample(WAN, T0, None, counter=2**64 - 1)])
    store.close()
    again = SqliteSeries(tmp_path / "series")
    assert again.before() == {WAN: sample(WAN, T0, None, counter=2**64 - 1).reading}
    (now,) = again.current("cpe-001")
    assert (now.interface, now.oper, now.speed, now.bits_in) == (WAN, 2, 10_000_000, None)
    assert again.current("cpe-002") == ()


def test_over_midnight(store: SqliteSeries) -> None:
    for at in range(T0 + DAY - 30, T0 + DAY + 30, 15):
        store.write(at, [sample(WAN, at, float(at - T0))])
    assert bits(store, T0 + DAY - 30, T0 + DAY + 30, 4) == [DAY - 30, DAY - 15, DAY, DAY + 15]


def test_wide_buckets_read_averages_and_the_unfinished_rest(store: SqliteSeries, tmp_path: Path) -> None:
    for at in range(T0, T0 + 930, 15):
        store.write(at, [sample(WAN, at, float(at - T0))])
    whole = bits(store, T0, T0 + 1200, 4)
    assert whole == pytest.approx([142.5, 442.5, 742.5, 907.5])
    day_file(tmp_path / "series", T0).unlink()  # the averages alone now: they hold what ended
    assert bits(store, T0, T0 + 1200, 4)[:3] == pytest.approx([142.5, 442.5, 742.5])


def test_a_restart_rolls_up_what_the_last_run_left(store: SqliteSeries, tmp_path: Path) -> None:
    for at in range(T0, T0 + 290, 15):
        store.write(at, [sample(WAN, at, 60.0)])
    store.close()
    again = SqliteSeries(tmp_path / "series")
    again.write(T0 + 600, [sample(WAN, T0 + 600, 60.0)])
    day_file(tmp_path / "series", T0).rename(tmp_path / "elsewhere")
    assert bits(again, T0, T0 + 300, 1) == [60]


def test_old_days_are_unlinked(store: SqliteSeries, tmp_path: Path) -> None:
    for day in range(KEEP_DAYS + 3):
        store.write(T0 + day * DAY, [sample(WAN, T0 + day * DAY, 1.0)])
    assert len(list((tmp_path / "series").glob("raw-*.db"))) == KEEP_DAYS + 1
