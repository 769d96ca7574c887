"""A plan is rehearsed on a twin of its own beside the one that is the county: what would go wrong is seen there."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countynet.db import open_database, reading
from countynet.events import Event
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import running
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.results import Limits
from playbooks.device.service import fetch
from playbooks.plan.book import Book
from playbooks.plan.make import Wish, make
from playbooks.plan.model import PlanState
from playbooks.rehearsal.run import PREFIX, _sweep
from tests.twin.desk import Desk, said, standing

HASTY = Limits(connect=2, sign_in=5, command=20, settle=6, device=60)
CPE = "cpe-002"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with standing(tmp_path_factory.mktemp("try"), 3) as found:
        fetch(found.county, found.settings)
        yield found


@pytest.fixture(scope="module")
def settings(desk: Desk) -> Settings:
    return desk.settings


@pytest.fixture(scope="module")
def county(desk: Desk) -> County:
    return desk.county


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def tried(settings: Settings, plan: int) -> tuple[int, dict[str, Any]]:
    return said(settings, "try", str(plan))


def planned(settings: Settings, edit: Set, seconds: int = 60) -> int:
    Repository(settings).commit([edit], Author("Amy", "amy"), "try it")
    return make(settings, Wish("carl", seconds=seconds), [f"name={CPE}"], limits=HASTY).number


def test_a_good_plan_is_good_there_and_nothing_of_the_county_is_touched(county: County, settings: Settings) -> None:
    before = running.original(settings, CPE).get_secret_value()
    number = planned(settings, Set("hosts", "station", "address", "10.255.0.12/24"))
    code, found = tried(settings, number)
    assert code == 0, found
    assert (found["state"], found["devices"]) == ("done", [{"device": CPE, "state": "done", "error": ""}])
    assert found["probes"] > 100
    assert not [probe for probe in found["deviations"] if probe["new"]]
    assert Book.open(settings).get(number).state is PlanState.OPEN
    assert fetch(county, settings, [CPE])[CPE].error is None  # the county's own twin stands as it stood
    assert running.original(settings, CPE).get_secret_value() == before
    with reading(open_database(settings)) as session:
        assert "plan.tried" in {event.tag for event in session.query(Event)}


def children() -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"playbooks.rehearsal.child" in words and b"unshare" not in words:
            found.append(place.name)
    return found


def test_killed_it_takes_its_twin_along_and_the_next_one_sweeps_up(county: County, settings: Settings) -> None:
    number = planned(settings, Set("hosts", "station", "address", "10.255.0.13/24"))
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), "try", str(number)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr
    for line in process.stderr:
        if "bringing the devices" in line:
            break
    assert children()
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while children() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert children() == []
    left = set(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))
    assert left
    _sweep()
    assert not [place for place in left if place.exists()]


def test_a_plan_that_cuts_a_device_off_fails_there(county: County, settings: Settings) -> None:
    number = planned(settings, Set("circuits", "line-002", "link", "10.20.250.0/29"), 10)
    code, found = tried(settings, number)
    assert (code, found["state"]) == (1, "stopped"), found
    assert [(d["device"], d["state"]) for d in found["devices"]] == [(CPE, "reverted")]
    assert found["devices"][0]["error"]
