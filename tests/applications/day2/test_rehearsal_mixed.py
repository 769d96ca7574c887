"""A plan of vendors' devices is rehearsed on a twin of simulated ones: a good one is good, a bad one is found.

The county's own are simulated in one namespace without a data plane: that is enough to make plans from.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from countynet.i18n import set_language
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.service import apply as configure
from playbooks.plan.make import Ground, Wish, toward
from playbooks.plan.model import Plan
from tests.twin.drivers_fleet import HASTY, Fleet


def chosen(county: County) -> tuple[str, ...]:
    """Return a VRP CPE behind a line of its own, and a building switch of Ruijie and of H3C that carry little."""
    cpe = next(c for unit, c in sorted(county.cpe_by_unit.items()) if c.platform == "huawei_vrp")
    switches = [
        min((d for d in county.devices if d.platform == platform and d.role.value == "building"), key=lambda d: d.name)
        for platform in ("ruijie", "h3c_comware")
    ]
    return (cpe.name, *(switch.name for switch in switches))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    set_language("en")
    found = Fleet(tmp_path_factory.mktemp("try-mixed"), chosen)
    try:
        results = configure(found.county, found.settings, found.names, limits=HASTY)
        assert not [result.error for result in results if result.error]
        yield found
    finally:
        found.down()


def planned(fleet: Fleet) -> Plan:
    """Plan another address of the station for all of them, and the CPE open besides."""
    edit = Set("hosts", "station", "address", "10.255.0.12/24")
    Repository(fleet.settings).commit([edit], Author("Amy", "amy"), "try it")
    wanted = {name: str(text) for name, text in Ground.at(fleet.settings).intended(fleet.names).items()}
    cpe = fleet.names[0]
    opened = re.sub(r"(?m)^( +action) deny$", r"\1 permit", wanted[cpe])
    assert opened != wanted[cpe]
    return toward(fleet.settings, Wish("carl", seconds=600, restores="long ago"), wanted | {cpe: opened}, limits=HASTY)


def tried(fleet: Fleet, plan: int) -> tuple[int, dict[str, Any]]:
    out, err = (process := fleet.command("try", str(plan), "--units", "2", "--json")).communicate(timeout=500)
    assert out, err
    return process.returncode, json.loads(out)


def test_a_plan_for_three_makers_is_carried_out_there_and_what_it_opens_is_found(fleet: Fleet) -> None:
    plan = planned(fleet)
    assert {change.device for change in plan.devices} == set(fleet.names)
    code, found = tried(fleet, plan.number)
    assert found["devices"] == [{"device": name, "state": "done", "error": ""} for name in fleet.names], found["error"]
    assert (code, found["state"]) == (1, "done"), found
    assert [probe for probe in found["deviations"] if probe["new"]]
