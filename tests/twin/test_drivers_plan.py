"""Plans and `config apply` of vendors' devices: several simulated ones, each on its own management address."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.errors import Conflict
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import load_county, running
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device import drivers
from playbooks.device.lock import only_one
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.device.service import fetch
from playbooks.plan.apply import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Wish, make, undo
from playbooks.plan.model import DeviceState, Plan, PlanState, Policy
from tests.twin.drivers_county import in_a_row, mixed_settings
from tests.twin.drivers_row import Row
from topology.twin.vendor.dialogues import DIALOGUES

AMY = Actor("amy", Role.CENTER)
HASTY = Limits(connect=2, sign_in=5, command=20, settle=2, device=60)
STATION = "10.255.0.12/24"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return mixed_settings(tmp_path_factory.mktemp("vendors"))


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return load_county(settings.county)


@pytest.fixture(scope="module")
def chosen(county: County) -> tuple[str, ...]:
    """One CPE and one switch of each platform that can be simulated."""
    kinds = dict[tuple[str, bool], str]()
    for device in county.devices:
        if device.platform in DIALOGUES and device.role.value in ("cpe", "building", "datacenter", "aggregation"):
            kinds.setdefault((device.platform, device.role.value == "cpe"), device.name)
    return tuple(kinds.values())


@pytest.fixture(scope="module")
def row(settings: Settings, county: County, chosen: tuple[str, ...]) -> Iterator[Row]:
    with in_a_row(settings, county, chosen) as started:
        yield started


@pytest.fixture(scope="module")
def ready(county: County, settings: Settings, row: Row, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Have every device as the inventory says."""
    results = configure(county, settings, chosen, limits=HASTY)
    assert not [result.error for result in results if result.error]
    assert all(result.changed and result.via == "in-band" for result in results)
    return chosen


@pytest.fixture
def said(settings: Settings, ready: tuple[str, ...]) -> Iterator[None]:
    """The inventory says something else for the length of a test."""
    repository = Repository(settings)
    before = repository.state()["hosts", "station"]["address"]
    repository.commit([Set("hosts", "station", "address", STATION)], Author("Amy", "amy"), "try it")
    yield
    repository.commit([Set("hosts", "station", "address", before)], Author("Amy", "amy"), "back again")  # type: ignore[arg-type]


def planned(settings: Settings, chosen: tuple[str, ...], policy: Policy = Policy.STOP) -> Plan:
    return make(settings, Wish("carl", policy, 60), [f"name={','.join(chosen)}"], limits=HASTY)


def approved(settings: Settings, plan: Plan) -> int:
    Book.open(settings).approve(plan.number, AMY)
    return plan.number


def applied(settings: Settings, number: int) -> tuple[Entry, list[str]]:
    told: list[str] = []
    entry = apply(settings, number, lambda device, text: told.append(f"{device}: {text}"), actor="amy", limits=HASTY)
    return entry, told


def masked(county: County, settings: Settings, chosen: tuple[str, ...]) -> dict[str, str]:
    return {name: result.masked for name, result in fetch(county, settings, chosen, limits=HASTY).items()}


