"""A big outage is one fault with everybody who reported it, whether or not the machine saw it first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LineState, Role, Severity
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.faults import store
from monitoring.faults.reports.store import FaultReport, units_of
from monitoring.faults.service import Faults
from monitoring.faults.ties.store import members
from monitoring.faults.waves import Wave
from monitoring.state.store import LineRow

CORE = Trouble("device:core-1", Severity.CRITICAL, "core-1", "Device {device} is down", {"device": "core-1"})
UNITS = [f"u{number:03}" for number in range(1, 121)]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_database(Settings(county=tmp_path, language="en"))
    yield found
    found.dispose()


def clerk(unit: str) -> Actor:
    return Actor(unit, Role.UNIT, unit)


def lines(engine: Engine, units: list[str], state: LineState, cause: str = "") -> None:
    with transaction(engine) as session:
        for unit in units:
            session.merge(LineRow(unit=unit, circuit=f"line-{unit}", state=state, cause=cause, since=clock.now()))


def leading(engine: Engine) -> list[tuple[int, list[str]]]:
    """Every open fault that goes with no other one, with the units that reported it or what goes with it."""
    with reading(engine) as session:
        faults = [fault.id for fault in store.open_faults(session)]
        following = {n for fault in faults for n in members(session, fault)}
        return [
            (f, [u for n in (f, *members(session, f)) for u in units_of(session, n)])
            for f in faults
            if f not in following
        ]


def test_120_units_behind_a_core_that_is_down_are_one_fault_with_120_reporters(engine: Engine) -> None:
    lines(engine, UNITS, LineState.SHADOWED, "core-1")
    with transaction(engine) as session:
        open_alarm(session, CORE, "ping")
    filed = {Faults(engine).report(unit, f"no net in {unit}", "", "139", clerk(unit)) for unit in UNITS}
    assert filed == {1}
    assert leading(engine) == [(1, UNITS)]
    with reading(engine) as session:
        assert [fault.id for fault in store.open_faults(session)] == [1]
        assert session.scalar(select(func.count()).select_from(FaultReport)) == 120


def test_a_wave_that_no_alarm_explains_is_one_fault_too_and_nobody_is_lost(engine: Engine) -> None:
    for unit in UNITS[:15]:
        Faults(engine).report(unit, "no net", "", "", clerk(unit))
    ((leader, units),) = leading(engine)
    assert (leader, sorted(units)) == (1, UNITS[:15])
    with reading(engine) as session:
        assert len(store.open_faults(session)) == Wave().units


def test_few_reports_and_those_that_came_long_ago_stay_apart(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    for number, unit in enumerate(UNITS[:12]):
        monkeypatch.setattr(clock, "now", lambda at=start + number * timedelta(minutes=3): at)
        Faults(engine).report(unit, "printer", "", "", clerk(unit))
    assert [units for _fault, units in leading(engine)] == [[unit] for unit in UNITS[:12]]


@settings(max_examples=4, deadline=None)
@given(st.lists(st.sampled_from(UNITS[:9]), min_size=1, max_size=20), st.sets(st.sampled_from(UNITS[:9])))
def test_every_report_is_in_one_fault_and_lines_that_are_up_share_none_with_lines_that_are_not(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], up: set[str]
) -> None:
    engine = open_database(Settings(county=tmp_path_factory.mktemp("county"), language="en"))
    lines(engine, sorted(up), LineState.UP)
    faults = Faults(engine, Wave(units=3, minutes=10))
    for unit in order:
        faults.report(unit, "no net", "", "", clerk(unit))
    groups = [set(units) for _fault, units in leading(engine)]
    assert sorted(unit for group in groups for unit in group) == sorted(set(order))
    for alike in (set(order) & up, set(order) - up):
        mine = [group for group in groups if group & alike]
        assert all(group <= alike for group in mine)
        assert len(mine) == (1 if len(alike) >= 3 else len(alike))
    engine.dispose()
