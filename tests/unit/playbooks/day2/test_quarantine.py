"""A quarantine in the inventory: what it holds, what it leaves alone, and that released all is as before."""

import pytest
from sqlalchemy import Engine, create_engine

from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.create import create_folder, create_repository
from inventory.model import County
from inventory.record import Put, Repository
from playbooks.day2.quarantine import Quarantine, Release
from playbooks.runner.catalogue import playbook
from playbooks.runner.programs.work import Work

UNIT, CPE = "u025", "cpe-025"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    set_language("en")
    settings = Settings.load(tmp_path_factory.mktemp("held") / "county")
    create_folder(settings)
    create_repository(settings)
    return Repository(settings)


@pytest.fixture(scope="module")
def work(repository: Repository) -> Work:
    engine: Engine = create_engine("sqlite://")
    book = playbook(repository.settings.county, "quarantine-unit")
    values = {"unit": UNIT, "reason": "ransomware"}
    return Work(repository.settings, engine, book, values, (UNIT,), Actor("amy", Role.CENTER), True)


def test_every_port_is_held_and_released_the_inventory_is_as_before(repository: Repository, work: Work) -> None:
    before = repository.county()
    held = repository.preview(Quarantine().wanted(work, before).edits).after
    assert [(one.device, one.port, one.how, one.by, one.reason) for one in held.held_ports] == [
        (CPE, "lan0", "down", "amy", "ransomware"), (CPE, "lan1", "down", "amy", "ransomware"),
    ]  # fmt: skip
    assert Quarantine().wanted(work, held).edits == ()
    freed = Release().wanted(work, held)
    assert {edit.key for edit in freed.edits if hasattr(edit, "key")} == {one.id for one in held.held_ports}
    assert any("ransomware" in line and "amy" in line for line in freed.told)


def test_a_port_that_is_held_for_another_reason_keeps_its_hold(repository: Repository, work: Work) -> None:
    own = Put("held_ports", {"id": "hold-7", "device": CPE, "port": "lan1", "how": "down", "reason": "a stranger",
                             "since": "2026-11-01", "by": "bob"})  # fmt: skip
    there = repository.preview([own]).after
    wanted = Quarantine().wanted(work, there)
    assert [edit.item["port"] for edit in wanted.edits if isinstance(edit, Put)] == ["lan0"]
    both: County = repository.preview([own, *wanted.edits]).after
    freed = Release().wanted(work, both)
    assert [edit.key for edit in freed.edits] == [one.id for one in both.held_ports if one.port == "lan0"]
    assert any("lan1" in line and "a stranger" in line for line in freed.told)


def test_a_unit_without_an_access_device_is_refused(repository: Repository, work: Work) -> None:
    from dataclasses import replace

    with pytest.raises(BadInput):
        Quarantine().wanted(replace(work, names=("u999",)), repository.county())
