"""How ports are joined is worked out once for both families, and again only where an edit touches it."""

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from tests.unit.topology.reach.planted import change, interface
from topology.reach.change import Differ, State
from topology.reach.network import edited


@pytest.fixture(scope="module")
def differ(county: County, configs: dict[str, DeviceConfig]) -> Differ:
    return Differ(county, State(configs, {}))


def test_both_families_have_the_same(differ: Differ) -> None:
    assert differ.six is not None
    assert differ.six.engine.network.plugs is differ.engine.network.plugs


def test_it_stands_where_addresses_and_filters_differ(
    differ: Differ, county: County, configs: dict[str, DeviceConfig]
) -> None:
    before = differ.engine.network
    for told in (change(configs, "fw-1", filters=()), interface(configs, "core-1", "v101", addresses=())):
        assert edited(before, county, told).plugs is before.plugs


def test_an_edit_that_touches_it_is_worked_out_once_for_both(
    differ: Differ, county: County, configs: dict[str, DeviceConfig]
) -> None:
    assert differ.six is not None
    told = interface(configs, "fw-1", "core0", enabled=False)
    four, six = (edited(one.engine.network, county, told) for one in (differ, differ.six))
    assert four.plugs is six.plugs
    assert four.plugs is not differ.engine.network.plugs
