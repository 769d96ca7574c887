"""The devices' logs are followed: nothing missed or read twice, and who said what has a look queued."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import open_database, reading
from countynet.jobs import Job
from countynet.schedules import ticks
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county, running
from inventory.model import County
from playbooks.backup import jobs
from playbooks.drift import follow, store
from playbooks.drift.follow import Follower

EXAMPLE = Path(follow.__file__).parents[2] / "inventory" / "example"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(EXAMPLE)


@pytest.fixture
def follower(tmp_path: Path, county: County) -> Iterator[Follower]:
    settings = Settings(county=tmp_path / "county", language="en")
    Secrets.create(settings, {"a": "b"})
    engine = open_database(settings)
    yield Follower(settings, engine, county)
    engine.dispose()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def asked(folder: Path) -> Callable[[str], str]:
    def ask(command: str) -> str:
        words = command.replace("/var/log/devices", str(folder))
        return subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True).stdout

    return ask


def line(user: str = "carl", later: float = 0.0, source: str = "10.9.9.9") -> str:
    at = (clock.now() + timedelta(seconds=later)).isoformat()
    return f"{at} {at} 10.255.0.7 local7.notice %SYS-5-CONFIG_I: Configured from console by {user} on vty0 ({source})\n"


def add(folder: Path, text: str, name: str = "cpe-001") -> None:
    with (folder / f"{name}.log").open("a") as file:
        file.write(text)


def users(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(store.MessageRow.user).order_by(store.MessageRow.id)))


def queued(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(job.actor, job.body) for job in session.query(Job).order_by(Job.id)]


def test_the_clockwork_knows_of_logs_and_backups() -> None:
    assert (ticks()["device-logs"], ticks()["backup"]) == (follow.tick, jobs.tick)


def test_what_stood_there_before_the_first_look_is_past(follower: Follower, logs: Path) -> None:
    add(logs, line())
    assert follower.turn(asked(logs)) == 0
    add(logs, line("dora"))
    assert follower.turn(asked(logs)) == 1
    assert follower.turn(asked(logs)) == 0
    assert users(follower.engine) == ["dora"]


def test_a_file_that_comes_later_is_read_from_its_start_and_half_a_line_waits(follower: Follower, logs: Path) -> None:
    assert follower.turn(asked(logs)) == 0
    whole = line("dora")
    add(logs, whole[:40])
    assert follower.turn(asked(logs)) == 0
    add(logs, whole[40:])
    assert follower.turn(asked(logs)) == 1


def test_a_rotated_file_is_read_to_its_end(follower: Follower, logs: Path) -> None:
    add(logs, line())
    follower.turn(asked(logs))
    add(logs, line("dora"))
    (logs / "cpe-001.log").rename(logs / "cpe-001.log.1")
    add(logs, line("emil"))
    assert follower.turn(asked(logs)) == 2
    assert users(follower.engine) == ["dora", "emil"]


def test_much_at_once_is_taken_in_turns(follower: Follower, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MOST", 400)
    follower.turn(asked(logs))
    add(logs, "".join(line(f"u{number}") for number in range(9)))
    turns = [follower.turn(asked(logs)) for _number in range(9)]
    assert sum(turns) == 9
    assert max(turns) <= 2


def test_a_device_that_says_it_was_changed_is_looked_at_once(follower: Follower, logs: Path) -> None:
    follower.turn(asked(logs))
    add(logs, line() + line("dora"))
    follower.turn(asked(logs))
    actor, body = queued(follower.engine)[0]
    assert actor == "dora@cpe-001"
    assert body == '{"about":"carl from 10.9.9.9, dora from 10.9.9.9","cause":"said","devices":["cpe-001"]}'
    add(logs, line() + line("dora"))
    follower.turn(asked(logs))
    assert len(queued(follower.engine)) == 1


def test_who_is_named_in_one_line_of_several_is_named(follower: Follower, logs: Path) -> None:
    follower.turn(asked(logs))
    at = clock.now().isoformat()
    head = f"{at} {at} 10.255.0.7 local7.notice sw %%10"
    add(logs, f"{head}SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=10.0.0.9-User=bob; Command is vlan 10\n")
    add(logs, f"{head}CFGMAN/5/CFGMAN_CFGCHANGED: -EventIndex=6-CommandSource=1; Configuration changed.\n")
    assert follower.turn(asked(logs)) == 2
    ((actor, body),) = queued(follower.engine)
    assert (actor, '"about":"bob from 10.0.0.9"' in body) == ("bob@cpe-001", True)


def test_what_the_station_did_and_what_was_looked_at_since_gives_no_reason_to_look(
    follower: Follower, logs: Path, county: County
) -> None:
    follower.turn(asked(logs))
    add(logs, line(source=str(county.station.address.ip)))
    running.save(follower.settings, {"cpe-001": ("a\n", "a\n")})
    add(logs, line(later=-60))
    assert follower.turn(asked(logs)) == 2
    assert queued(follower.engine) == []
    add(logs, line(later=60))
    follower.turn(asked(logs))
    assert len(queued(follower.engine)) == 1


def test_a_change_while_the_device_was_being_read_is_looked_at_again(follower: Follower, logs: Path) -> None:
    follower.turn(asked(logs))
    running.save(follower.settings, {"cpe-001": ("a\n", "a\n")})
    add(logs, line(later=-3))
    follower.turn(asked(logs))
    assert len(queued(follower.engine)) == 1


def test_who_is_in_no_inventory_is_not_heard(follower: Follower, logs: Path) -> None:
    follower.turn(asked(logs))
    add(logs, line(), "unknown")
    assert follower.turn(asked(logs)) == 0


def test_old_messages_are_forgotten(follower: Follower, logs: Path) -> None:
    follower.turn(asked(logs))
    add(logs, line() + line("dora", later=-201 * 86400.0))
    follower.turn(asked(logs))
    assert users(follower.engine) == ["carl"]


def test_backups_begin_with_the_first_and_come_when_due(follower: Follower) -> None:
    settings, engine = follower.settings, follower.engine
    jobs.tick(settings, engine, clock.now() + timedelta(days=9))
    assert queued(engine) == []
    running.save(settings, {"cpe-001": ("a\n", "a\n")})
    jobs.tick(settings, engine, clock.now() + timedelta(hours=23))
    assert queued(engine) == []
    jobs.tick(settings, engine, clock.now() + timedelta(hours=25))
    jobs.tick(settings.model_copy(update={"backup_hours": 0}), engine, clock.now() + timedelta(days=9))
    assert queued(engine) == [("schedule", '{"cause":"schedule","devices":[]}')]
    jobs.tick(settings, engine, clock.now() + timedelta(hours=1))
    assert len(queued(engine)) == 1
    assert os.path.exists(settings.state / "running")
