"""What happens by itself."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import Engine

from countynet import schedules
from countynet.settings import Settings


def test_a_tick_that_fails_is_said_once_and_called_again(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    calls, enough = list[datetime](), threading.Event()

    def bad(_settings: Settings, _engine: Engine, _now: datetime) -> None:
        raise ValueError("no bread")

    def good(_settings: Settings, _engine: Engine, now: datetime) -> None:
        calls.append(now)
        if len(calls) == 3:
            enough.set()

    with schedules.running(settings, engine, {"a": bad, "b": good}, seconds=0.01):
        assert enough.wait(30)
    assert [record.message for record in caplog.records] == ["a: ValueError: no bread"]
    assert all(now.tzinfo for now in calls)


def test_every_registered_tick_can_be_called() -> None:
    assert all(callable(tick) for tick in schedules.ticks().values())
