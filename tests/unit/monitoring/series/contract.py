"""What every series store promises, as one suite: SQLite passes it in the unit floor, InfluxDB against a real server.

A store's tests inherit `SeriesContract` and give the fixture `opening`: each call returns the same store anew, as after
a restart.
"""

from collections.abc import Callable, Iterator, Sequence

import pytest

from monitoring.series.rates import Reading
from monitoring.series.seam import Gauge, Interface, LastMeasured, Measured, Ranked, Row, Sample, SeriesStore

DAY = 86400
T0 = 1_795_219_200 // DAY * DAY
WAN = Interface("cpe-001", "wan0")
LAN = Interface("cpe-001", "lan0")
CORE = Interface("core-1", "XGigabitEthernet0/0/1")
HOSTILE = (
    Interface("cpe-002", "a b,c=d"),
    Interface("cpe-002", 'it\'s "quoted"'),
    Interface("cpe-002", "back\\slash\\"),
    Interface("cpe-002", "100% of it%5C"),
    Interface("cpe-002", "\u4e2d\u6587\u53e3 1/0/1"),
    Interface("cpe-002", "two\nlines"),
    Interface("cpe-002", "' OR '1'='1"),
)
HEAT = Gauge("core-1", "temperature", "slot 1")
Opening = Callable[[], SeriesStore]


def sample(interface: Interface, at: int, bits: float | None, counter: int = 5) -> Sample:
    reading = Reading(float(at), at * 100 % 2**32, 3, 0, 10_000_000, (counter, None, 1, 2, 3, 4, 5, 6))
    rates = None if bits is None else (bits, bits / 2, 1.0, 1.0, 0.004, 0.0, None, 0.0)
    return Sample(interface, reading, 1, 2, rates)


def bits(store: SeriesStore, start: int, end: int, buckets: int, interface: Interface = WAN) -> Sequence[float | None]:
    return [point.bits_in for point in store.traffic([interface], start, end, buckets)[interface]]


