"""Plans of vendors' devices over a poor line, with another host key on the way, and for secrets alone."""

from collections.abc import Callable, Iterator

import pytest

from countynet.errors import Conflict
from countynet.i18n import set_language
from countynet.secrets import Secrets
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.hostkeys import HostKeys, known_hosts
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.device.vouched import Reason
from playbooks.drift.report import look
from playbooks.plan.apply import apply
from playbooks.plan.book import Entry
from playbooks.plan.make import Wish, make
from playbooks.plan.model import DeviceState, Plan, PlanState
from tests.twin.drivers_fleet import Fleet

PATIENT = Limits(connect=30, sign_in=60, command=120, settle=10, device=600, in_band=120)
COUNTDOWN = 600
"""seconds until a device takes a change back by itself: no test here waits for it"""
STATIONS = ("10.255.0.12/24", "10.255.0.13/24", "10.255.0.14/24")


def two(county: County) -> tuple[str, ...]:
    """Return a CPE of Huawei and one of H3C."""
    cpes = sorted(county.cpe_by_unit.items())
    return tuple(next(c.name for _unit, c in cpes if c.platform == p) for p in ("huawei_vrp", "h3c_comware"))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    set_language("en")
    found = Fleet(tmp_path_factory.mktemp("line"), two)
    try:
        results = configure(found.county, found.settings, found.names, limits=PATIENT)
        assert not [result.error for result in results if result.error]
        yield found
    finally:
        found.down()


def planned(fleet: Fleet, station: str, *names: str) -> Plan:
    """Plan another address of the station, and have it approved."""
    edit = Set("hosts", "station", "address", station)
    Repository(fleet.settings).commit([edit], Author("Amy", "amy"), "moved")
    only = [f"name={','.join(names)}"]
    plan = make(fleet.settings, Wish("carl", seconds=COUNTDOWN), only, limits=PATIENT)
    fleet.approved(plan.number)
    return plan


def applied(fleet: Fleet, number: int, told: Callable[[str, str], None] = lambda _d, _t: None) -> Entry:
    set_language("en")
    return apply(fleet.settings, number, told, actor="amy", limits=PATIENT)


def test_a_change_over_2_mbit_that_loses_one_packet_in_a_hundred_works(fleet: Fleet) -> None:
    vrp, _h3c = fleet.names
    with fleet.row.poor_line("2mbit", 1) as lost:
        number = planned(fleet, STATIONS[0], vrp).number
        entry = applied(fleet, number)
        assert entry.state is PlanState.DONE, entry.devices
        assert lost() > 0


def test_another_host_key_between_plan_and_apply_is_named_and_the_others_go_on(fleet: Fleet) -> None:
    vrp, h3c = fleet.names
    number = planned(fleet, STATIONS[1], vrp, h3c).number
    before = fleet.row.order(h3c, ask="running")["text"]
    fleet.row.order(h3c, do="rekey")
    entry = applied(fleet, number)
    states = {name: one.state for name, one in entry.devices.items()}
    assert states == {vrp: DeviceState.DONE, h3c: DeviceState.UNREACHED}
    assert "another host key" in entry.devices[h3c].error
    assert entry.state is PlanState.STOPPED
    assert fleet.row.order(h3c, ask="running")["text"] == before
    HostKeys(known_hosts(fleet.settings)).forget((h3c,))
    assert applied(fleet, number).state is PlanState.DONE


def test_another_host_key_while_the_plan_is_under_way_is_named_and_nothing_is_typed_there(fleet: Fleet) -> None:
    plan = planned(fleet, STATIONS[2], *fleet.names)
    first, last = plan.tiers[0][0], plan.tiers[-1][-1]
    assert first != last
    before = fleet.row.order(last, ask="running")["text"]

    def swap(device: str, text: str) -> None:
        if (device, text) == (first, "testing"):
            fleet.row.order(last, do="rekey")

    entry = applied(fleet, plan.number, swap)
    assert (entry.devices[first].state, entry.state) == (DeviceState.DONE, PlanState.STOPPED)
    assert "another host key" in entry.devices[last].error
    assert entry.devices[last].state is DeviceState.WAITING
    assert fleet.row.order(last, ask="running")["text"] == before
    HostKeys(known_hosts(fleet.settings)).forget((last,))
    assert applied(fleet, plan.number).state is PlanState.DONE


def test_secrets_that_alone_were_changed_are_drift_a_plan_and_in_force_then(fleet: Fleet) -> None:
    secrets = Secrets.load(fleet.settings)
    values = {name: secrets.get(name).get_secret_value() for name in secrets.names()}
    old, new = values["snmp/auth"], values["snmp/auth"][::-1]
    Secrets.create(fleet.settings, {**values, "snmp/auth": new})
    only = [f"name={','.join(fleet.names)}"]
    looked = look(fleet.settings, only, limits=PATIENT)
    assert {drift.device: drift.moved for drift in looked.drifts} == dict.fromkeys(fleet.names, "inventory")
    plan = make(fleet.settings, Wish("carl", seconds=COUNTDOWN), only, limits=PATIENT)
    assert {secret.reason for change in plan.devices for secret in change.secrets} == {Reason.CHANGED}
    assert not any(value in plan.body() for value in (old, new))
    entry = applied(fleet, fleet.approved(plan.number))
    assert entry.state is PlanState.DONE, entry.devices
    for name in fleet.names:
        text = fleet.row.order(name, ask="running")["text"]
        assert (new in text, old in text) == (True, False), name
    assert look(fleet.settings, only, limits=PATIENT).clean
    with pytest.raises(Conflict, match="nothing to plan"):
        make(fleet.settings, Wish("carl"), only, limits=PATIENT)
