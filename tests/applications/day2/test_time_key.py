"""The key of time exchanged on a twin of several makers: whoever has not turned yet is believed as whoever has.

The servers are set up by Ansible, the devices by us; on Linux devices chronyd says whether an answer was authenticated,
vendors' simulated ones show what they were told.
"""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from ruamel.yaml import YAML

from countynet.i18n import set_language, translate_error
from countynet.settings import Settings
from inventory import names, running
from inventory.intent import rotation
from inventory.intent.rotation import Stage
from inventory.platforms import registry
from playbooks.day2.credentials import vault
from playbooks.servers.run import run_servers
from tests.applications.day2.scene import Scene, standing, until
from tests.applications.day2.test_credentials import kept, muted

SERVER, SILENT = "srv-infra", "cpe-032"
UNITS = ("u025", "u032")
GIVEN = {"kind": "time"}
KEYS = "/etc/chrony/countynet.keys"


def asking(settings: Settings) -> None:
    """Have a folder's plan ask for keys of time."""
    yaml, file = YAML(), settings.county / "county.yml"
    yaml.width = 200
    said = yaml.load(file)
    said["plan"]["hardening"] = {"ntp_keys": True}
    yaml.dump(said, file)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("time"), *UNITS, mixed=True, written=asking) as found:
        done = run_servers(found.county, found.settings)
        assert done.good, [translate_error(host.error) for host in done.hosts if host.error]
        for name in linux(found):
            found.on(name, "systemctl restart chrony")  # it was told before the server was
        yield found


def linux(scene: Scene) -> list[str]:
    return [device.name for device in scene.county.devices if device.platform == names.GENERIC]


def believes(scene: Scene, device: str, number: int | None = None) -> bool:
    """Whether a device's clock follows the server by answers that were authenticated, by the key of a number."""
    said = scene.on(device, "chronyc -n sources; chronyc -n ntpdata 10.1.0.10; cat /etc/chrony/chrony.conf")
    asked = number is None or f" key {number}\n" in said
    return asked and "^* 10.1.0.10" in said and "Authenticated   : Yes" in said


def numbers(scene: Scene) -> list[str]:
    """Return the numbers of the keys that the server knows."""
    return re.findall(r"(?m)^(\d+) ", scene.on(SERVER, f"cat {KEYS}"))


def asked_by(scene: Scene, device: str) -> int:
    """Return the number of the key that a device was told, as it was read last."""
    text = running.original(scene.settings, device).get_secret_value()
    key = registry.platform(scene.county.device_by_name[device].platform).parse(text).config.ntp_key
    assert key
    return key.number


def test_who_is_silent_is_believed_by_the_old_key_and_everybody_else_by_the_new(scene: Scene) -> None:
    before, everybody = kept(scene), set(scene.county.device_by_name)
    for name in linux(scene):
        assert until(partial(believes, scene, name, 2)), name
    look = scene.look("rotate-credentials", GIVEN)
    assert f"key of time: {len(everybody)} devices" in look
    assert f"its servers {SERVER} are told the next one" in look
    assert (kept(scene), numbers(scene)) == (before, ["1", "2"])

    scene.on(SILENT, muted(True))
    try:
        end = scene.through("rotate-credentials", GIVEN)
    finally:
        scene.on(SILENT, muted(False))
    assert not end.good
    assert {host.host for host in end.hosts if host.error} == {SILENT}
    stages = vault.stages(kept(scene), "time") or {}
    assert {stages[name] for name in everybody - {SILENT}} == {Stage.NEW}
    assert (stages[SILENT], kept(scene)[names.TIME_KEY]) == (Stage.TURNED, before[names.TIME_KEY])
    assert numbers(scene) == ["1", "2", "3", "4"]
    scene.on(SILENT, "systemctl restart chrony")
    for name in linux(scene):
        assert until(partial(believes, scene, name, 2 if name == SILENT else 4)), name


def test_a_rerun_heals_and_the_server_forgets_the_old_key(scene: Scene) -> None:
    before = kept(scene)
    end = scene.through("rotate-credentials", GIVEN)
    assert end.good, (end, scene.words)
    after = kept(scene)
    assert (vault.running(after), after[rotation.TIME_TURN]) == ((), "2")
    assert after[names.TIME_KEY] == before[rotation.NEXT_TIME] != before[names.TIME_KEY]
    assert numbers(scene) == ["3", "4"]
    assert before[names.TIME_KEY] not in scene.on(SERVER, f"cat {KEYS}")
    for device in scene.county.devices:
        assert asked_by(scene, device.name) == (4 if device.platform == names.GENERIC else 3), device.name
    for name in linux(scene):
        assert until(partial(believes, scene, name, 4)), name
    done = run_servers(scene.county, scene.settings)
    assert {host.host: host.changed for host in done.hosts} == {SERVER: 0, "srv-portal": 0}


def test_a_server_that_cannot_be_told_keeps_everybody_where_they_are_and_it_is_given_up(scene: Scene) -> None:
    before = kept(scene)
    scene.on(SERVER, muted(True))
    try:
        end = scene.run("rotate-credentials", GIVEN)
    finally:
        scene.on(SERVER, muted(False))
    assert (end.good, end.plan) == (False, None)
    assert SERVER in {host.host for host in end.hosts if host.error}
    assert set((vault.stages(kept(scene), "time") or {}).values()) == {Stage.BOTH}

    end = scene.run("rotate-credentials", GIVEN)
    assert "approval counts" in end.words
    assert numbers(scene) == ["3", "4", "1", "2"]
    end = scene.run("rotate-credentials", {"kind": "time", "way": "give-up"})
    assert end.good, end
    assert (kept(scene), numbers(scene)) == (before, ["3", "4"])
