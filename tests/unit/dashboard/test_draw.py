"""Curves keep their gaps, charts their scale, the map its distances."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import hypot

import pytest

from countynet.vocabulary import Access, LineState
from dashboard import localtime
from dashboard.draw import spark
from dashboard.draw.chart import HEIGHT, WIDTH, chart, nice, rate
from dashboard.services.model import Sample
from dashboard.topology.layout import plan, ring
from dashboard.topology.pages import worst
from inventory.subset import subset
from tests.unit.dashboard import sample

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_a_gap_lifts_the_pen() -> None:
    assert spark.line([0, 5, None, 10, 10], 40, 10, 10) == "M0 10L10 5M30 0L40 0"
    assert spark.area([0, 5, None, 10, 10], 40, 10, 10) == "M0 10L0 10L10 5L10 10ZM30 10L30 0L40 0L40 10Z"


@pytest.mark.parametrize("values", [[], [1.0], [None, None]])
def test_nothing_to_draw_is_an_empty_path(values: list[float | None]) -> None:
    assert spark.line(values, 40, 10, 10) == ""
    assert spark.area(values, 40, 10, 10) == ""


def test_a_value_beyond_the_scale_stays_inside() -> None:
    assert spark.line([-5, 99], 40, 10, 10) == "M0 10L40 0"


@pytest.mark.parametrize(
    ("value", "top"),
    [(1, 1), (1.01, 2), (2, 2), (3, 4), (4.1, 5), (6, 8), (9, 10), (10, 10), (11, 20), (512_000, 800_000)],
)
def test_a_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice(value) == pytest.approx(top)


def test_rates_are_for_people() -> None:
    assert [rate(n) for n in (0, 999, 1500, 1.5e6, 1e7)] == [
        "0 bit/s",
        "999 bit/s",
        "1.5 kbit/s",
        "1.5 Mbit/s",
        "10 Mbit/s",
    ]


def test_a_chart_marks_every_fourth_hour_of_the_county() -> None:
    drawn = chart([], NOON - timedelta(days=1), NOON, 10e6)
    assert [tick.label for tick in drawn.hours] == ["16:00", "20:00", "00:00", "04:00", "08:00", "12:00"]
    assert drawn.hours[-1].at == WIDTH
    assert drawn.empty
    assert drawn.rates[0].at == HEIGHT


def test_a_chart_of_measured_nothing_is_not_empty() -> None:
    samples = [Sample(NOON - timedelta(hours=n), 0.0, 0.0) for n in (2, 1)]
    assert not chart(samples, NOON - timedelta(days=1), NOON, 10e6).empty


def test_local_time_is_china_standard_time() -> None:
    assert localtime.stamp(NOON) == "2026-11-22 12:00:00"
    assert localtime.short(NOON, NOON + timedelta(hours=11, minutes=59)) == "12:00"
    assert localtime.short(NOON, NOON + timedelta(hours=12)) == "11-22 12:00"
    assert localtime.machine(NOON) == "2026-11-22T04:00:00Z"
    with pytest.raises(ValueError, match="without a zone"):
        localtime.local(datetime(2026, 1, 1))  # noqa: DTZ001


def test_units_stand_at_equal_distances() -> None:
    points = ring(120)
    gaps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise([*points, points[0]])]
    assert max(gaps) < 1.6 * min(gaps)


@pytest.mark.parametrize("units", [1, 2, 12, 120])
def test_a_county_of_any_size_is_laid_out(units: int) -> None:
    county = subset(sample.county(), units)
    drawn = plan(county)
    assert {spot.unit.id for spot in drawn.spots} == {unit.id for unit in county.units}
    assert len({(spot.x, spot.y) for spot in drawn.spots}) == units
    assert {box.id for box in drawn.devices} == {d.name for d in county.devices if d.unit is None}
    boxes = [*drawn.devices, *drawn.zones]
    assert not [
        (a.id, b.id)
        for n, a in enumerate(boxes)
        for b in boxes[n + 1 :]
        if abs(a.x - b.x) < 110 and abs(a.y - b.y) < 37
    ]


def test_lines_start_where_they_do_in_life() -> None:
    county = sample.county()
    drawn = plan(county)
    switches = {(box.x, box.y) for box in drawn.devices if box.id.startswith("sw-")}
    for spot in drawn.spots:
        fiber = county.circuit_by_unit[spot.unit.id].access is Access.FIBER
        assert (spot.foot in switches) is fiber


def test_every_cable_between_what_is_drawn_is_drawn() -> None:
    county = sample.county()
    drawn = {cable for wire in plan(county).wires for cable in wire.cables}
    homes = {device.name for device in county.devices if device.unit is None} | set(county.host_by_name)
    assert {c.id for c in county.cables if {c.a.node, c.b.node} <= homes} == drawn


def test_a_bundle_is_as_bad_as_its_worst_cable() -> None:
    up, down, unknown = LineState.UP, LineState.DOWN, LineState.UNKNOWN
    assert worst([up, down]) is down
    assert worst([up, unknown]) is up
    assert worst([]) is unknown
