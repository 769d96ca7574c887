"""A subset has every sort of unit before it has two of one."""

from datetime import date

import pytest

from countynet.errors import BadInput
from countynet.vocabulary import Access, DeviceRole, Strength
from inventory import subset
from inventory.model import County
from inventory.validate import findings


def test_twelve_units_are_mixed(county: County) -> None:
    small = subset(county, 12)
    assert len(small.units) == len(small.circuits) == 12
    sorts = {(small.circuit_by_unit[u.id].access, u.may_browse) for u in small.units}
    assert sorts == {(access, browse) for access in (Access.FIBER, Access.ADSL) for browse in (True, False)}
    assert {"admin", "finance", "justice"} <= {u.building for u in small.units}
    assert len(small.devices_in(DeviceRole.CPE)) == 12
    assert len(small.devices) == 24
    assert len(small.cables) == 174 - 108 - (24 - 6)


def test_what_is_kept_is_unchanged(county: County) -> None:
    small = subset(county, 12)
    for unit in small.units:
        assert unit.model_copy(update={"parent": None}) == county.unit_by_id[unit.id].model_copy(
            update={"parent": None}
        )
        assert unit.parent is None or unit.parent in small.unit_by_id
    assert set(small.devices) <= set(county.devices)


def test_as_many_or_more_is_the_county(county: County) -> None:
    assert subset(county, 120) is county
    assert subset(county, 999) is county


@pytest.mark.parametrize("units", [0, -1])
def test_no_unit_is_no_county(county: County, units: int) -> None:
    with pytest.raises(BadInput):
        subset(county, units)


@pytest.mark.parametrize("units", [1, 3, 12, 90])
def test_nothing_in_a_subset_refers_to_what_was_left_out(county: County, units: int) -> None:
    small = subset(county, units)
    said = list(findings(small, date(2026, 11, 25)))
    assert {f.problem.strength for f in said} <= {Strength.ADVICE}
    assert small.contracts == county.contracts
    assert {u for batch in small.batches for u in batch.units} == set(small.unit_by_id)


def test_a_subset_looks_things_up_in_itself(county: County) -> None:
    assert len(county.unit_by_id) == 120
    assert len(subset(county, 3).unit_by_id) == 3
