"""The example county is what the issue says: 120 units, three office buildings on fiber, real-sounding people.

Every section has something in it, so that each page and rule has something to show.
"""

import math
import re
import time
from collections import Counter
from datetime import date

from countynet.vocabulary import Access, DeviceRole, RolloutPhase, Strength, UnitKind
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.load import SECTIONS, examine
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


def test_nothing_is_wrong_with_it_nor_to_be_put_right() -> None:
    examined = examine(EXAMPLE, date(2026, 11, 25))
    assert {p.strength for p in examined.problems} == {Strength.ADVICE}
    assert {p.rule for p in examined.problems} == {"mac-missing", "rule-unoffered"}


def test_every_section_has_something_in_it(county: County) -> None:
    assert [name for name in SECTIONS if not getattr(county, name)] == ["quarantine", "held_ports"]


def test_a_unit_s_values_stand_at_its_number(county: County) -> None:
    """As allocation gives them, so that a new unit's look like its neighbours'."""
    pools = county.plan.pools
    assert pools is not None
    assert pools.ipv6 is not None
    own = int(pools.ipv6.network_address)
    for unit in county.units:
        line, cpe, n = county.circuit_by_unit[unit.id], county.cpe_by_unit[unit.id], unit.number
        assert str(unit.lan) == f"10.21.{n}.0/24"
        assert str(line.link) == (f"10.20.{n}.0/29" if line.access is Access.FIBER else f"100.64.{n}.0/30")
        assert line.vlan == (100 + n if line.access is Access.FIBER else None)
        assert (str(cpe.management), str(cpe.staging)) == (f"10.255.16.{n}", f"172.31.16.{n}")
        assert unit.lan6 is not None
        assert int(unit.lan6.network_address) == own + (n << 64)
        assert line.link6 is not None
        assert int(line.link6.network_address) == own + (0xFFFE << 64) + 4 * n
        assert int(cpe.management6 or 0) == own + (0xFFFF << 64) + n
    assert all(device.management6 for device in county.devices)


def test_half_of_the_units_have_their_terminals_bound(county: County) -> None:
    macs = [t.mac for u in county.units for t in u.terminals if t.mac]
    assert len(macs) == len(set(macs)) == 60
    assert all(int(mac[:2], 16) & 3 == 2 for mac in macs), "locally administered, of one computer"


def test_every_line_is_under_a_contract(county: County) -> None:
    lines = [line.contract for line in county.circuits] + [line.contract for line in county.backup_lines]
    assert [sum(contract.covers(number) for contract in county.contracts) for number in lines] == [1] * 126


def test_the_roll_out_has_come_as_far_as_its_phases(county: County) -> None:
    assert [phase.id for phase in county.phases] == list(RolloutPhase)
    assert sum(len(batch.units) for batch in county.batches) == 120
    done = Counter(stone.phase for unit in county.units for stone in unit.milestones if stone.done)
    assert done[RolloutPhase.CONNECT] == 120 > done[RolloutPhase.PARTIAL_TRIAL] > done[RolloutPhase.FULL_TRIAL] == 24
    assert {present.unit for t in county.trainings for present in t.attendance} == set(county.unit_by_id)


def test_every_device_has_a_type_and_those_of_the_center_a_place_in_a_rack(county: County) -> None:
    types = {kind.slug for kind in county.device_types}
    assert {device.type for device in county.devices} == types
    center = [device for device in county.devices if device.role is not DeviceRole.CPE]
    assert all(device.rack and device.position for device in center)
    assert all(device.life.warranty_until for device in county.devices)


def test_its_files_keep_their_comments() -> None:
    for file in EXAMPLE.glob("*.yml"):
        assert file.read_text("utf-8").startswith("# "), file.name
