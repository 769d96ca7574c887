"""Messages, drift, backups and restores of vendors' devices: simulated ones, a real rsyslogd, our own commands."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from countynet.db import open_database
from countynet.i18n import set_language
from countynet.worker import handlers, run_one
from inventory import running
from inventory.model import County
from inventory.running import Why
from playbooks.backup import history, restore
from playbooks.backup.around import apply
from playbooks.backup.take import take
from playbooks.device import drivers
from playbooks.device.service import apply as configure
from playbooks.device.service import fetch
from playbooks.drift.follow import Follower
from playbooks.drift.messages import Kind, understand
from playbooks.plan.model import PlanState
from tests.twin.drivers_fleet import HASTY, Fleet, until

"""real seconds of a second of the devices: a loaded machine is to be done before they take a change back"""
CHANGES = {
    "huawei_vrp": ("interface {port}", "description changed by bob", "quit"),
    "h3c_comware": ("interface {port}", "description changed by bob", "quit"),
    "cisco_ios": ("interface {port}", "description changed by bob", "exit"),
    "ruijie": ("interface {port}", "description changed by bob", "exit"),
}


def kinds(county: County) -> tuple[str, ...]:
    """Return one device of each platform and role that tell different things."""
    found = dict[tuple[str, str], str]()
    for device in county.devices:
        if device.platform in CHANGES and device.role.value in ("cpe", "building", "aggregation"):
            found.setdefault((device.platform, device.role.value), device.name)
    return tuple(found.values())


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    set_language("en")
    found = Fleet(tmp_path_factory.mktemp("drift"), kinds)
    try:
        results = configure(found.county, found.settings, found.names, limits=HASTY)
        assert not [result.error for result in results if result.error]
        assert {result.via for result in results} == {"staging"}
        yield found
    finally:
        found.down()


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def change(fleet: Fleet, name: str) -> str:
    """Have bob change a description at the console; return the port."""
    device = fleet.county.device_by_name[name]
    port = device.ports[-1]
    lines = [line.format(port=port) for line in CHANGES[device.platform]]
    fleet.row.order(name, do="type", lines=lines, user="bob", address="10.9.9.9")
    return port


def test_what_is_kept_of_a_device_that_came_up_over_staging_has_the_port_shut(fleet: Fleet) -> None:
    for name in fleet.names:
        driver = drivers.of(fleet.county.device_by_name[name])
        kept = running.original(fleet.settings, name).get_secret_value()
        assert driver.difference(kept, fleet.row.order(name, ask="startup")["text"]) == "", name


def test_what_each_device_sends_of_a_change_names_who_and_from_where(fleet: Fleet) -> None:
    for name in fleet.names:
        change(fleet, name)

    def told(name: str) -> bool:
        heard = [said for said in map(understand, fleet.log(name)) if said]
        return any((s.kind, s.user, s.source) == (Kind.CHANGED, "bob", "10.9.9.9") for s in heard)

    assert until(lambda: all(told(name) for name in fleet.names)), {n: fleet.log(n)[-3:] for n in fleet.names}
    for name in fleet.names:
        for said in map(understand, fleet.log(name)):
            assert said is None or said.platform in (fleet.county.device_by_name[name].platform, "cisco_ios")
    assert not [r.error for r in configure(fleet.county, fleet.settings, fleet.names, limits=HASTY) if r.error]


@pytest.fixture(scope="module")
def followed(fleet: Fleet) -> Iterator[Follower]:
    """The county's logs, read to their end; every device as intended, and kept."""
    engine = open_database(fleet.settings)
    found = Follower(fleet.settings, engine, fleet.county)
    found.turn(fleet.ask)
    take(fleet.settings, Why("carl"), [f"name={','.join(fleet.names)}"], limits=HASTY)
    yield found
    engine.dispose()


def drift(fleet: Fleet, *names: str) -> tuple[int, dict[str, Any]]:
    code, report = fleet.said("drift", "--only", f"name={','.join(names)}")
    assert not report["errors"], report["errors"]
    return code, {one["device"]: one for one in report["drift"]}


def applied(fleet: Fleet, number: int) -> None:
    told: list[str] = []
    said = lambda device, text: told.append(f"{device}: {text}")  # noqa: E731
    entry = apply(fleet.settings, fleet.approved(number), said, actor="amy", limits=HASTY)
    errors = {name: device.error for name, device in entry.devices.items() if device.error}
    assert entry.state is PlanState.DONE, "\n".join([*told, str(errors)])


