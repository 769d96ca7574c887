"""Where rules could go wrong: deep and looped nesting, last days, pools to the brim, numbers that begin alike."""

from datetime import date, timedelta
from ipaddress import ip_network

import pytest

from countynet.vocabulary import UnitKind
from inventory.model import County
from inventory.validate import RULES, findings
from inventory.validate.finding import overlaps
from inventory.validate.references import rings
from tests.unit.inventory.validate.changed import both, but, life, plus, pools, whole
from tests.unit.inventory.validate.test_rules import TODAY
from tests.unit.inventory.validate.unit_cases import below

BY_ID = {rule.id: rule for rule in RULES}


def count(rule: str, county: County, today: date = TODAY) -> int:
    return sum(1 for _finding in BY_ID[rule].run(county, today))


def nested(county: County, depth: int, top: str) -> County:
    """A chain of villages below a unit, the deepest first in the file."""
    villages = [
        county.units[0].model_copy(
            update={"id": f"v{n}", "kind": UnitKind.VILLAGE, "parent": f"v{n - 1}" if n > 1 else top}
        )
        for n in range(depth, 0, -1)
    ]
    return whole(county, units=(*villages, *county.units))


def test_villages_nest_without_limit(county: County) -> None:
    deep = nested(county, 5_000, "u120")
    assert count("village-township", deep) == 0
    assert count("unit-references", deep) == 0


def test_a_chain_that_ends_at_no_township_is_told_for_each(county: County) -> None:
    assert count("village-township", nested(county, 40, "u001")) == 40
    assert count("village-township", nested(county, 40, "u999")) == 40


def test_villages_in_a_ring_end(county: County) -> None:
    ring = both(below("u121", "village", "u122"), below("u122", "village", "u121"))(county)
    assert count("village-township", ring) == 2
    assert count("unit-references", ring) == 2


def test_rings_are_told_from_what_hangs_on_them() -> None:
    assert rings({"a": "b", "b": "c", "c": "b", "d": None, "e": "d", "f": "nobody"}) == {"b", "c"}
    assert rings({"a": "a"}) == {"a"}
    assert rings({f"n{i}": f"n{i + 1}" for i in range(20_000)}) == set()


@pytest.mark.parametrize(
    ("days", "over", "soon"), [(-1, 1, 0), (0, 0, 1), (90, 0, 1), (91, 0, 0)], ids=["past", "last day", "soon", "later"]
)
def test_a_last_day_is_still_a_day(county: County, days: int, over: int, soon: int) -> None:
    day = TODAY + timedelta(days=days)
    changed = but("certificates", "cert-001-leader", expires_on=day)(county)
    assert (count("paper-expired", changed), count("paper-expiring", changed)) == (over, soon)
    changed = but("contracts", "QLDX-2026-A", ends=day)(county)
    assert (count("contract-ended", changed), count("contract-ending", changed)) == (over, soon)
    changed = life("core-1", support_until=day)(county)
    assert (count("support-ended", changed), count("support-ending", changed)) == (over, soon)


def test_what_happens_today_is_no_future(county: County) -> None:
    changed = but("units", "u002", connected_on=TODAY)(county)
    assert count("connected-later", changed) == 0


def test_a_year_is_enough_for_a_backup_to_be_restored(county: County) -> None:
    for days, found in ((365, 0), (366, 1)):
        changed = but("backup_jobs", "backup-portal", restored_on=TODAY - timedelta(days=days))(county)
        assert count("backup-stale", changed) == found


def test_quarantine_ends_on_its_first_free_day(county: County) -> None:
    held = {"id": "vlan 800", "kind": "vlan", "value": "800", "was": "x"}
    for days, found in ((0, 1), (1, 0)):
        changed = plus("quarantine", held | {"until": TODAY + timedelta(days=days)})(county)
        assert count("quarantine-ended", changed) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "2"),
        ("vlan", "102"),
        ("network", "10.21.2.0/24"),
        ("network", "10.20.2.0/29"),
        ("address", "10.255.16.2"),
        ("address", "172.31.16.2"),
        ("port", "sw-admin:p02"),
        ("name", "cpe-002"),
        ("name", "u002"),
    ],
)
def test_nothing_that_is_held_back_may_be_in_use(county: County, kind: str, value: str) -> None:
    freed = {"id": f"{kind} {value}", "kind": kind, "value": value, "was": "x", "until": "2027-01-01"}
    assert count("quarantine-in-use", plus("quarantine", freed)(county)) == 1


