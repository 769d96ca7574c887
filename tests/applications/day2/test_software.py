"""Switches of H3C and Ruijie and a Cisco router, upgraded on a twin that forwards, there and back.

Their neighbours by LLDP and the units behind them have to come back each time.
"""

from collections.abc import Iterator

import pytest

from countynet.db import open_database
from countynet.i18n import set_language
from playbooks.runner.states import RunState
from tests.announced import announced
from tests.applications.day2.scene import Scene, standing
from tests.applications.day2.upgrading import given, put
from topology.twin.vendor.software import Header

UNITS = ("u005", "u016")
"""behind the Ruijie and the H3C switch; the first has the Cisco router"""
IMAGES = {
    "isr": (Header("cisco_ios", "ISR43*", "17.3.5"), "isr4300-universalk9.17.03.05.SPA.bin", ["ISR43*"]),
    "rgos-old": (Header("ruijie", "RG-S2910*", "11.0(5)B9P33"), "S2910_RGOS11.0_install.bin", ["RG-S2910*"]),
    "rgos": (Header("ruijie", "RG-S2910*", "11.4(1)B12P11"), "S2910_RGOS11.4_install.bin", ["RG-S2910*"]),
    "s5560": (
        Header("h3c_comware", "S5560X*", "7.1.070, Release 6652P02"), "S5560X-CMW710-R6652P02.ipe", ["S5560X*"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("software"), *UNITS, mixed=True) as found:
        put(found.settings, IMAGES)
        yield found


@pytest.mark.parametrize(
    ("device", "unit", "name", "old"),
    [
        ("sw-finance", "u016", "s5560", "Release 6616P05"),
        ("sw-admin", "u005", "rgos", "runs RGOS 11.0(5)B9P33"),
        ("cpe-005", "u005", "isr", "runs 16.9.4"),
    ],
)
def test_what_is_behind_a_device_answers_again_and_all_of_it_once_more_on_the_way_back(
    scene: Scene, device: str, unit: str, name: str, old: str
) -> None:
    cpe, station = scene.county.cpe_by_unit[unit], scene.county.station.name

    def asked(step: str) -> dict[str, str]:
        return given(name, step, device, wait="3")

    assert "behind it: 1 unit" in scene.look("upgrade-devices", asked("stage"))
    assert scene.run("upgrade-devices", asked("stage")).good, scene.words
    assert scene.cut == []
    runs = scene.ran("upgrade-devices", asked("activate"))
    assert runs[-1].state is RunState.DONE, (runs[-1].words, scene.words)
    assert "all else as before" in scene.words
    engine = open_database(scene.settings)
    assert announced(engine)[0] == ((device,), (unit,)), "for the device alone and who is behind it, and over"
    engine.dispose()
    assert scene.answers(station, str(cpe.management))
    assert IMAGES[name][0].version in scene.look("upgrade-devices", asked("stage"))
    end = scene.run("upgrade-devices", asked("back"))
    assert end.good, (end, scene.words)
    assert scene.answers(station, str(cpe.management))
    assert old in scene.look("upgrade-devices", asked("stage"))
