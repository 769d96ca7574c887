"""Runs from being asked for to their end: looked at, agreed to, carried out in a process, cancelled, broken off."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Conflict, CountyError, DeviceError, NotAllowed
from countynet.events import Event
from countynet.i18n import language, set_language
from countynet.jobs import JobContext
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole, Role, ZoneName
from inventory.model import County
from playbooks.runner import book, catalogue, dispatch, process
from playbooks.runner.programs import PROGRAMS, job
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.run import Run
from playbooks.runner.states import AGREED, RunState
from playbooks.runner.store import RunRow
from playbooks.runner.warm import Warm
from playbooks.servers.run import Heard, HostResult

CENTER, OTHER, OPERATOR = Actor("bob", Role.CENTER), Actor("ann", Role.CENTER), Actor("amy", Role.OPERATOR)
Asked = Callable[..., Run]
AMY_GIVEN = {"devices": "cpe-001"}


class Fake:
    """Stands for a program: says a line, and ends as it is told."""

    end = Ended(True)

    def __init__(self) -> None:
        self.seen = list[Work]()

    def touches(self, county: County, playbook: object, names: tuple[str, ...]) -> tuple[str, ...]:
        return names or tuple(device.name for device in county.devices_in(DeviceRole.CPE))

    def run(self, work: Work) -> Ended:
        self.seen.append(work)
        work.heard(Heard("greet", "cpe-001", "ok", "hello"))
        return self.end


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake()
    monkeypatch.setitem(PROGRAMS, "action", found)
    monkeypatch.setattr(dispatch, "_start", lambda _settings, _number: None)
    return found


@pytest.fixture
def ask(settings: Settings, engine: Engine, county: County, fake: Fake) -> Asked:
    def asked(given: Mapping[str, str] | None = None, actor: Actor = OPERATOR) -> Run:
        return book.ask(settings, engine, county, "greet", given or {}, actor)

    return asked


def carried(settings: Settings, engine: Engine, run: Run) -> Run:
    """Begin what may begin and carry out a run in this process."""
    dispatch.once(settings, engine)
    assert book.get(engine, run.number).state is RunState.RUNNING
    process.carry(settings, engine, run.number)
    return book.get(engine, run.number)


def tags(engine: Engine, run: int) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Event.tag).where(Event.subject == f"run:{run}").order_by(Event.id)))


def test_a_look_is_followed_by_the_change_that_somebody_else_agrees_to(
    settings: Settings, engine: Engine, ask: Asked, fake: Fake
) -> None:
    fake.end = Ended(True, plan=7)
    look = carried(settings, engine, ask({"devices": "cpe-001", "key": "very-secret"}))
    assert (look.state, look.looks, look.given["key"]) == (RunState.DONE, True, "••••")
    change = book.carry_out(engine, look.number, OPERATOR)
    dispatch.once(settings, engine)
    assert book.get(engine, change.number).state is RunState.WAITING
    with pytest.raises(NotAllowed):
        book.approve(engine, change.number, OPERATOR)
    book.approve(engine, change.number, CENTER)
    fake.end = Ended(True, (HostResult("cpe-001", 3, 1),))
    done = carried(settings, engine, change)
    assert (done.state, done.approver, done.plan, done.hosts[0].changed) == (RunState.DONE, "bob", 7, 1)
    assert [(work.looks, work.plan, work.values["key"]) for work in fake.seen] == [
        (True, None, "very-secret"),
        (False, 7, "very-secret"),
    ]
    assert [line.words for line in book.lines(engine, done.number)] == ["hello"]
    assert tags(engine, done.number) == ["run.asked", "run.approved", "run.started", "run.done"]
    assert book.took(engine) == {"greet": done.seconds}


def test_a_secret_stands_nowhere_in_the_database(settings: Settings, engine: Engine, ask: Asked) -> None:
    carried(settings, engine, ask({"devices": "cpe-001", "key": "very-secret"}))
    engine.dispose()
    assert not [f for f in settings.state.rglob("*") if f.is_file() and b"very-secret" in f.read_bytes()]


def test_a_look_counts_for_a_day_for_its_own_person_and_only_when_it_ended_well(
    settings: Settings, engine: Engine, ask: Asked, fake: Fake
) -> None:
    look = ask()
    for actor, wrong in ((OPERATOR, Conflict), (Actor("joe", Role.OPERATOR), NotAllowed)):
        with pytest.raises(wrong):
            book.carry_out(engine, look.number, actor)
    carried(settings, engine, look)
    change = book.carry_out(engine, look.number, OPERATOR)
    with pytest.raises(Conflict):
        book.carry_out(engine, change.number, OPERATOR)
    aged(engine, look.number, ended=clock.now() - AGREED - timedelta(minutes=1))
    with pytest.raises(Conflict):
        book.carry_out(engine, look.number, OPERATOR)


def test_a_run_is_refused_with_a_reason_or_expires(settings: Settings, engine: Engine, ask: Asked) -> None:
    look = carried(settings, engine, ask(actor=CENTER))
    first, second = (book.carry_out(engine, look.number, CENTER) for _each in range(2))
    with pytest.raises(BadInput):
        book.refuse(engine, first.number, OTHER, "  ")
    assert book.refuse(engine, first.number, OTHER, "not today").words == "not today"
    with pytest.raises(Conflict):
        book.approve(engine, first.number, OTHER)
    aged(engine, second.number, asked=clock.now() - AGREED)
    dispatch.once(settings, engine)
    assert book.get(engine, second.number).state is RunState.EXPIRED


def test_failed_hosts_are_tried_again_alone(settings: Settings, engine: Engine, ask: Asked, fake: Fake) -> None:
    bad = HostResult("cpe-002", 1, 0, DeviceError("cpe-002", "does not answer SSH"))
    fake.end = Ended(False, (HostResult("cpe-001", 2), bad), "failed on one")
    failed = carried(settings, engine, ask())
    assert (failed.state, failed.failed) == (RunState.FAILED, ("cpe-002",))
    retry = book.again(engine, failed.number, OPERATOR)
    assert (retry.targets, retry.follows) == (("cpe-002",), failed.number)
    with pytest.raises(Conflict):
        book.again(engine, retry.number, OPERATOR)


def test_a_cancelled_run_ends_cancelled(settings: Settings, engine: Engine, ask: Asked, fake: Fake) -> None:
    queued = ask()
    assert book.cancel(engine, queued.number, OPERATOR).state is RunState.CANCELLED
    running = ask()

    class Slow(Fake):
        def run(self, work: Work) -> Ended:
            book.cancel(engine, running.number, CENTER)
            assert work.cancelled.wait(60)
            return Ended(False)

    PROGRAMS["action"] = Slow()
    assert carried(settings, engine, running).state is RunState.CANCELLED
    with pytest.raises(Conflict):
        book.cancel(engine, running.number, CENTER)
    assert tags(engine, running.number)[-2:] == ["run.cancel-asked", "run.cancelled"]


def test_a_run_whose_process_is_gone_is_broken_and_one_that_lives_is_not(
    settings: Settings, engine: Engine, ask: Asked
) -> None:
    lives, gone = ask({"devices": "cpe-001"}), ask({"devices": "cpe-002"})
    dispatch.once(settings, engine)
    folder = settings.state / "runs"
    folder.mkdir()
    for run in (lives, gone):
        aged(engine, run.number, started=clock.now() - timedelta(minutes=5))
    with (folder / f"{lives.number}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        dispatch.once(settings, engine)
    assert [book.get(engine, run.number).state for run in (lives, gone)] == [RunState.RUNNING, RunState.BROKEN]


def test_a_run_that_broke_off_tells_what_it_had_changed_in_the_language_of_who_asked(
    settings: Settings, engine: Engine, county: County, fake: Fake
) -> None:
    set_language("zh_CN")
    look = book.ask(settings, engine, county, "greet", AMY_GIVEN, OPERATOR)
    carried(settings, engine, look)
    run = book.carry_out(engine, look.number, OPERATOR)
    book.approve(engine, run.number, CENTER)
    set_language("en")
    dispatch.once(settings, engine)
    lines = process.Lines(engine, run.number)
    for outcome in ("ok", "changed"):
        lines(Heard(f"task {outcome}", "cpe-001", outcome))
    lines.flush()
    aged(engine, run.number, started=clock.now() - timedelta(minutes=5))
    dispatch.once(settings, engine)
    words = book.get(engine, run.number).words
    assert "cpe-001：在此之前已更改：task changed\n已完成的保留" in words
    assert "进程" in words.splitlines()[0]
    assert language() == "en"


def test_an_operator_stays_within_what_the_playbook_gives_to_operators(ask: Asked) -> None:
    assert ask({"devices": "core-1"}, CENTER).targets == ("core-1",)
    with pytest.raises(NotAllowed):
        ask({"devices": "core-1"}, OPERATOR)


def test_an_operator_who_names_no_server_means_those_that_are_theirs(county: County, settings: Settings) -> None:
    patches = catalogue.playbook(settings.county, "patch-servers")
    everything, theirs = (set(book.touches(settings, county, patches, {}, actor)) for actor in (CENTER, OPERATOR))
    assert theirs == {name for name in everything if county.host_by_name[name].zone is ZoneName.SERVER}
    assert theirs < everything
    with pytest.raises(NotAllowed):
        book.touches(settings, county, patches, {"servers": "pub-1"}, OPERATOR)


def test_a_unit_sees_its_own_runs_and_the_center_all(engine: Engine, ask: Asked) -> None:
    clerk, other = Actor("li", Role.UNIT, "u001"), Actor("wu", Role.UNIT, "u002")
    ask(actor=clerk)
    ask()
    assert [len(book.newest(engine, actor)) for actor in (clerk, other, OPERATOR, CENTER)] == [1, 0, 2, 2]


def test_a_unit_finds_its_runs_behind_those_of_others_and_goes_on_before_one(engine: Engine, ask: Asked) -> None:
    clerk = Actor("li", Role.UNIT, "u001")
    mine = [ask(actor=clerk).number, ask(actor=clerk).number]
    for _other in range(9):
        ask(actor=Actor("wu", Role.UNIT, "u002"))
    assert [run.number for run in book.newest(engine, clerk, 1)] == mine[1:]
    assert [run.number for run in book.newest(engine, OPERATOR, 2, before=mine[1])] == mine[:1]
    assert [run.number for run in book.newest(engine, CENTER, 2, before=mine[1] + 2)] == [mine[1] + 1, mine[1]]


def test_the_history_is_of_one_playbook_person_or_state(settings: Settings, engine: Engine, ask: Asked) -> None:
    first, second = carried(settings, engine, ask()), ask(actor=CENTER)
    wanted: tuple[dict[str, Any], ...] = (
        {"asker": "amy"}, {"state": "queued"}, {"playbook": "greet"}, {"playbook": "read"}
    )  # fmt: skip
    found = [[run.number for run in book.newest(engine, CENTER, **chosen)] for chosen in wanted]
    assert found == [[first.number], [second.number], [second.number, first.number], []]
    assert {name: run.number for name, run in book.latest(engine).items()} == {"greet": second.number}
    assert book.tallies(engine, first.number) == {"greet": {"ok": 1}}


def test_a_program_that_raises_leaves_a_run_that_has_failed(
    settings: Settings, engine: Engine, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask()
    dispatch.once(settings, engine)

    class Bad(Fake):
        def run(self, work: Work) -> Ended:
            raise CountyError("the vault is gone")

    PROGRAMS["action"] = Bad()
    monkeypatch.setattr(Settings, "load", lambda: settings)
    monkeypatch.setattr(process, "engine_of", lambda _settings: engine)
    assert process.main(run.number) == 1
    found = book.get(engine, run.number)
    assert (found.state, found.words) == (RunState.FAILED, "the vault is gone")


def test_a_run_that_only_looks_is_left_wherever_it_is_once_it_is_cancelled(
    settings: Settings, engine: Engine, ask: Asked
) -> None:
    run = ask()
    dispatch.once(settings, engine)
    looks = threading.Event()

    class Deaf(Fake):
        def run(self, work: Work) -> Ended:
            looks.set()
            threading.Event().wait(600)
            return Ended(True)

    def cancel() -> None:
        assert looks.wait(60)
        book.cancel(engine, run.number, CENTER)

    PROGRAMS["action"] = Deaf()
    threading.Thread(target=cancel).start()
    assert process.carry(settings, engine, run.number) is RunState.CANCELLED
    assert signal.getsignal(process.STOP) is signal.SIG_DFL


def test_a_job_of_another_room_runs_as_a_playbook(
    settings: Settings, engine: Engine, county: County, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        context.log(f"looking at {params['devices']}, cancelled: {context.cancelled()}")
        if params["devices"] == ["core-2"]:
            raise CountyError("core-2 is silent")
        return {"devices": 1, "names": ["core-1"]}

    monkeypatch.setattr(job, "_handler", lambda kind: handler)
    ends = dict[str, Run]()
    for device in ("core-1", "core-2"):
        ends[device] = carried(
            settings, engine, book.ask(settings, engine, county, "read", {"devices": device}, CENTER)
        )
    assert (ends["core-1"].state, ends["core-1"].words) == (RunState.DONE, "devices: 1")
    assert (ends["core-2"].state, ends["core-2"].words) == (RunState.FAILED, "core-2 is silent")
    assert book.lines(engine, ends["core-1"].number)[0].task == "looking at ['core-1'], cancelled: False"


def aged(engine: Engine, run: int, **times: Any) -> None:
    """Set a run's times back, past the events."""
    with engine.begin() as connection:
        connection.execute(update(RunRow).where(RunRow.id == run).values(times))


