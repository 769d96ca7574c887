"""The job that configures named devices: registered, told in its log, failed when a device failed."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from countynet.db import open_database, reading, transaction
from countynet.errors import DeviceError
from countynet.i18n import set_language
from countynet.jobs import Job, cancel, log_of, may_repeat, submit
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from inventory import create
from inventory.terminals.orders import JOB
from playbooks.device.jobs import apply_configuration
from playbooks.device.results import DeviceResult, Progress, Step

Apply = Callable[..., tuple[DeviceResult, ...]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path / "county")
    create.create_folder(found)
    return found


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = open_database(settings)
    yield found
    found.dispose()


def ran(monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine, apply: Apply) -> tuple[Job, list[str]]:
    """Submit the job as another room does, and let a worker run it over an `apply` of the test's."""
    monkeypatch.setattr("playbooks.device.jobs.apply", apply)
    with transaction(engine) as session:
        number = submit(session, JOB, {"devices": ["cpe-025"]}, "operator")
    assert run_one(settings, engine, {JOB: apply_configuration})
    with reading(engine) as session:
        return session.get_one(Job, number), [line.line for line in log_of(session, number)]


def test_the_kind_that_others_queue_is_the_one_registered_and_may_be_repeated() -> None:
    assert handlers()[JOB] is apply_configuration
    assert may_repeat(apply_configuration)


def test_the_log_tells_the_masked_difference_and_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine
) -> None:
    def apply(_county: Any, _settings: Any, only: list[str], progress: Progress, **more: Any) -> Any:
        assert more["actor"] == "operator"
        progress(Step(only[0], "started", 0, 1))
        progress(Step("", "waiting", 0, 1))
        return (DeviceResult(only[0], True, 1.5, diff="+ lan1 up"),)

    job, log = ran(monkeypatch, settings, engine, apply)
    assert job.state == "done"
    assert log == [
        "cpe-025: signing in",
        "waiting for 1 device to answer in band",
        "+ lan1 up",
        "cpe-025: configured in 1.5 s",
    ]


def test_a_device_that_failed_fails_the_job_with_its_words(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine
) -> None:
    failed = DeviceResult("cpe-025", False, 6.0, DeviceError("cpe-025", "is not there"))
    job, log = ran(monkeypatch, settings, engine, lambda *_a, **_k: (failed,))
    assert (job.state, job.error, log) == ("failed", "not configured: cpe-025", ["cpe-025: is not there"])


def test_a_device_that_is_as_intended_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine
) -> None:
    job, log = ran(monkeypatch, settings, engine, lambda *_a, **_k: (DeviceResult("cpe-025", False, 0.4),))
    assert (job.state, log) == ("done", ["cpe-025: was as intended"])


def test_who_cancels_the_job_cancels_the_operation(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine
) -> None:
    def apply(_county: Any, _settings: Any, only: list[str], progress: Progress, **more: Any) -> Any:
        cancelled: threading.Event = more["cancelled"]
        progress(Step(only[0], "started", 0, 1))
        assert not cancelled.is_set()
        with transaction(engine) as session:
            number = session.scalars(select(Job.id)).one()
            cancel(session, number, "operator")
        progress(Step(only[0], "done", 1, 1))
        assert cancelled.is_set()
        return ()

    job, _log = ran(monkeypatch, settings, engine, apply)
    assert job.state == "cancelled"
