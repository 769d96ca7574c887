"""A unit joins, another moves to fiber, a core stands back and comes back: on one twin, as crews have cabled it."""

from collections.abc import Iterator

import pytest

from countynet.i18n import set_language
from inventory.record import Repository
from playbooks.device.service import fetch
from playbooks.runner.programs.work import Ended
from tests.applications.day2.scene import Scene, joining

NAME, NEW, MOVED = "新单位", "u121", "u025"
PERSON = {"leader": "李四", "leader-telephone": "0901-5550001"}
JOIN = {"name": NAME, "name-en": "New bureau", "building": "admin", **PERSON}
FIBER = {"unit": MOVED, "reason": "fiber is laid", "port": "sw-admin:p20"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with joining(tmp_path_factory.mktemp("units"), NAME, MOVED) as found:
        yield found


def gateway(scene: Scene, unit: str) -> tuple[str, str]:
    """Return a unit's first terminal, and an address in the center that it may reach by ping through its line."""
    found = scene.county.unit_by_id[unit]
    return found.terminals[0].name, str(found.lan.network_address + 1)


def test_a_unit_that_joins_gets_its_network_its_device_and_a_tested_line(scene: Scene) -> None:
    look = scene.look("add-unit", JOIN)
    assert f"cpe: cpe-{NEW[1:]}" in look
    end = scene.through("add-unit", JOIN)
    assert end.good, (end, scene.words)
    assert "answers" in end.words
    assert f"cpe-{NEW[1:]}" in {host.host for host in end.hosts}
    assert scene.answers(scene.county.station.name, str(scene.county.cpe_by_unit[NEW].management))
    assert scene.answers(*gateway(scene, NEW))
    assert len(Repository(scene.settings).county().units) == 121


def test_a_unit_moves_to_fiber_and_its_tunnel_is_gone(scene: Scene) -> None:
    end = scene.through("move-to-fiber", FIBER)
    assert end.good, (end, scene.words)
    assert scene.answers(scene.county.station.name, str(scene.county.cpe_by_unit[MOVED].management))
    assert f"cpe-{MOVED[1:]}" not in scene.on("vpn-hub", "cat /etc/swanctl/conf.d/countynet.conf 2>/dev/null || true")
    again = scene.run("move-to-fiber", FIBER)
    assert again.good, again


def test_a_core_stands_back_its_partner_carries_all_and_it_comes_back(scene: Scene) -> None:
    fetch(scene.county, scene.settings)
    core = {"device": "core-1"}
    before = scene.look("fail-over-core", core)
    assert "go by core-1" in before
    end = _approved(scene, scene.run("fail-over-core", core))
    assert "test packets" in scene.words
    assert "go by core-2" in scene.words, scene.words
    assert "go by core-1" not in scene.words, scene.words
    assert not end.good, "it is still to come back"
    end = _approved(scene, end)
    assert end.good, (end, scene.words)
    assert "go by core-1" in scene.words
    assert "no device has to" not in scene.words


def _approved(scene: Scene, end: Ended) -> Ended:
    assert end.plan is not None
    assert "approvals" in end.words, end
    scene.approve(end.plan)
    return scene.run("fail-over-core", {"device": "core-1"}, plan=end.plan)
