"""The software of simulated Cisco IOS XE and Ruijie devices, upgraded over SSH and SCP; everything that goes wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from playbooks.day2.software import upgrade as module
from playbooks.day2.software.box import Box
from playbooks.day2.software.images import FILE, FOLDER
from playbooks.day2.software.makers.cisco import KEPT
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

ROUTER, OTHER, SWITCH, SECOND = "cpe-005", "cpe-013", "sw-admin", "sw-justice"
DEVICES = (ROUTER, OTHER, SWITCH, SECOND)
OLD, NEW, RGOS_OLD, RGOS_NEW = "16.9.4", "17.3.5", "11.0(5)B9P33", "11.4(1)B12P11"
FIRST = "isr4300-universalk9.16.09.04.SPA.bin"
IMAGES = {
    "isr": (Header("cisco_ios", "ISR43*", NEW), "isr4300-universalk9.17.03.05.SPA.bin", ["ISR43*"]),
    "isr-wrong": (Header("cisco_ios", "C9300*", NEW), "cat9k_iosxe.17.03.05.SPA.bin", ["ISR43*"]),
    "isr-forgets": (Header("cisco_ios", "ISR43*", "17.6.1", r"logging .*"), "isr4300-17.06.01.bin", ["ISR43*"]),
    "rgos-old": (Header("ruijie", "RG-S2910*", RGOS_OLD), "S2910_RGOS11.0_install.bin", ["RG-S2910*"]),
    "rgos": (Header("ruijie", "RG-S2910*", RGOS_NEW), "S2910_RGOS11.4_install.bin", ["RG-S2910*"]),
    "rgos-forgets": (Header("ruijie", "RG-S2910*", "12.5(4)", r"logging .*"), "S2910_RGOS12.bin", ["RG-S2910*"]),
    "rgos-wrong": (Header("ruijie", "RG-S5750*", RGOS_NEW), "S5750_RGOS11.4_install.bin", ["RG-S2910*"]),
}
BOTH = pytest.mark.parametrize(("device", "name"), [(ROUTER, "isr"), (SWITCH, "rgos")])
VERSIONS = {ROUTER: (OLD, NEW), SWITCH: (RGOS_OLD, RGOS_NEW)}
NEIGHBOUR = [["GigabitEthernet0/0/0", "agg-1", "XGE1/0/1"]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Row]]:
    with standing(tmp_path_factory.mktemp("software"), DEVICES, IMAGES) as (scene, row):
        for device in (ROUTER, SWITCH):
            row.order(device, faults={"neighbours": NEIGHBOUR})
        yield scene, row


@pytest.fixture
def scene(both: tuple[Scene, Row]) -> Scene:
    return both[0]


@pytest.fixture
def row(both: tuple[Scene, Row]) -> Row:
    return both[1]


def once(monkeypatch: pytest.MonkeyPatch, row: Row, device: str, first: dict[str, Any], then: dict[str, Any]) -> None:
    """Order faults before the first reboot, and others before the second."""
    reboot, orders = Box.reboot, [first, then]

    def lose(box: Box) -> None:
        if orders:
            row.order(device, faults=orders.pop(0))
        reboot(box)

    monkeypatch.setattr(Box, "reboot", lose)
    monkeypatch.setattr(module, "SETTLE", 2.0)


def told(lines: set[str]) -> set[str]:
    """Return what of a configuration says something to somebody: without its version and what it starts from."""
    return {line for line in lines if not line.startswith(("version ", "boot"))}


@BOTH
def test_too_little_room_is_named_and_nothing_is_copied(scene: Scene, row: Row, device: str, name: str) -> None:
    assert "kB too little" in without_room(scene, row, device, name)


@BOTH
def test_a_flash_that_fills_up_while_it_is_copied_to_says_so_in_its_words(
    scene: Scene, row: Row, device: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Box, "missing_room", lambda *_given: 0)
    row.order(device, faults={"free": 100})
    try:
        end = upgrade(scene, name, "stage", device)
        assert "broke off" in error(end, device)
        assert "No space left on device" in error(end, device)
    finally:
        row.order(device, faults={"free": -1})


@BOTH
def test_a_copy_that_is_cut_or_arrives_wrong_is_found_and_a_rerun_heals(
    scene: Scene, row: Row, device: str, name: str
) -> None:
    file, old = IMAGES[name][1], IMAGES["rgos-old"][1] if device == SWITCH else ""
    cut_or_wrong(scene, row, device, name, file, old)


@BOTH
def test_it_is_brought_to_the_image_and_back(scene: Scene, row: Row, device: str, name: str) -> None:
    before, (old, new) = lines(row, device), VERSIONS[device]
    assert has(row, device)["version"] == old
    end = upgrade(scene, name, "activate", device)
    assert end.good, (end, scene.words)
    assert has(row, device)["version"] == new
    assert told(lines(row, device)) == told(before)
    again = upgrade(scene, name, "activate", device)
    assert (again.good, [host.changed for host in again.hosts]) == (True, [0])
    end = upgrade(scene, name, "back", device)
    assert end.good, (end, scene.words)
    assert has(row, device)["version"] == old
    assert told(lines(row, device)) == told(before)


def test_ios_names_the_image_first_and_what_it_ran_behind_it(scene: Scene, row: Row) -> None:
    end = upgrade(scene, "isr", "activate", ROUTER)
    assert end.good, (end, scene.words)
    boots = [line for line in lines_of(row, ROUTER) if line.startswith("boot system")]
    assert boots == [f"boot system bootflash:{name}" for name in (IMAGES["isr"][1], FIRST)]
    assert upgrade(scene, "isr", "back", ROUTER).good
    boots = [line for line in lines_of(row, ROUTER) if line.startswith("boot system")]
    assert boots[0] == f"boot system bootflash:{FIRST}"
    assert has(row, ROUTER)["main"] == [FIRST]
    assert KEPT not in has(row, ROUTER)["files"]


def lines_of(row: Row, device: str) -> list[str]:
    return list(row.order(device, ask="running")["text"].splitlines())


@BOTH
def test_a_device_that_boots_its_old_image_again_is_told_so_for_good(
    scene: Scene, row: Row, device: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = VERSIONS[device][0]
    once(monkeypatch, row, device, {"boot_old": True}, {})
    end = upgrade(scene, name, "activate", device)
    assert f"came up with {'RGOS ' if device == SWITCH else ''}{old}" in error(end, device)
    assert "taken back and runs" in error(end, device)
    assert has(row, device)["version"] == old
    row.order(device, do="reboot")
    while "answers SSH neither" in error(end := upgrade(scene, name, "stage", device), device):
        pass
    assert end.good, end
    assert has(row, device)["version"] == old


@BOTH
def test_a_lost_neighbour_takes_it_back(
    scene: Scene, row: Row, device: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    once(monkeypatch, row, device, {"neighbours": []}, {"neighbours": NEIGHBOUR})
    end = upgrade(scene, name, "activate", device)
    assert "no longer sees" in error(end, device)
    assert "taken back and runs" in error(end, device)
    assert has(row, device)["version"] == VERSIONS[device][0]


@pytest.mark.parametrize(("device", "name"), [(ROUTER, "isr-forgets"), (SWITCH, "rgos-forgets")])
def test_a_version_that_does_not_know_a_line_is_taken_back_and_the_line_is_there_again(
    scene: Scene, row: Row, device: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE", 2.0)
    before = lines(row, device)
    assert upgrade(scene, name, "stage", device).good
    end = upgrade(scene, name, "activate", device)
    assert "runs another configuration" in error(end, device)
    assert "taken back" in error(end, device)
    assert told(lines(row, device)) == told(before)
    assert KEPT not in has(row, device)["files"]


def test_an_image_of_another_model(scene: Scene, row: Row) -> None:
    """IOS takes every name for its next start and falls back to the next one; RGOS refuses to install."""
    assert upgrade(scene, "isr-wrong", "stage", ROUTER).good
    end = upgrade(scene, "isr-wrong", "activate", ROUTER)
    assert f"came up with {OLD}" in error(end, ROUTER)
    assert has(row, ROUTER)["main"] == [FIRST]
    assert upgrade(scene, "rgos-wrong", "stage", SWITCH).good
    end = upgrade(scene, "rgos-wrong", "activate", SWITCH)
    assert "does not fit the device" in error(end, SWITCH)
    assert has(row, SWITCH)["version"] == RGOS_OLD


@pytest.mark.parametrize(("device", "name"), [(OTHER, "isr"), (SECOND, "rgos")])
def test_a_device_that_stays_down_is_verified_by_the_next_run(
    scene: Scene, row: Row, device: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module._Run, "_patience", 3.0)
    row.order(device, faults={"stay_down": True})
    assert upgrade(scene, name, "stage", device).good
    end = upgrade(scene, name, "activate", device)
    assert "has not come back within" in error(end, device)
    row.order(device, faults={"stay_down": False})
    end = upgrade(scene, name, "activate", device)
    assert end.good, (end, scene.words)
    assert "an earlier run has rebooted it" in scene.words
    assert has(row, device)["version"] == IMAGES[name][0].version


def test_rgos_without_a_way_back_is_refused(scene: Scene, row: Row) -> None:
    place = scene.settings.county / FILE
    whole = place.read_text()
    place.write_text("".join(line for line in whole.splitlines(keepends=True) if "id: rgos-old" not in line))
    try:
        assert "as the way back" in scene.look("upgrade-devices", given("rgos", "stage", SWITCH))
        for step in ("stage", "activate"):
            assert f"keeps nothing of RGOS {RGOS_OLD}" in error(upgrade(scene, "rgos", step, SWITCH), SWITCH)
    finally:
        place.write_text(whole)
    (scene.settings.county / FOLDER / IMAGES["rgos-old"][1]).rename(scene.settings.county / "aside")
    end = upgrade(scene, "rgos", "stage", SWITCH)
    assert "the image's file is not there" in error(end, SWITCH)
