"""A device of a twin of chosen units is changed by hand: hardening shows what it would do, mends it, then is still."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from audit import evidence, read
from audit.fix import service
from countynet.db import open_database, reading
from countynet.events import Event
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.vocabulary import Role, Verdict
from dashboard.users.service import Accounts
from inventory import load_county
from inventory.create import PRIVATE_KEY
from playbooks.backup.around import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.model import PlanState
from playbooks.plan.show import lines
from playbooks.runner import book
from playbooks.runner.follow import follow
from playbooks.runner.states import RunState
from tests.applications.day2.scene import AMY, Scene, standing
from topology import twin
from topology.twin.standing import standing as present
from topology.twin.wiring import namespace

UNITS = ("u025", "u027")
CPE, OTHER = "cpe-025", "cpe-027"
DROP_IN = "/etc/ssh/sshd_config.d/countynet.conf"
BY_HAND, RIGHT = "MaxAuthTries 20", "MaxAuthTries 3"
CHECKS = ("ssh-settings", "no-drift")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("harden"), *UNITS) as found:
        Accounts(open_database(found.settings)).create(AMY.name, Role.CENTER, None, "test", "correct-horse-1")
        yield found


def by_hand(scene: Scene, key: Path, script: str) -> None:
    """Sign in from the station as people do, and change the device."""
    key.touch(mode=0o600)
    key.write_text(Secrets.load(scene.settings).get(PRIVATE_KEY).get_secret_value())
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    address = scene.county.device_by_name[CPE].management
    words = ["ssh", "-i", str(key), *options, f"netadmin@{address}", script]
    station = namespace(scene.county.station.name)
    done = subprocess.run(["ip", "netns", "exec", station, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def failing(scene: Scene, check: str) -> set[str]:
    """Return what fails a check in the newest audit, which is the last hardening's."""
    engine = open_database(scene.settings)
    with reading(engine) as session:
        newest = read.runs(session, 1)[0].id
    return set(service.failing(scene.settings, engine, newest, check))


def plans(scene: Scene) -> tuple[Entry, ...]:
    return Book.open(scene.settings).newest(20)


def test_the_units_that_were_chosen_are_the_county_s_part_that_stands(scene: Scene) -> None:
    whole = load_county(scene.settings.county)
    assert {unit.id for unit in present(scene.settings, whole).units} == set(UNITS)


def test_hardening_shows_what_it_would_change_and_touches_no_device(scene: Scene, tmp_path: Path) -> None:
    by_hand(scene, tmp_path / "key", f"sed -i 's/^{RIGHT}$/{BY_HAND}/' {DROP_IN} && sshd -t && systemctl reload ssh")
    end = scene.run("harden", {})
    assert end.good, end
    assert not [one for one in scene.words.splitlines() if "what was read of it last counts" in one]
    assert all(CPE in failing(scene, check) for check in CHECKS)
    assert not any(OTHER in failing(scene, check) for check in CHECKS)
    (made,) = plans(scene)
    shown = "\n".join(lines(made))
    assert [change.device for change in made.plan.devices] == [CPE]
    assert f"-{BY_HAND}\n+{RIGHT}" in shown
    assert BY_HAND in scene.on(CPE, f"cat {DROP_IN}"), "a plan that nobody approved changes nothing"

    again = scene.run("harden", {})
    assert (again.good, plans(scene)) == (True, (made,))
    assert f"plans that are still open: {made.plan.number}" in again.words


def test_the_plan_mends_it_once_it_is_approved_and_a_second_run_finds_and_plans_nothing(scene: Scene) -> None:
    (made,) = plans(scene)
    scene.approve(made.plan.number)
    done = apply(scene.settings, made.plan.number, lambda _device, _words: None, actor=AMY.name)
    assert done.state is PlanState.DONE, "\n".join(lines(done))
    assert RIGHT in scene.on(CPE, f"cat {DROP_IN}")
    end = scene.run("harden", {})
    assert end.good, end
    assert not any(failing(scene, check) for check in CHECKS), end.words
    assert "plans made: -" in end.words
    assert len(plans(scene)) == 1


def test_a_run_collects_evidence_of_all_that_answers_and_names_a_device_that_is_silent(scene: Scene) -> None:
    engine = open_database(scene.settings)
    twin.power_off(scene.settings, OTHER)
    try:
        asked = book.ask(scene.settings, engine, scene.county, "collect-evidence", {}, AMY)
        run = follow(scene.settings, engine, asked.number, AMY, lambda _line: None)
    finally:
        twin.power_on(scene.settings, OTHER)
    assert (run.state, set(run.defaulted)) == (RunState.DONE, {"profile", "isolation"}), run.words
    with reading(engine) as session:
        newest = read.latest(session)
        event = session.scalars(select(Event).where(Event.tag == "audit.run").order_by(Event.id.desc())).first()
    assert newest is not None
    assert event is not None
    assert f"audit {newest.id}:" in run.words
    assert (event.actor, newest.actor, newest.unknown > 0) == (AMY.name, AMY.name, True)
    files: dict[str, str] = event.data["evidence"]
    for name in files.values():
        assert evidence.load(scene.settings, name)  # whole, by its hash
    assert {f"config:{CPE}", f"config:{OTHER}"} <= files.keys()  # what was read of the silent one last is kept, too
    asked_live = next(check for check in newest.checks if check.info.id == "snmp-community")
    silent = {point.subject for point in asked_live.points if point.verdict is Verdict.UNKNOWN}
    assert silent == {OTHER}, asked_live.findings
    assert asked_live.passed == len(scene.county.devices) - 1
    engine.dispose()
