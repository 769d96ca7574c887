"""A building switch of H3C upgraded on a twin: its neighbours by LLDP and the units behind it have to come back."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from countynet import clock
from countynet.i18n import set_language
from playbooks.day2.software.images import FILE, FOLDER
from tests.applications.day2.scene import Scene, standing
from topology.twin.vendor.software import Header, image

SWITCH, VERSION, NAME = "sw-finance", "7.1.070, Release 6652P02", "S5560X-CMW710-R6652P02.ipe"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("software"), "u016", mixed=True) as found:
        folder, content = found.settings.county / FOLDER, image(Header("h3c_comware", "S5560X*", VERSION), 2_000_000)
        folder.mkdir()
        (folder / NAME).write_bytes(content)
        sha = hashlib.sha256(content).hexdigest()
        (found.settings.county / FILE).write_text(
            f"images:\n- {{id: s5560, platform: h3c_comware, models: ['S5560X*'], version: '{VERSION}', file: {NAME}, "
            f"sha256: '{sha}'}}\n"
        )
        yield found


def given(step: str) -> dict[str, str]:
    now = clock.now().astimezone(clock.CHINA)
    ends = {"begin": now - timedelta(minutes=2), "end": now + timedelta(minutes=60)}
    window = {name: at.isoformat(timespec="minutes") for name, at in ends.items()}
    return {"image": "s5560", "step": step, "devices": SWITCH, "wait": "3", **window}


def test_what_is_behind_a_switch_answers_again_and_all_of_it_once_more_on_the_way_back(scene: Scene) -> None:
    cpe = scene.county.cpe_by_unit["u016"]
    station = scene.county.station.name
    assert "behind it are 1 units" in scene.look("upgrade-devices", given("stage"))
    assert scene.run("upgrade-devices", given("stage")).good, scene.words
    end = scene.run("upgrade-devices", given("activate"))
    assert end.good, (end, scene.words)
    assert "all else as before" in scene.words
    assert scene.answers(station, str(cpe.management))
    assert VERSION in scene.look("upgrade-devices", given("stage"))
    end = scene.run("upgrade-devices", given("back"))
    assert end.good, (end, scene.words)
    assert scene.answers(station, str(cpe.management))
    assert "Release 6616P05" in scene.look("upgrade-devices", given("stage"))
