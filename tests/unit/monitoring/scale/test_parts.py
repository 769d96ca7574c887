"""Rounds and their portions, the broker's address, and which counties there are: what needs no broker."""

import logging
import shutil
from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.settings import Settings
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.model import County
from monitoring.scale import arenas
from monitoring.scale.app import options, queues
from monitoring.scale.broker import address
from monitoring.scale.counties import every
from monitoring.scale.handover import _packed, _unpacked
from monitoring.scale.portions import cut, slot_at
from tests.unit.monitoring.series.contract import WAN, sample


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(EXAMPLE)


def test_every_device_is_in_one_portion_and_none_is_too_large(county: County) -> None:
    for size in (1, 7, 50, 1000):
        portions = list(cut("qinglan", county, 600, size))
        devices = [name for portion in portions for name in portion.devices]
        assert sorted(devices) == sorted(device.name for device in county.devices)
        assert max(len(portion.devices) for portion in portions) <= size
        assert len({portion.name for portion in portions}) == len(portions)


def test_what_stands_together_is_asked_together_and_always_cut_alike(county: County) -> None:
    first, again = list(cut("qinglan", county, 600)), list(cut("qinglan", county, 615))
    assert [portion.devices for portion in first] == [portion.devices for portion in again]
    building = {device.name: device.building for device in county.devices}
    seen = [building[name] for portion in first for name in portion.devices]
    assert seen == sorted(seen, key=lambda name: name or "")


@pytest.mark.parametrize(("now", "slot"), [(0.0, 0), (14.99, 0), (15.0, 15), (1_795_219_214.5, 1_795_219_200)])
def test_a_round_begins_at_a_multiple_of_the_pace(now: float, slot: int) -> None:
    assert slot_at(now, 15) == slot


def test_the_brokers_password_is_in_the_connection_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/w:rd\n")
    settings = Settings(
        county=tmp_path, language="en", broker="redis://broker.example:6379/2", broker_password_file=file
    )
    assert address(settings) == "redis://:p%40ss%2Fw%3Ard@broker.example:6379/2"
    with caplog.at_level(logging.DEBUG):
        assert options(settings)["accept_content"] == ["json"]
    assert "p@ss" not in caplog.text + repr(settings)
    user = settings.model_copy(update={"broker": "rediss://county@broker.example/0"})
    assert address(user) == "rediss://county:p%40ss%2Fw%3Ard@broker.example/0"


def test_no_broker_and_no_password_are_bad_input(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en")
    with pytest.raises(BadInput):
        address(settings)
    with pytest.raises(BadInput):
        address(settings.model_copy(update={"broker": "redis://b/0", "broker_password_file": tmp_path / "none"}))


def test_each_county_has_what_is_its_own(tmp_path: Path) -> None:
    for name in ("baiyun", "qinglan"):
        shutil.copytree(EXAMPLE, tmp_path / name)
    (tmp_path / "no-county").mkdir()
    settings = Settings(
        county=tmp_path / "else",
        language="en",
        counties=tmp_path,
        database="postgresql+psycopg://db/countynet?options=-csearch_path%3D{county}",
        influx_bucket="{county}",
    )
    found = every(settings)
    assert list(found) == ["baiyun", "qinglan"]
    assert found["qinglan"].county == tmp_path / "qinglan"
    assert found["qinglan"].database.endswith("%3Dqinglan")
    assert found["baiyun"].influx_bucket == "baiyun"
    assert queues(found) == ("tick", "poll.baiyun", "watch.baiyun", "poll.qinglan", "watch.qinglan")
    with pytest.raises(BadInput):
        every(settings.model_copy(update={"counties": tmp_path / "no-county"}))


def test_a_worker_has_few_arenas() -> None:
    assert arenas.few()


def test_readings_are_handed_over_with_all_64_bits() -> None:
    told = sample(WAN, 1_795_219_200, None, counter=2**64 - 1)
    assert _unpacked(WAN.device, _packed(told)) == told
