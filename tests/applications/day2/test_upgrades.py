"""The software of simulated Huawei and H3C devices, upgraded over SSH by the playbook; everything that goes wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from countynet.errors import BadInput, Conflict
from countynet.i18n import translate_error
from tests.applications.day2.scene import Scene
from tests.applications.day2.upgrading import (
    cut_or_wrong,
    error,
    given,
    has,
    lines,
    standing,
    upgrade,
    without_room,
)  # fmt: skip
from tests.twin.drivers_row import Row
from topology.twin.vendor.software import Header

SWITCH, BIG, SMALL = "sw-dc", "sw-finance", "cpe-003"
ROUTERS = ("cpe-001", "cpe-002", "cpe-004")
DEVICES = (SWITCH, BIG, SMALL, *ROUTERS)
NEIGHBOUR = [["GE0/0/1", "agg-1", "XGE1/0/1"]]
NEW, H3C_NEW, AR_NEW = "V200R021C00SPC600", "7.1.070, Release 6652P02", "V300R022C00SPC100"
IMAGES = {
    "s5735": (Header("huawei_vrp", "S5735*", NEW), "S5735-V200R021C00SPC600.cc", ["S5735*"]),
    "s5735-wrong": (Header("huawei_vrp", "S6730*", NEW), "S6730-V200R021C00SPC600.cc", ["S5735*"]),
    "s5735-forgets": (Header("huawei_vrp", "S5735*", "V200R022", r"snmp-agent.*"), "S5735-V200R022.cc", ["S5735*"]),
    "s5560": (Header("h3c_comware", "*", H3C_NEW), "S5560X-CMW710-R6652P02.ipe", ["S5560X*", "MSR810"]),
    "ar": (Header("huawei_vrp", "AR6*", AR_NEW), "AR600-V300R022C00SPC100.cc", ["AR6*"]),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Row]]:
    with standing(tmp_path_factory.mktemp("software"), DEVICES, IMAGES) as (scene, row):
        row.order(SWITCH, faults={"neighbours": NEIGHBOUR})
        yield scene, row


@pytest.fixture
def scene(both: tuple[Scene, Row]) -> Scene:
    return both[0]


@pytest.fixture
def row(both: tuple[Scene, Row]) -> Row:
    return both[1]


def test_what_is_wrong_is_refused_before_anything(scene: Scene, row: Row) -> None:
    with pytest.raises(BadInput) as wrong:
        upgrade(scene, "s5735", "stage", "cpe-001,vpn-hub")
    assert [problem.found for problem in wrong.value.problems] == ["cpe-001", "vpn-hub"]
    assert "Debian packages" in translate_error(wrong.value)
    with pytest.raises(BadInput, match="1 problem"):
        scene.run("upgrade-devices", {"image": "s5735", "step": "activate", "devices": SWITCH})
    past = given("s5735", "activate", SWITCH) | {"begin": "2020-01-01 00:00", "end": "2020-01-01 02:00"}
    with pytest.raises(Conflict, match="the work window is from"):
        scene.run("upgrade-devices", past)
    end = upgrade(scene, "s5735", "activate", SWITCH)
    assert "stage it first" in error(end, SWITCH)


def test_a_flash_without_room_is_named_and_nothing_is_copied(scene: Scene, row: Row) -> None:
    assert "489 kB too little" in without_room(scene, row, SWITCH, "s5735")


@pytest.mark.parametrize(("device", "name"), [(SWITCH, "s5735"), (BIG, "s5560")])
def test_a_copy_that_is_cut_or_arrives_wrong_is_found_and_a_rerun_heals(
    scene: Scene, row: Row, device: str, name: str
) -> None:
    cut_or_wrong(scene, row, device, name, IMAGES[name][1])


def test_a_huawei_switch_is_brought_to_the_image_and_back(scene: Scene, row: Row) -> None:
    before, old = lines(row, SWITCH), has(row, SWITCH)
    end = upgrade(scene, "s5735", "activate", SWITCH)
    assert end.good, (end, scene.words)
    assert has(row, SWITCH)["version"] == NEW
    assert lines(row, SWITCH) - before == {f"!Software Version {NEW}"}
    assert scene.cut == [(SWITCH,)]
    again = upgrade(scene, "s5735", "activate", SWITCH)
    assert (again.good, [host.changed for host in again.hosts]) == (True, [0])
    assert scene.cut == [], "what an earlier run has done is not cut off again"
    end = upgrade(scene, "s5735", "back", SWITCH)
    assert end.good, (end, scene.words)
    now = has(row, SWITCH)
    assert (now["version"], now["main"]) == (old["version"], old["main"])
    assert lines(row, SWITCH) == before


def test_an_h3c_switch_keeps_what_it_ran_as_its_backup(scene: Scene, row: Row) -> None:
    old = has(row, BIG)
    end = upgrade(scene, "s5560", "activate", BIG)
    assert end.good, (end, scene.words)
    now = has(row, BIG)
    assert now["version"] == H3C_NEW
    assert now["backup"] == old["main"] != now["main"]
    end = upgrade(scene, "s5560", "back", BIG)
    assert end.good, (end, scene.words)
    assert has(row, BIG)["version"] == old["version"]


@pytest.mark.parametrize(
    ("faults", "said"),
    [({"boot_old": True}, "came up with V200R019C10SPC500"), ({"neighbours": []}, "no longer sees GE0/0/1 agg-1")],
)
def test_a_device_that_comes_up_otherwise_is_taken_back(
    scene: Scene, row: Row, faults: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playbooks.day2.software.upgrade.SETTLE", 2.0)
    old = has(row, SWITCH)
    calls: list[str] = []

    def lose(box: Any) -> None:
        if not calls:
            row.order(SWITCH, faults=faults)
        else:
            row.order(SWITCH, faults={"neighbours": NEIGHBOUR})
        calls.append(box.name)
        reboot(box)

    from playbooks.day2.software.box import Box

    reboot = Box.reboot
    monkeypatch.setattr(Box, "reboot", lose)
    end = upgrade(scene, "s5735", "activate", SWITCH)
    assert not end.good
    assert said in error(end, SWITCH)
    assert "taken back and runs V200R019C10SPC500 again" in error(end, SWITCH)
    assert (has(row, SWITCH)["version"], has(row, SWITCH)["main"]) == (old["version"], old["main"])


def test_a_version_that_does_not_know_a_line_is_taken_back(
    scene: Scene, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playbooks.day2.software.upgrade.SETTLE", 2.0)
    before = lines(row, SWITCH)
    assert upgrade(scene, "s5735-forgets", "stage", SWITCH).good
    end = upgrade(scene, "s5735-forgets", "activate", SWITCH)
    assert "runs another configuration" in error(end, SWITCH)
    assert "taken back" in error(end, SWITCH)
    assert lines(row, SWITCH) == before


def test_an_image_of_another_model_is_refused_by_the_device(scene: Scene, row: Row) -> None:
    assert upgrade(scene, "s5735-wrong", "stage", SWITCH).good
    end = upgrade(scene, "s5735-wrong", "activate", SWITCH)
    assert "does not take S6730" in error(end, SWITCH)
    assert has(row, SWITCH)["version"] == "V200R019C10SPC500"


def test_a_device_that_does_not_come_back_is_named_and_verified_by_the_next_run(
    scene: Scene, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playbooks.day2.software import upgrade as module

    monkeypatch.setattr(module._Run, "_patience", 3.0)
    row.order(SMALL, faults={"stay_down": True})
    assert upgrade(scene, "s5560", "stage", SMALL).good
    end = upgrade(scene, "s5560", "activate", SMALL)
    assert "has not come back within" in error(end, SMALL)
    row.order(SMALL, faults={"stay_down": False})
    end = upgrade(scene, "s5560", "activate", SMALL)
    assert end.good, (end, scene.words)
    assert "an earlier run has rebooted it" in scene.words
    assert has(row, SMALL)["version"] == H3C_NEW


def test_the_canary_stops_the_rest_and_a_rerun_goes_on(scene: Scene, row: Row) -> None:
    names = ",".join(ROUTERS)
    assert upgrade(scene, "ar", "stage", names).good
    row.order(ROUTERS[0], faults={"boot_old": True})
    end = upgrade(scene, "ar", "activate", names)
    assert not end.good
    assert "not begun: cpe-002, cpe-004" in end.words
    assert {name: has(row, name)["version"] for name in ROUTERS[1:]} == dict.fromkeys(ROUTERS[1:], "V300R019C13SPC200")
    end = upgrade(scene, "ar", "activate", names)
    assert end.good, (end, scene.words)
    assert {has(row, name)["version"] for name in ROUTERS} == {AR_NEW}
    end = upgrade(scene, "ar", "back", names)
    assert end.good, end
    row.order(ROUTERS[2], faults={"boot_old": True})
    end = upgrade(scene, "ar", "activate", names, failure="undo-all")
    assert "came up with" in error(end, ROUTERS[2])
    assert "was taken back, as another device failed" in error(end, ROUTERS[0])
    assert {has(row, name)["version"] for name in ROUTERS} == {"V300R019C13SPC200"}


def test_a_window_that_leaves_no_time_begins_nothing(scene: Scene, row: Row) -> None:
    end = upgrade(scene, "ar", "activate", ROUTERS[0], minutes=1)
    assert not end.good
    assert "nothing further is begun" in scene.words
    assert has(row, ROUTERS[0])["version"] == "V300R019C13SPC200"