def test_a_started_process_holds_its_lock_until_it_dies(settings: Settings, engine: Engine, county: County) -> None:
    run = book.ask(settings, engine, county, "read", {"devices": "cpe-001"}, CENTER)
    os.mkfifo(settings.state / "vantage")  # whoever asks for it where it stands waits for ever
    dispatch.once(settings, engine)
    row, file = RunRow(id=run.number, started=clock.now() - timedelta(minutes=5)), settings.state / "runs" / "1.lock"
    warm = dispatch.WARM.pid
    dispatch.WARM.rest(now=True)
    assert dispatch.WARM.pid is None
    assert dispatch._alive(file, row), "a run lives on when the process that it was forked of ends"
    assert soon(lambda: file.read_text() not in ("", str(warm)))
    dispatch._kill(file)
    assert soon(lambda: not dispatch._alive(file, row))


def test_a_run_is_begun_though_the_warm_process_was_killed(settings: Settings, tmp_path: Path) -> None:
    warm, environment = Warm(), {**os.environ, "COUNTYNET_COUNTY": str(settings.county)}
    ends = list[int]()
    for number in (1, 2, 3):
        with (tmp_path / f"{number}.lock").open("a+") as lock, (tmp_path / f"{number}.log").open("ab") as log:
            warm.begin(number, environment, lock, log.fileno())
        assert soon(partial(_fails, tmp_path / f"{number}.log"))
        ends.append(warm.pid or 0)
        if number == 2:
            os.kill(ends[-1], signal.SIGKILL)
            os.waitid(os.P_PID, ends[-1], os.WEXITED | os.WNOWAIT)
    warm.rest(now=True)
    assert ends[0] == ends[1] != ends[2], "one process for several runs, another when it is gone"


def _fails(log: Path) -> bool:
    return "Traceback" in log.read_text()


def soon(check: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something becomes so."""
    end = time.monotonic() + seconds
    while not check() and time.monotonic() < end:
        time.sleep(0.05)
    return check()
