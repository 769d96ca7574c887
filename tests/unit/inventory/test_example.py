"""The example county is what the issue says: 120 units, three office buildings on fiber, real-sounding people."""

import math
import re
import time
from collections import Counter

from countynet.vocabulary import Access, DeviceRole, UnitKind
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.model import County

HAN = re.compile(r"^[一-鿿]{2,4}$")


def test_there_are_exactly_120_units(county: County) -> None:
    assert len(county.units) == 120
    assert [u.id for u in county.units] == [f"u{n:03d}" for n in range(1, 121)]
    assert len({u.name for u in county.units}) == len({u.name_en for u in county.units}) == 120


def test_three_office_buildings_have_fiber_and_the_rest_adsl(county: County) -> None:
    fiber = Counter(u.building for u in county.units if county.circuit_by_unit[u.id].access is Access.FIBER)
    assert fiber == {"admin": 14, "finance": 5, "justice": 5}
    assert sum(c.access is Access.ADSL for c in county.circuits) == 96
    assert all(c.down_kbps == c.up_kbps == 10240 for c in county.circuits if c.access is Access.FIBER)


def test_all_kinds_and_twenty_townships(county: County) -> None:
    kinds = Counter(u.kind for u in county.units)
    assert set(kinds) == set(UnitKind) - {UnitKind.VILLAGE, UnitKind.BRANCH}
    assert kinds[UnitKind.TOWNSHIP] == 20
    assert 18 <= sum(u.may_browse for u in county.units) <= 25


def test_people_are_240_different_persons_whose_numbers_ring_nowhere(county: County) -> None:
    people = [p for u in county.units for p in (u.leader, u.officer) if p]
    assert len({p.name for p in people}) == len({p.telephone for p in people}) == 240
    assert all(HAN.match(p.name) for p in people)
    assert all(p.telephone.startswith(("0609-", "169")) for p in [*people, county.plan.operator])


def test_treasury_belongs_to_finance(county: County) -> None:
    parents = {u.name: county.unit_by_id[u.parent].name for u in county.units if u.parent}
    assert parents["清岚县国库支付中心"] == "清岚县财政局"
    assert len(parents) > 30


def test_towns_lie_over_sixty_kilometres(county: County) -> None:
    north = [b.latitude * 111.2 for b in county.buildings]
    east = [b.longitude * 111.2 * math.cos(math.radians(30.36)) for b in county.buildings]
    assert 50 < max(north) - min(north) < 70
    assert 50 < max(east) - min(east) < 70


def test_devices_are_132_of_the_roles_of_the_contract(county: County) -> None:
    assert Counter(d.role for d in county.devices) == {
        DeviceRole.CORE: 2,
        DeviceRole.FIREWALL: 2,
        DeviceRole.VPN_HUB: 1,
        DeviceRole.AGGREGATION: 3,
        DeviceRole.BUILDING: 3,
        DeviceRole.DATACENTER: 1,
        DeviceRole.CPE: 120,
    }
    assert len({d.serial for d in county.devices}) == 132


def test_each_building_switch_has_at_least_four_idle_ports(county: County) -> None:
    used = {(e.node, e.port) for c in county.cables for e in (c.a, c.b)}
    for switch in county.devices_in(DeviceRole.BUILDING):
        assert sum((switch.name, port) not in used for port in switch.ports) >= 4


def test_loading_takes_well_under_a_second() -> None:
    begin = time.process_time()
    load_county(EXAMPLE)
    assert time.process_time() - begin < 0.6
