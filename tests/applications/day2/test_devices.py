"""One device: exchanged for another box, restored to an older version, its unit quarantined and released."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from countynet import works
from countynet.db import open_database, reading
from countynet.errors import Conflict
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory.record import Author, Repository, Set
from inventory.running import Cause, Why
from monitoring import read as monitor
from monitoring.poller import run as poll
from monitoring.poller.watch import Pace
from playbooks.backup import history
from playbooks.backup.take import take
from playbooks.day2.bare import way
from playbooks.device.hostkeys import known_hosts
from playbooks.runner import book as runner
from playbooks.runner import dispatch
from playbooks.runner.states import RunState
from tests.announced import announced
from tests.applications.day2.scene import AMY, Scene, standing
from tests.applications.killed import family, kill, until
from topology import twin
from topology.twin.state import Places

PACE = Pace(ping=0.2, poll=2, neighbours=4, look=0.5)
UNIT, CPE, PC, GATEWAY = "u025", "cpe-025", "pc-025", "10.21.25.1"
BOX = {"device": CPE, "serial": "YL-NEW-1", "reason": "burnt out"}


@pytest.fixture
def engine(scene: Scene) -> Iterator[Engine]:
    found = open_database(scene.settings)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("devices"), UNIT) as found:
        yield found


def test_a_unit_is_quarantined_until_it_is_released_whatever_else_is_planned(scene: Scene) -> None:
    reason = {"unit": UNIT, "reason": "ransomware seen"}
    assert scene.answers(PC, GATEWAY)
    look = scene.look("quarantine-unit", reason)
    assert f"the plan would change {CPE}" in look
    assert scene.answers(PC, GATEWAY)
    assert scene.through("quarantine-unit", reason).good
    assert not scene.answers(PC, GATEWAY)
    assert scene.run("to-inventory", {"devices": CPE}, looks=True).plan is None
    assert scene.run("quarantine-unit", reason).good
    assert scene.through("release-unit", {"unit": UNIT, "reason": "cleaned"}).good
    assert scene.answers(PC, GATEWAY)


def test_a_box_is_exchanged_once_the_old_one_is_gone(scene: Scene, engine: Engine) -> None:
    with pytest.raises(Conflict, match="still answers in band"):
        scene.run("replace-device", BOX)
    twin.power_off(scene.settings, CPE)
    with pytest.raises(Conflict, match="nothing answers"):
        scene.run("replace-device", BOX)
    assert Repository(scene.settings).county().device_by_name[CPE].serial != BOX["serial"]
    Places(scene.settings).disk(CPE).unlink()  # another box: nothing of ours is on its disk
    twin.power_on(scene.settings, CPE)
    _other_key(scene)
    _answering(scene, "staging")
    runs = scene.ran("replace-device", BOX)
    assert "a bare box answers" in scene.words
    assert runs[-1].state is RunState.DONE, (runs[-1].words, scene.words)
    assert announced(engine) == [((CPE,), (UNIT,))]
    assert Repository(scene.settings).county().device_by_name[CPE].serial == BOX["serial"]
    assert way(scene.settings, scene.county, CPE) == "in-band"
    assert scene.answers(PC, GATEWAY)
    again = scene.ran("replace-device", BOX)[-1]
    assert (again.state, [host.changed for host in again.hosts]) == (RunState.DONE, [0])
    assert len(announced(engine)) == 1, "what an earlier run has done is not announced again"


def test_a_device_is_restored_to_a_version_though_the_first_run_of_it_is_killed(scene: Scene, engine: Engine) -> None:
    """Whoever comes after says so, and closes the window; silence is an alarm and a fault again; the rerun restores."""
    assert not [one.error for one in take(scene.settings, _why(), [f"name={CPE}"]) if one.error]
    first = history.versions(scene.settings, CPE)[0]
    moved = Set("hosts", "station", "address", "10.255.0.12/24")
    Repository(scene.settings).commit([moved], Author("amy"), "the station moves")
    end = scene.run("to-inventory", {"devices": CPE}, looks=True)
    assert end.plan is not None
    scene.approve(end.plan)
    assert scene.run("to-inventory", {"devices": CPE}, plan=end.plan).good
    wanted = {"device": CPE, "at": first.commit[:12]}
    assert "10.255.0.12" in scene.look("restore-device", wanted)
    killed = _killed(scene, engine, wanted)
    twin.power_off(scene.settings, CPE)
    with polling(scene.settings):
        until(lambda: _state(engine) is LineState.DOWN, "the poller sees it")
        assert (set(works.covered(engine)), _wrong(engine)) == ({CPE}, (False, False)), "the killed run's window holds"
        until(lambda: _looked_after(scene, engine, killed), "whoever comes after finds it gone")
        assert runner.get(engine, killed).state is RunState.BROKEN
        assert works.standing(engine, "run:") == frozenset()
        until(lambda: _wrong(engine) == (True, True), "silence is an alarm and a fault again")
    twin.power_on(scene.settings, CPE)
    _answering(scene, "in-band")
    runs = [again := scene.end(engine, runner.again(engine, killed, AMY)), *scene.rest(engine, again)]
    assert runs[-1].state is RunState.DONE, (runs[-1].words, scene.words)
    assert {devices for devices, _units in announced(engine)} == {(CPE,)}
    newest = history.versions(scene.settings, CPE)[0]
    assert "10.255.0.12" not in history.original(scene.settings, newest).get_secret_value()


def _killed(scene: Scene, engine: Engine, wanted: dict[str, str]) -> int:
    """Kill a run that restores a device as soon as its window is open; return its number."""
    look = scene.end(engine, runner.ask(scene.settings, engine, scene.county, "restore-device", wanted, AMY))
    waits = scene.end(engine, runner.carry_out(engine, look.number, AMY))
    assert waits.plan is not None, waits.words
    scene.approve(waits.plan)
    number = runner.again(engine, waits.number, AMY).number
    dispatch.once(scene.settings, engine)
    until(lambda: works.covered(engine), "it begins")
    kill(family(scene.settings, number))
    assert works.standing(engine, "run:") == {f"run:{number}"}, "it was killed in the middle"
    until(lambda: not dispatch.lives(scene.settings, number), "its lock is let go")
    return number


def _looked_after(scene: Scene, engine: Engine, number: int) -> bool:
    """Have the runner look, as a command line or the worker does; whether the run has ended by that."""
    dispatch.once(scene.settings, engine)
    return runner.get(engine, number).over


def _state(engine: Engine) -> LineState | None:
    with reading(engine) as session:
        line = monitor.lines(session).get(UNIT)
        return line.state if line else None


def _wrong(engine: Engine) -> tuple[bool, bool]:
    """Return whether an alarm of the unit is open, and whether a fault is."""
    with reading(engine) as session:
        board = monitor.board(session)
    return any(alarm.unit == UNIT for alarm in board.alarms), any(fault.unit == UNIT for fault in board.faults)


@contextmanager
def polling(settings: Settings) -> Iterator[None]:
    """Have the county polled by a thread for the length of a block."""
    over = threading.Event()
    thread = threading.Thread(target=poll, args=(settings, over.is_set, PACE))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(60)
    assert not thread.is_alive()


def _why() -> Why:
    return Why("amy", Cause.MANUAL)


def _other_key(scene: Scene) -> None:
    """Have the recorded host key be another than that of the box: in the twin all boxes share one."""
    file = known_hosts(scene.settings)
    lines = [line.split() for line in file.read_text().splitlines()]
    changed = [[name, kind, key[::-1] if name == CPE else key] for name, kind, key in lines]
    file.write_text("".join(" ".join(line) + "\n" for line in changed))


def _answering(scene: Scene, wanted: str) -> None:
    deadline = time.monotonic() + 120
    while way(scene.settings, scene.county, CPE) != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.5)
