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
from tests.twin.drivers_fleet import AMPLE, HASTY, Fleet

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
    plan = make(fleet.settings, Wish("carl", seconds=AMPLE), [f"name={','.join(fleet.names)}"], limits=HASTY)
    number, dead = fleet.approved(plan.number), fleet.names[MANY - DEAD :]
    alive = {*fleet.names} - {*dead}
    addresses = [str(fleet.county.device_by_name[name].management) for name in dead]
    fleet.row.less(*addresses)
    entry = applied(fleet, number)
    found = {name: (one.state, one.error) for name, one in entry.devices.items()}
    assert {name for name, (state, _error) in found.items() if state is DeviceState.UNREACHED} == set(dead), found
    assert {name for name, (state, _error) in found.items() if state is DeviceState.DONE} == alive, [
        found[name] for name in alive
    ]
    assert entry.state is PlanState.STOPPED
    assert all(entry.devices[name].error for name in dead)
    fleet.row.also(*addresses)
    entry = applied(fleet, number)
    missing = {name: (one.state, one.error) for name, one in entry.devices.items() if one.state is not DeviceState.DONE}
    assert missing == {}
    assert entry.state is PlanState.DONE
