"""The queue: order, ends of every kind, cancelling, and a worker that was killed."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, select

from countynet.db import open_database, reading, transaction
from countynet.errors import Conflict, CountyError
from countynet.events import Event, verify
from countynet.jobs import Handler, Job, JobContext, JobState, cancel, log_of, record_done, repeatable, submit
from countynet.settings import Settings
from countynet.worker import run


def enough(count: int) -> Callable[[], bool]:
    """Return a stop that is true after so many rounds."""
    rounds = iter(range(count))
    return lambda: next(rounds, None) is None


def queue(engine: Engine, kind: str, **params: Any) -> int:
    with transaction(engine) as session:
        return submit(session, kind, params, "center")


def state(engine: Engine, job: int) -> Job:
    with reading(engine) as session:
        return session.get_one(Job, job)


def tags(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert verify(session) == ()
        return list(session.scalars(select(Event.tag).order_by(Event.id)))


def good(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    context.log(f"hello {params['who']}")
    return {"said": params["who"]}


def refuse(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    raise CountyError("no {thing}", thing="bread")


def crash(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    raise KeyError("surprise")


def test_jobs_run_in_order_with_result_log_and_events(engine: Engine, settings: Settings) -> None:
    first, second = queue(engine, "good", who="a"), queue(engine, "good", who="b")
    run(settings, enough(3), {"good": good})
    assert [state(engine, j).result for j in (first, second)] == ['{"said":"a"}', '{"said":"b"}']
    with reading(engine) as session:
        assert [line.line for line in log_of(session, second)] == ["hello b"]
    assert tags(engine) == ["job.submitted"] * 2 + ["job.started", "job.done"] * 2


@pytest.mark.parametrize(
    ("kind", "error"), [("refuse", "no bread"), ("crash", "KeyError: 'surprise'"), ("strange", "no room knows")]
)
def test_failed_job_says_why_and_the_worker_goes_on(engine: Engine, settings: Settings, kind: str, error: str) -> None:
    bad, after = queue(engine, kind), queue(engine, "good", who="a")
    run(settings, enough(3), {"good": good, "refuse": refuse, "crash": crash})
    assert state(engine, bad).state == JobState.FAILED
    assert error in state(engine, bad).error
    assert state(engine, after).state == JobState.DONE


def test_what_was_done_at_once_is_a_job_that_has_ended(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as session:
        job = record_done(session, "good", {"a": 1}, "shell:root", {"said": "b"})
    run(settings, enough(2), {})
    found = state(engine, job)
    assert (found.state, found.actor, found.params, found.result) == (
        "done", "shell:root", {"a": 1}, '{"said":"b"}',
    )  # fmt: skip
    assert tags(engine) == ["job.done"]


def test_cancelled_before_it_starts_never_starts(engine: Engine, settings: Settings) -> None:
    job = queue(engine, "good", who="a")
    with transaction(engine) as session:
        cancel(session, job, "auditor")
    run(settings, enough(2), {"good": good})
    assert state(engine, job).state == JobState.CANCELLED
    assert tags(engine) == ["job.submitted", "job.cancelled"]
    with pytest.raises(Conflict), transaction(engine) as session:
        cancel(session, job, "auditor")


def test_cancelled_while_running_ends_as_cancelled(engine: Engine, settings: Settings) -> None:
    def slow(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        with transaction(context.engine) as session:
            cancel(session, context.job_id, "center")
        assert context.cancelled()
        return {"left": 3}

    job = queue(engine, "slow")
    run(settings, enough(2), {"slow": slow})
    assert (state(engine, job).state, state(engine, job).cancel_by) == (JobState.CANCELLED, "center")


def hang(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    context.log("hanging")
    while True:
        time.sleep(1)


@repeatable
def hang_first(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    with reading(context.engine) as session:
        tried = len(log_of(session, context.job_id))
    context.log(f"try {tried}")
    while tried == 0:
        time.sleep(1)
    return {"tried": tried}


HANDLERS: Mapping[str, Handler] = {"hang": hang, "hang_first": hang_first, "good": good}


def _worker(settings: Settings) -> None:
    run(settings, lambda: False, HANDLERS)


def kill_worker_at(engine: Engine, settings: Settings, job: int) -> None:
    """Run a worker in a process of its own and kill it once the job has said something."""
    process = multiprocessing.get_context("fork").Process(target=_worker, args=(settings,))
    process.start()
    assert process.pid is not None
    try:
        for _round in range(1200):
            with reading(engine) as session:
                if log_of(session, job):
                    break
            time.sleep(0.05)
        else:
            pytest.fail("the job never started")
        with pytest.raises(Conflict, match="another worker"):
            run(settings, lambda: True, HANDLERS)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.join()


def test_killed_worker_leaves_no_job_running(settings: Settings) -> None:
    engine = open_database(settings)
    job = queue(engine, "hang")
    kill_worker_at(engine, settings, job)
    assert state(engine, job).state == JobState.RUNNING
    run(settings, enough(2), HANDLERS)
    assert (state(engine, job).state, state(engine, job).error) == (
        JobState.FAILED,
        "the worker was killed while the job ran",
    )
    engine.dispose()


def test_repeatable_job_of_a_killed_worker_runs_again(settings: Settings) -> None:
    engine = open_database(settings)
    job = queue(engine, "hang_first")
    kill_worker_at(engine, settings, job)
    run(settings, enough(2), HANDLERS)
    assert (state(engine, job).state, state(engine, job).result) == (JobState.DONE, '{"tried":1}')
    assert "job.requeued" in tags(engine)
    engine.dispose()
