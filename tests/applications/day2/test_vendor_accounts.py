"""Users of simulated devices of four makers exchanged stage by stage, there and back, over SSH.

Without a data plane and without agents: what devices take and who signs in, by the fleet's own `apply`.
"""

from collections.abc import Callable, Iterator
from functools import reduce

import pytest

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from inventory.intent.rotation import Kind, Stage
from inventory.model import County
from inventory.record import Author
from inventory.record.vaulted import change_vault
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.prove import refused
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from tests.applications.day2.scene import opened
from tests.twin.drivers_county import in_a_row, mixed_settings
from tests.twin.drivers_row import Row

DEVICES = ("cpe-001", "sw-dc", "fw-1", "cpe-003", "sw-finance", "cpe-005", "sw-admin")
Values = dict[str, str]
KINDS: tuple[Kind, ...] = ("snmp", "ssh")
HASTY = Limits(connect=5, sign_in=30, command=60, settle=10, device=240)
OLD = {1: "netadmin", 2: "netadmin-2"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return mixed_settings(tmp_path_factory.mktemp("accounts"))


@pytest.fixture(scope="module")
def county(settings: Settings) -> County:
    return load_county(settings.county)


@pytest.fixture(scope="module")
def row(settings: Settings, county: County) -> Iterator[Row]:
    with in_a_row(settings, county, DEVICES) as started:
        yield started


def told(county: County, settings: Settings) -> set[str]:
    """Bring the devices to what the vault says, and return which were changed."""
    results = configure(county, settings, DEVICES, limits=HASTY)
    assert not [result.error for result in results if result.error]
    return {result.device for result in results if result.changed}


def write(settings: Settings, change: Callable[[Values, Kind], Values]) -> None:
    """Change what the vault says of both kinds."""
    change_vault(settings, lambda values: reduce(change, KINDS, values), Author("amy"), "exchange")


def begun(values: Values, kind: Kind) -> Values:
    return vault.begun(values, kind, DEVICES)


def staged(settings: Settings, stage: Stage) -> None:
    write(settings, lambda values, kind: vault.with_stages(values, kind, dict.fromkeys(DEVICES, stage)))


@pytest.mark.parametrize("turn", [1, 2])
def test_every_maker_keeps_both_until_the_new_one_has_opened_it(
    settings: Settings, county: County, row: Row, turn: int
) -> None:
    told(county, settings)
    before, everybody = Secrets.load(settings), set(DEVICES)
    write(settings, begun)
    assert told(county, settings) == everybody
    assert refused(settings, county, "ssh", DEVICES) == {}
    assert opened(settings, county, before, DEVICES) == everybody

    staged(settings, Stage.TURNED)
    assert told(county, settings) == set()
    staged(settings, Stage.NEW)
    assert told(county, settings) == everybody
    assert refused(settings, county, "ssh", DEVICES) == {}
    assert opened(settings, county, before, DEVICES) == set()
    write(settings, vault.finished)
    assert told(county, settings) == set()
    for name in DEVICES:
        assert OLD[turn] not in row.order(name, ask="running")["text"].split(), name


def test_one_that_was_begun_is_given_up(settings: Settings, county: County, row: Row) -> None:
    told(county, settings)
    before = {name: row.order(name, ask="running")["text"].splitlines() for name in DEVICES}
    write(settings, begun)
    assert told(county, settings) == set(DEVICES)
    write(settings, vault.given_up)
    assert told(county, settings) == set(DEVICES)
    for name in DEVICES:
        assert sorted(row.order(name, ask="running")["text"].splitlines()) == sorted(before[name]), name