class SeriesContract:
    """Inherit it, and give `opening`."""

    @pytest.fixture
    def store(self, opening: Opening) -> Iterator[SeriesStore]:
        store = opening()
        yield store
        store.close()

    def test_nothing_yet(self, store: SeriesStore) -> None:
        assert bits(store, T0, T0 + 60, 4) == [None] * 4
        assert (store.before(), store.current(), store.measured()) == ({}, (), ())
        assert store.top(T0, T0 + 60, 3) == ()
        assert list(store.rows(T0, T0 + 60)) == []
        assert store.percentile([WAN], T0, T0 + 600)[WAN] == (None, None, 0, 2)

    def test_slots_come_back_and_a_gap_is_none(self, store: SeriesStore) -> None:
        for step, value in enumerate([100.0, 200.0, None, 400.0]):
            store.write(T0 + 15 * step, [sample(WAN, T0 + 15 * step, value), sample(LAN, T0, 7.0)])
        assert bits(store, T0, T0 + 60, 4) == [100, 200, None, 400]
        assert bits(store, T0, T0 + 60, 2) == [150, 400]
        (point,) = store.traffic([WAN], T0, T0 + 60, 1)[WAN]
        assert (point.at, point.peak_in, point.peak_out) == (T0, 400, 200)
        assert bits(store, T0, T0 + 60, 4, LAN) == [7.0] * 4
        assert bits(store, T0, T0 + 60, 1, Interface("nobody", "eth0")) == [None]
        assert bits(store, T0 + 60, T0 + 90, 2) == [None, None]

    def test_a_slot_written_twice_counts_once(self, store: SeriesStore) -> None:
        store.write(T0, [sample(WAN, T0, 100.0)])
        store.write(T0, [sample(WAN, T0, 300.0)])
        assert bits(store, T0, T0 + 15, 1) == [300]
        assert len(list(store.rows(T0, T0 + 15))) == 1

    def test_two_write_one_slot_each_its_own_devices(self, opening: Opening) -> None:
        one, two = opening(), opening()
        one.write(T0, [sample(WAN, T0, 100.0)])
        two.write(T0, [sample(CORE, T0, 900.0)])
        assert (bits(one, T0, T0 + 15, 1), bits(one, T0, T0 + 15, 1, CORE)) == ([100], [900])
        for store in (one, two):
            store.close()

    def test_last_readings_survive_a_restart_with_all_64_bits(self, store: SeriesStore, opening: Opening) -> None:
        store.write(T0, [sample(WAN, T0, None, counter=2**64 - 1), sample(CORE, T0, 5.0)])
        store.close()
        again = opening()
        wanted = sample(WAN, T0, None, counter=2**64 - 1).reading
        assert again.before() == {WAN: wanted, CORE: sample(CORE, T0, 5.0).reading}
        assert again.before(["cpe-001"]) == {WAN: wanted}
        (now,) = again.current("cpe-001")
        assert (now.interface, now.oper, now.speed, now.bits_in) == (WAN, 2, 10_000_000, None)
        assert again.current("cpe-002") == ()
        again.close()

    def test_rates_are_kept_as_they_were(self, store: SeriesStore) -> None:
        store.write(T0, [sample(WAN, T0, 100.0)])
        (row,) = store.rows(T0, T0 + 1)
        assert row == Row(T0, WAN, (100, 50, 1, 1, 0.004, 0, None, 0))

    def test_rows_come_by_time_and_of_the_devices_asked_for(self, store: SeriesStore) -> None:
        for at in (T0 + 15, T0, T0 + 30):
            store.write(at, [sample(WAN, at, 1.0), sample(CORE, at, 2.0)])
        assert [row.at - T0 for row in store.rows(T0, T0 + 30)] == [0, 0, 15, 15]
        assert {row.interface for row in store.rows(T0, T0 + 60, ["core-1"])} == {CORE}

    def test_over_midnight(self, store: SeriesStore) -> None:
        for at in range(T0 + DAY - 30, T0 + DAY + 30, 15):
            store.write(at, [sample(WAN, at, float(at - T0))])
        assert bits(store, T0 + DAY - 30, T0 + DAY + 30, 4) == [DAY - 30, DAY - 15, DAY, DAY + 15]

    def test_wide_buckets_join_averages_and_the_unfinished_rest(self, store: SeriesStore) -> None:
        for at in range(T0, T0 + 930, 15):
            store.write(at, [sample(WAN, at, float(at - T0))])
        assert bits(store, T0, T0 + 1200, 4) == pytest.approx([142.5, 442.5, 742.5, 907.5])
        (whole,) = store.traffic([WAN], T0, T0 + 1200, 1)[WAN]
        assert (whole.bits_in, whole.peak_in) == pytest.approx((457.5, 915))

    def test_hours_join_what_no_hour_covers_yet(self, store: SeriesStore) -> None:
        for at in range(T0, T0 + 7500, 300):
            store.write(at, [sample(WAN, at, float(at - T0))])
        assert bits(store, T0, T0 + 3 * 3600, 3) == pytest.approx([1650, 5250, 7200])

    def test_a_late_slot_changes_its_averages(self, store: SeriesStore) -> None:
        for at in range(T0, T0 + 7500, 300):
            if at != T0 + 600:
                store.write(at, [sample(WAN, at, 100.0)])
        assert bits(store, T0 + 600, T0 + 900, 1) == [None]
        store.write(T0 + 600, [sample(WAN, T0 + 600, 1300.0)])
        assert bits(store, T0 + 600, T0 + 900, 1) == pytest.approx([1300])
        assert bits(store, T0, T0 + 7200, 2) == pytest.approx([200, 100])

    def test_names_that_would_break_a_query_are_names(self, store: SeriesStore) -> None:
        store.write(T0, [sample(interface, T0, 10.0 + n) for n, interface in enumerate(HOSTILE)])
        for n, interface in enumerate(HOSTILE):
            assert bits(store, T0, T0 + 15, 1, interface) == [10 + n], interface
        assert {now.interface for now in store.current("cpe-002")} == set(HOSTILE)
        assert {row.interface for row in store.rows(T0, T0 + 1)} == set(HOSTILE)

    def test_the_busiest_come_first(self, store: SeriesStore) -> None:
        for at in range(T0, T0 + 7200, 300):
            quiet, busy = sample(WAN, at, 100.0 + (at == T0) * 5000), sample(CORE, at, 900.0)
            store.write(at, [quiet, busy, sample(LAN, at, None)])
        first, second = store.top(T0, T0 + 7200, 5)
        assert (first, second.interface, second.peak) == (Ranked(CORE, 900, 900), WAN, 5100)
        assert second.mean == pytest.approx(100 + 5000 / 24)
        assert [place.interface for place in store.top(T0, T0 + 300, 1)] == [WAN]
        assert store.top(T0, T0 + 7200, 1, "in_errors")[0].mean == pytest.approx(0.004)
        with pytest.raises(KeyError):
            store.top(T0, T0 + 60, 1, "beauty")

    def test_the_95th_percentile_strikes_the_top_twentieth(self, store: SeriesStore) -> None:
        for number in range(40):
            at = T0 + number * 300
            store.write(at, [sample(WAN, at, 2.0 * number + 2)])
        assert store.percentile([WAN, LAN], T0, T0 + 12_000) == {
            WAN: (76, 38, 40, 40),
            LAN: (None, None, 0, 40),
        }
        assert store.percentile([WAN], T0, T0 + 12_000, 50)[WAN].bits_in == 40
        assert store.percentile([WAN], T0, T0 + 24_000)[WAN][2:] == (40, 80)

    def test_gauges_come_back_in_buckets_and_as_last_seen(self, store: SeriesStore, opening: Opening) -> None:
        for step, value in enumerate([41.5, 43.5, -3.25]):
            store.write(T0 + 15 * step, [], [Measured(HEAT, value)])
        levels = store.gauges([HEAT, HEAT._replace(item="slot 2")], T0, T0 + 60, 2)
        assert levels[HEAT] == ((T0, 42.5, 41.5, 43.5), (T0 + 30, -3.25, -3.25, -3.25))
        assert [level.mean for level in levels[HEAT._replace(item="slot 2")]] == [None, None]
        store.close()
        again = opening()
        assert again.measured("core-1") == (LastMeasured(HEAT, T0 + 30, -3.25),) == again.measured()
        assert again.measured("core-2") == ()
        again.close()

    def test_gauges_over_hours(self, store: SeriesStore) -> None:
        for at in range(T0, T0 + 7500, 300):
            store.write(at, [], [Measured(HEAT, float(at - T0))])
        assert [level.mean for level in store.gauges([HEAT], T0, T0 + 10_800, 3)[HEAT]] == [1650, 5250, 7200]
