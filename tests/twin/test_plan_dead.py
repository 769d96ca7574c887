"""A county in which most units' devices have no power: the others are changed, the dead are named, in bounded time."""

import json
from collections.abc import Iterator

import pytest

from countynet.i18n import set_language
from playbooks.device.results import Limits
from playbooks.plan.book import Book
from playbooks.plan.make import Wish, make
from playbooks.plan.model import DeviceState, PlanState
from tests.twin.desk import AMY, STATION, Desk, standing, states
from topology import twin

UNITS, DEAD = 24, 20


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("dead"), UNITS) as found:
        yield found


def patience(devices: int) -> float:
    """Seconds that a plan may wait for dead devices by its limits, however many there are: they are asked at once."""
    limits = Limits()
    rounds = -(-devices // limits.workers)
    return rounds * limits.connect


def test_twenty_of_twenty_four_are_dead_and_the_others_have_the_plan(desk: Desk) -> None:
    cpes = [device.name for device in desk.county.devices if device.name.startswith("cpe-")]
    assert len(cpes) == UNITS
    desk.say(STATION)
    plan = make(desk.settings, Wish("carl"), ["role=cpe"])
    assert not plan.unread
    Book.open(desk.settings).approve(plan.number, AMY)
    dead, alive = cpes[:DEAD], cpes[DEAD:]
    for name in dead:
        twin.power_off(desk.settings, name)
    process = desk.command("apply", str(plan.number), "--json")
    out, err = process.communicate(timeout=patience(UNITS) + 240)
    assert process.returncode == 1, err
    entry = Book.open(desk.settings).get(plan.number)
    assert entry.state is PlanState.STOPPED
    assert states(entry) == {
        **dict.fromkeys(dead, DeviceState.UNREACHED),
        **dict.fromkeys(alive, DeviceState.DONE),
    }, err
    devices = json.loads(out)["devices"]
    assert all(name in devices[name]["error"] and "answers SSH neither" in devices[name]["error"] for name in dead)


def test_a_plan_made_while_they_are_dead_names_them_and_holds_the_others(desk: Desk) -> None:
    desk.unsay()
    plan = make(desk.settings, Wish("carl"), ["role=cpe"])
    assert (len(plan.devices), len(plan.unread)) == (UNITS - DEAD, DEAD)


def test_once_they_have_power_again_the_rerun_does_what_is_missing(desk: Desk) -> None:
    dead = [device.name for device in desk.county.devices if device.name.startswith("cpe-")][:DEAD]
    desk.say(STATION)
    for name in dead:
        twin.power_on(desk.settings, name)
    for name in dead:
        desk.on(name, "systemctl is-system-running --wait")
    number = next(e.plan.number for e in Book.open(desk.settings).newest(9) if len(e.plan.devices) == UNITS)
    entry, told = desk.apply(number, limits=Limits())
    assert entry.state is PlanState.DONE, told
    assert sorted(line.partition(":")[0] for line in told if line.endswith(": changing")) == sorted(dead)
