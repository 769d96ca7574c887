"""A county of several makers on the twin: from bare devices to isolation on live packets, by each one's own terminal.

Every platform that there is. The servers' roles are not played, so what only they would answer is not asked for.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, load_county
from inventory.model import County
from inventory.platforms import registry
from inventory.subset import subset
from playbooks.device import service
from playbooks.device.results import DeviceResult, Limits
from topology import twin
from topology.confirm import service as confirming
from topology.confirm.classes.service import confirm_classes
from topology.reach.service import Of

UNITS = 5
LIMITS = Limits(device=400, in_band=150)
PLAYED_BY_SERVERS = {"dns", "ntp", "portal"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    found = Settings.load(tmp_path_factory.mktemp("mixed") / "county")
    create.create_folder(found, mixed=True)
    create.create_secrets(found, load_county(found.county))
    create.create_repository(found)
    yield found
    twin.down(found)


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    part = subset(load_county(settings.county), UNITS)
    twin.up(part, settings, Secrets.load(settings))
    return part


@pytest.fixture(scope="module")
def first(county: County, settings: Settings) -> tuple[DeviceResult, ...]:
    return service.apply(county, settings, limits=LIMITS)


def test_every_platform_is_there(county: County) -> None:
    assert {device.platform for device in county.devices} == set(registry.PACKAGES)


def test_bare_devices_of_every_maker_are_brought_to_the_inventory(first: tuple[DeviceResult, ...]) -> None:
    assert {result.device: str(result.error) for result in first if result.error} == {}
    assert all(result.changed for result in first)


def test_a_second_run_changes_nothing(county: County, settings: Settings, first: tuple[DeviceResult, ...]) -> None:
    again = service.apply(county, settings, limits=LIMITS)
    assert [result.device for result in again if result.changed or result.error] == []
    assert len(again) == len(first)


def test_isolation_holds_on_live_packets(county: County, settings: Settings, first: tuple[DeviceResult, ...]) -> None:
    found = confirming.confirm(county, settings, lambda _done, _total: None)
    assert [d for d in found.deviations if d.service not in PLAYED_BY_SERVERS] == []
    assert not [d for d in found.deviations if not d.expected]
    managed = next(row for row in found.rows if (row.source.value, row.target.value) == ("station", "device"))
    assert managed.seen == managed.expected > len(county.devices)


def test_every_class_of_packets_goes_as_the_proof_says(
    county: County, settings: Settings, first: tuple[DeviceResult, ...]
) -> None:
    found = confirm_classes(county, settings, Of.INTENDED, lambda _done, _total: None)
    assert found.disagreements == ()
    assert found.classes > found.probes > 100


def test_what_runs_is_kept_as_each_maker_prints_it(
    county: County, settings: Settings, first: tuple[DeviceResult, ...], tmp_path: Path
) -> None:
    fetched = service.fetch(county, settings)
    assert {name: str(result.error) for name, result in fetched.items() if result.error} == {}
    assert set(fetched) == {device.name for device in county.devices}
