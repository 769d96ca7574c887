"""One device: exchanged for another box, restored to an older version, its unit quarantined and released."""

import time
from collections.abc import Iterator

import pytest

from countynet.errors import Conflict
from countynet.i18n import set_language
from inventory.record import Author, Repository, Set
from inventory.running import Cause, Why
from playbooks.backup import history
from playbooks.backup.take import take
from playbooks.day2.bare import way
from playbooks.device.hostkeys import known_hosts
from tests.applications.day2.scene import Scene, standing
from topology import twin
from topology.twin.state import Places

UNIT, CPE, PC, GATEWAY = "u025", "cpe-025", "pc-025", "10.21.25.1"
BOX = {"device": CPE, "serial": "YL-NEW-1", "reason": "burnt out"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("devices"), UNIT) as found:
        yield found


def test_a_unit_is_quarantined_until_it_is_released_whatever_else_is_planned(scene: Scene) -> None:
    reason = {"unit": UNIT, "reason": "ransomware seen"}
    assert scene.answers(PC, GATEWAY)
    look = scene.look("quarantine-unit", reason)
    assert f"the plan would change {CPE}" in look
    assert scene.answers(PC, GATEWAY)
    assert scene.through("quarantine-unit", reason).good
    assert not scene.answers(PC, GATEWAY)
    assert scene.run("to-inventory", {"devices": CPE}, looks=True).plan is None
    assert scene.run("quarantine-unit", reason).good
    assert scene.through("release-unit", {"unit": UNIT, "reason": "cleaned"}).good
    assert scene.answers(PC, GATEWAY)


def test_a_box_is_exchanged_once_the_old_one_is_gone(scene: Scene) -> None:
    with pytest.raises(Conflict, match="still answers in band"):
        scene.run("replace-device", BOX)
    twin.power_off(scene.settings, CPE)
    with pytest.raises(Conflict, match="nothing answers"):
        scene.run("replace-device", BOX)
    assert Repository(scene.settings).county().device_by_name[CPE].serial != BOX["serial"]
    Places(scene.settings).disk(CPE).unlink()  # another box: nothing of ours is on its disk
    twin.power_on(scene.settings, CPE)
    _other_key(scene)
    _answering(scene, "staging")
    assert "a bare box answers" in scene.look("replace-device", BOX)
    end = scene.run("replace-device", BOX)
    assert end.good, end
    assert Repository(scene.settings).county().device_by_name[CPE].serial == BOX["serial"]
    assert way(scene.settings, scene.county, CPE) == "in-band"
    assert scene.answers(PC, GATEWAY)
    again = scene.run("replace-device", BOX)
    assert (again.good, [host.changed for host in again.hosts]) == (True, [0])


def test_a_device_is_restored_to_a_version_and_stays_there_until_it_is_planned_back(scene: Scene) -> None:
    assert not [one.error for one in take(scene.settings, _why(), [f"name={CPE}"]) if one.error]
    first = history.versions(scene.settings, CPE)[0]
    moved = Set("hosts", "station", "address", "10.255.0.12/24")
    Repository(scene.settings).commit([moved], Author("amy"), "the station moves")
    end = scene.run("to-inventory", {"devices": CPE}, looks=True)
    assert end.plan is not None
    scene.approve(end.plan)
    assert scene.run("to-inventory", {"devices": CPE}, plan=end.plan).good
    wanted = {"device": CPE, "at": first.commit[:12]}
    assert "10.255.0.12" in scene.look("restore-device", wanted)
    assert scene.through("restore-device", wanted).good
    newest = history.versions(scene.settings, CPE)[0]
    assert "10.255.0.12" not in history.original(scene.settings, newest).get_secret_value()


def _why() -> Why:
    return Why("amy", Cause.MANUAL)


def _other_key(scene: Scene) -> None:
    """Have the recorded host key be another than that of the box: in the twin all boxes share one."""
    file = known_hosts(scene.settings)
    lines = [line.split() for line in file.read_text().splitlines()]
    changed = [[name, kind, key[::-1] if name == CPE else key] for name, kind, key in lines]
    file.write_text("".join(" ".join(line) + "\n" for line in changed))


def _answering(scene: Scene, wanted: str) -> None:
    deadline = time.monotonic() + 120
    while way(scene.settings, scene.county, CPE) != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.5)
