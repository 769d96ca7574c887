"""A plan over twelve vendors' devices of which nine died since: three have it, the others are named and follow."""

from collections.abc import Iterator

import pytest

from countynet.i18n import set_language
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.service import apply as configure
from playbooks.plan.apply import apply
from playbooks.plan.book import Entry
from playbooks.plan.make import Wish, make
from playbooks.plan.model import DeviceState, PlanState
from tests.twin.drivers_fleet import HASTY, Fleet

MANY, DEAD = 12, 9


def some(county: County) -> tuple[str, ...]:
    """Return devices of all vendors."""
    found = [d.name for d in county.devices if d.platform != "linux" and d.role.value == "cpe"]
    by_platform = {county.device_by_name[name].platform: name for name in reversed(found)}
    return tuple(dict.fromkeys((*by_platform.values(), *found)))[:MANY]


@pytest.fixture
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    set_language("en")
    found = Fleet(tmp_path_factory.mktemp("dead"), some)
    try:
        results = configure(found.county, found.settings, found.names, limits=HASTY)
        assert not [result.error for result in results if result.error]
        yield found
    finally:
        found.down()


def applied(fleet: Fleet, number: int) -> Entry:
    return apply(fleet.settings, number, lambda _device, _text: None, actor="amy", limits=HASTY)


def test_the_living_have_the_plan_the_dead_are_named_and_get_it_by_a_rerun(fleet: Fleet) -> None:
    said = Set("hosts", "station", "address", "10.255.0.12/24")
    Repository(fleet.settings).commit([said], Author("Amy", "amy"), "moved")
    plan = make(fleet.settings, Wish("carl"), [f"name={','.join(fleet.names)}"], limits=HASTY)
    number, dead = fleet.approved(plan.number), fleet.names[MANY - DEAD :]
    addresses = [str(fleet.county.device_by_name[name].management) for name in dead]
    fleet.row.less(*addresses)
    entry = applied(fleet, number)
    assert {name for name, one in entry.devices.items() if one.state is DeviceState.UNREACHED} == set(dead)
    assert {name for name, one in entry.devices.items() if one.state is DeviceState.DONE} == set(fleet.names) - set(
        dead
    )
    assert entry.state is PlanState.STOPPED
    assert all(entry.devices[name].error for name in dead)
    fleet.row.also(*addresses)
    entry = applied(fleet, number)
    assert {one.state for one in entry.devices.values()} == {DeviceState.DONE}, {
        name: one.error for name, one in entry.devices.items()
    }
    assert entry.state is PlanState.DONE