def differing(county: County, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the differences of meaning."""
    found = [drivers.of(county.device_by_name[name]).difference(text, after[name]) for name, text in before.items()]
    return [difference for difference in found if difference]


def states(entry: Entry) -> set[DeviceState]:
    return {device.state for device in entry.devices.values()}


def command(settings: Settings, *words: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), "plan", *words]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_a_second_run_changes_nothing(county: County, settings: Settings, ready: tuple[str, ...]) -> None:
    results = configure(county, settings, ready, limits=HASTY)
    assert [(r.changed, r.error) for r in results] == [(False, None)] * len(ready)


def test_fetched_twice_nothing_differs_and_no_secret_is_kept_in_clear(
    county: County, settings: Settings, ready: tuple[str, ...]
) -> None:
    assert masked(county, settings, ready) == masked(county, settings, ready)
    secrets = Secrets.load(settings)
    values = [secrets.get(name).get_secret_value().encode() for name in secrets.names() if "public" not in name]
    for file in (f for f in running.folder(settings).rglob("*") if f.is_file()):
        assert not any(value in file.read_bytes() for value in values), file


def test_a_plan_is_applied_and_taken_back_exactly(
    county: County, settings: Settings, ready: tuple[str, ...], said: None
) -> None:
    before = masked(county, settings, ready)
    plan = planned(settings, ready)
    assert {change.revert for change in plan.devices} <= {"delayed-reload", "commit-delay", "revert-timer"}
    assert all(change.seconds == 60 and change.do.lines and change.undo.lines for change in plan.devices)
    entry, told = applied(settings, approved(settings, plan))
    assert (entry.state, states(entry)) == (PlanState.DONE, {DeviceState.DONE}), told
    assert all("10.255.0.12" in text for text in masked(county, settings, ready).values())
    back = undo(settings, plan.number, Wish("carl", seconds=60, undoes=plan.number), limits=HASTY)
    entry, told = applied(settings, approved(settings, back))
    assert entry.state is PlanState.DONE, {name: device.error for name, device in entry.devices.items()}
    assert not differing(county, before, masked(county, settings, ready))


def test_a_plan_is_stale_when_somebody_typed_at_the_device(
    county: County, settings: Settings, row: Row, ready: tuple[str, ...], said: None
) -> None:
    number = approved(settings, planned(settings, ready))
    named = "sysname" if county.device_by_name[ready[0]].platform in ("huawei_vrp", "h3c_comware") else "hostname"
    row.order(ready[0], do="type", lines=[f"{named} meddled"])
    with pytest.raises(Conflict, match=f"{ready[0]}: runs something else since"):
        applied(settings, number)
    assert not [r.error for r in configure(county, settings, ready[:1], limits=HASTY) if r.error]


def test_one_that_lies_is_taken_back_with_all_the_others(
    county: County, settings: Settings, row: Row, ready: tuple[str, ...], said: None
) -> None:
    before = masked(county, settings, ready)
    number = approved(settings, planned(settings, ready, Policy.UNDO_ALL))
    tiers = Book.open(settings).get(number).plan.tiers
    liar = tiers[-1][-1]
    row.order(liar, faults={"lie": r".*10\.255\.0\.12.*"})
    entry, told = applied(settings, number)
    row.order(liar, faults={"lie": ""})
    assert entry.devices[liar].state is DeviceState.REVERTED, told
    assert "still differs" in entry.devices[liar].error
    assert states(entry) <= {DeviceState.REVERTED, DeviceState.UNDONE, DeviceState.WAITING}
    assert not differing(county, before, masked(county, settings, ready))


def test_after_kill_9_show_knows_what_each_device_has(
    county: County, settings: Settings, row: Row, ready: tuple[str, ...], said: None
) -> None:
    before = masked(county, settings, ready[:1])
    number = approved(settings, planned(settings, ready[:1]))
    row.order(ready[0], faults={"rate": 8000})
    process = command(settings, "apply", str(number))
    assert process.stderr
    for line in process.stderr:
        if line.endswith(f"{ready[0]}: changing\n"):
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    row.order(ready[0], faults={"rate": 0})
    row.order(ready[0], do="ring")
    deadline = time.monotonic() + 60
    known = {"state": "changing"}
    while known["state"] == "changing" and time.monotonic() < deadline:
        shown = command(settings, "show", str(number), "--json")
        out, err = shown.communicate(timeout=60)
        assert shown.returncode == 0, err
        known = json.loads(out)["devices"][ready[0]]
    assert known["state"] == "reverted", known
    assert not differing(county, before, masked(county, settings, ready[:1]))


def test_config_apply_waits_for_no_plan_that_is_being_applied(
    county: County, settings: Settings, ready: tuple[str, ...]
) -> None:
    with only_one(settings), pytest.raises(Conflict, match="another plan is being applied"):
        configure(county, settings, ready, limits=HASTY)
    assert all(not result.error for result in configure(county, settings, ready, limits=HASTY, check=True))
