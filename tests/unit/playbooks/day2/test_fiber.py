"""A unit moved to fiber: what the plan gives it, that the county stays valid, and what is refused."""

from datetime import date

import pytest

from countynet.errors import BadInput
from countynet.settings import Settings
from inventory import load_county
from inventory.allocate.fiber import Move, move_to_fiber
from inventory.create import create_folder, create_repository
from inventory.model import County
from inventory.record import Repository

TODAY, PORT = date(2026, 11, 26), "sw-admin:p20"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    settings = Settings.load(tmp_path_factory.mktemp("fiber") / "county")
    create_folder(settings)
    create_repository(settings)
    return Repository(settings)


@pytest.fixture(scope="module")
def county(repository: Repository) -> County:
    return load_county(repository.folder)


def test_the_county_that_results_is_valid_and_asked_again_there_is_nothing_to_do(
    repository: Repository, county: County
) -> None:
    given = move_to_fiber(county, Move("u025", port=PORT, serial="YL-NEW-25"), TODAY)
    after = repository.preview(given.edits).after
    line, cpe = after.circuit_by_unit["u025"], after.cpe_by_unit["u025"]
    assert (line.access.value, str(line.vlan), str(line.link)) == ("fiber", given.values["vlan"], given.values["link"])
    assert (cpe.ports, cpe.serial, cpe.management) == (
        ("wan0", "lan0", "lan1"), "YL-NEW-25", county.cpe_by_unit["u025"].management,
    )  # fmt: skip
    assert str(county.circuit_by_unit["u025"].link) in {freed.value for freed in after.quarantine}
    assert move_to_fiber(after, Move("u025"), TODAY).nothing


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Move("u999"), "unit"),
        (Move("u025"), "port"),
        (Move("u025", port="sw-admin:up1"), "port"),
        (Move("u026", port=PORT), "unit"),
    ],
    ids=["no such unit", "no switch in its building", "an uplink", "not alone in its building"],
)
def test_what_cannot_be_is_refused_with_the_field(county: County, wanted: Move, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        move_to_fiber(county, wanted, TODAY)
    assert refused.value.problems[0].where == field