def test_as_intended_nothing_drifts_and_a_second_backup_is_no_version(fleet: Fleet, followed: Follower) -> None:
    before = {name: len(history.versions(fleet.settings, name)) for name in fleet.names}
    assert drift(fleet, *fleet.names) == (0, {})
    taken = take(fleet.settings, Why("carl"), [f"name={','.join(fleet.names)}"], limits=HASTY)
    assert not [one for one in taken if one.changed or one.error]
    assert {name: len(history.versions(fleet.settings, name)) for name in fleet.names} == before
    for name in fleet.names:
        one, other = (fetch(fleet.county, fleet.settings, [name], limits=HASTY)[name].masked for _again in range(2))
        assert one == other


def test_who_changed_a_device_is_named_and_a_plan_brings_it_back(fleet: Fleet, followed: Follower) -> None:
    ports = {name: change(fleet, name) for name in fleet.names}
    assert until(lambda: all("bob" in "".join(fleet.log(name)[-3:]) for name in fleet.names))
    followed.turn(fleet.ask)
    while run_one(fleet.settings, followed.engine, handlers()):
        pass
    for name in fleet.names:
        newest = history.versions(fleet.settings, name)[0]
        assert (newest.actor, newest.cause, newest.about) == (f"bob@{name}", "said", "bob from 10.9.9.9")
    code, found = drift(fleet, *fleet.names)
    assert (code, set(found)) == (1, set(fleet.names))
    for name, one in found.items():
        assert {(d["field"], d["running"]) for d in one["differences"]} == {
            (f"interfaces[{ports[name]}].description", "changed by bob")
        }, one["differences"]
        assert one["moved"] == "device"
        assert {(p["who"], p["from"]) for p in one["people"] if p["did"] == "changed"} >= {("bob", "10.9.9.9")}
    code, answer = fleet.said("drift", *(word for name in fleet.names for word in ("--restore", name)))
    assert (code, sorted(answer["devices"])) == (0, sorted(fleet.names))
    applied(fleet, answer["plan"])
    assert drift(fleet, *fleet.names) == (0, {})


def test_a_vlan_and_an_entry_of_an_access_list_are_drift_and_are_taken_back(fleet: Fleet, followed: Follower) -> None:
    name = next(n for n in fleet.names if fleet.county.device_by_name[n].role == "aggregation")
    running = fleet.row.order(name, ask="running")["text"]
    acl = re.findall(r"(?m)^acl advanced name \S+", running)[0]
    lines = ["vlan 999", "quit", acl, "rule 0 permit ip", "quit"]
    fleet.row.order(name, do="type", lines=lines, user="bob", address="10.9.9.9")
    code, found = drift(fleet, name)
    fields = {d["field"] for d in found[name]["differences"]}
    assert code == 1
    assert "vlans[999]" in fields
    assert any(field.startswith("filters[") for field in fields), fields
    code, answer = fleet.said("drift", "--restore", name)
    applied(fleet, answer["plan"])
    assert drift(fleet, name) == (0, {})


def is_bare(fleet: Fleet, version: history.Version) -> bool:
    return restore.look(fleet.settings, version, HASTY).bare


def test_a_device_goes_back_to_a_time_by_a_plan_and_a_box_in_its_place_at_once(
    fleet: Fleet, followed: Follower
) -> None:
    for platform in ("huawei_vrp", "h3c_comware", "cisco_ios"):  # the last one tells nobody its SNMP keys
        name = fleet.by_platform(platform)
        good = history.versions(fleet.settings, name)[0]
        change(fleet, name)
        take(fleet.settings, Why("carl"), [f"name={name}"], limits=HASTY)
        assert "changed by bob" in history.text(fleet.settings, history.latest(fleet.settings, name))
        code, answer = fleet.said("restore", name, "--at", good.commit)
        assert (code, answer["bare"]) == (0, False)
        applied(fleet, answer["plan"])
        assert drift(fleet, name) == (0, {})

        fleet.row.order(name, do="factory")
        assert until(partial(is_bare, fleet, good))
        code, answer = fleet.said("restore", name, "--at", good.commit, "--yes")
        assert (code, answer.get("done")) == (0, True), answer
        assert drift(fleet, name) == (0, {})
        taken = take(fleet.settings, Why("carl"), [f"name={name}"], limits=HASTY)
        assert [(one.changed, one.error) for one in taken] == [(False, None)]