@pytest.mark.parametrize(("last", "used_up", "nearly"), [(124, 1, 0), (125, 0, 1), (126, 0, 1), (130, 0, 0)])
def test_a_pool_to_the_brim(county: County, last: int, used_up: int, nearly: int) -> None:
    changed = pools(vlans=[101, last])(county)
    assert (count("pool-exhausted", changed), count("pool-nearly", changed)) == (used_up, nearly)


def test_what_is_held_back_fills_a_pool_too(county: County) -> None:
    held = {"id": "vlan 125", "kind": "vlan", "value": "125", "was": "x", "until": "2027-01-01"}
    assert count("pool-exhausted", both(pools(vlans=[101, 125]), plus("quarantine", held))(county)) == 1


@pytest.mark.parametrize("pool", ["lans", "fiber_links", "adsl_links", "management", "staging"])
def test_a_pool_of_any_shape_can_be_judged(county: County, pool: str) -> None:
    for shape in ({"prefix": "10.0.0.0/8", "length": 8}, {"prefix": "192.0.2.0/32", "length": 8, "every": 32}):
        list(findings(pools(**{pool: shape})(county), TODAY))


def test_numbers_that_begin_alike_are_no_contract(county: County) -> None:
    assert count("line-uncovered", but("circuits", "line-002", contract="QLDX-2026-")(county)) == 1
    assert count("line-uncovered", but("circuits", "line-002", contract="XQLDX-2026-G")(county)) == 1
    assert count("line-uncovered", but("circuits", "line-002", contract="QLDX-2026-G")(county)) == 0


def test_without_contracts_no_line_needs_one(county: County) -> None:
    assert count("line-uncovered", whole(county, contracts=())) == 0


@pytest.mark.parametrize(
    ("networks", "found"),
    [
        (["10.0.0.0/24", "10.0.1.0/24"], 0),
        (["10.0.0.0/24", "10.0.0.0/24"], 1),
        (["10.0.0.0/8", "10.1.0.0/16", "10.200.0.0/16", "11.0.0.0/8"], 2),
        (["fd00::/48", "fd00:0:0:1::/64", "fd00:0:1::/48"], 1),
        (["0.0.0.0/0", "::/0", "fd00::/8"], 1),
        (["::a00:0/120", "10.0.0.0/24"], 0),
    ],
)
def test_networks_of_both_families_overlap_with_their_own_only(networks: list[str], found: int) -> None:
    for order in (networks, networks[::-1]):
        items = [(("x", i), ip_network(text)) for i, text in enumerate(order)]
        assert len(list(overlaps(items))) == found


def test_a_pool_that_lies_in_an_ipv6_lan_is_seen_in_management(county: County) -> None:
    changed = but("units", "u002", lan6="fdc3:7e1a:94d2:ffff::/64")(county)
    assert count("ipv6-management-inside", changed) == 132


def test_racks_of_half_units(county: County) -> None:
    """A device of half a unit takes one; two beside each other in one unit are two in one place."""
    changed = both(
        but("devices", "cpe-001", rack="rack-1", position=1), but("devices", "cpe-002", rack="rack-1", position=1)
    )(county)
    assert count("rack-overlap", changed) == 1


def zeroed(county: County) -> County:
    """The county without anything that it may have."""
    optional = ("sites", "racks", "device_types", "contracts", "seals", "batches", "phases", "applications", "contacts")
    empty: dict[str, object] = dict.fromkeys(
        (*optional, "certificates", "trainings", "backup_lines", "backup_jobs"), ()
    )
    return whole(county, security_equipment=(), plan=county.plan.model_copy(update={"pools": None}), **empty)


def test_a_county_that_keeps_less_is_told_only_what_names_what_is_gone(county: County) -> None:
    """An old folder, of before there were sites and contracts, has no duty to have them."""
    bare = zeroed(county)
    devices = [device.model_copy(update={"type": None, "rack": None, "position": None}) for device in bare.devices]
    buildings = [building.model_copy(update={"site": None}) for building in bare.buildings]
    old = whole(bare, devices=tuple(devices), buildings=tuple(buildings))
    assert {f.problem.rule for f in findings(old, TODAY)} == {"mac-missing", "rule-unoffered"}


def test_certificates_that_follow_each_other_are_fine(county: County) -> None:
    old = county.certificates[0]
    new = {**dict(old), "id": "new", "serial": "abcd", "issued_on": old.expires_on + timedelta(days=1)}
    changed = plus("certificates", new | {"expires_on": old.expires_on + timedelta(days=400)})(county)
    assert count("certificate-several", changed) == 0
