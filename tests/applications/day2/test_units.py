"""A unit joins, another moves to fiber, a core stands back and comes back: on one twin, as crews have cabled it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from countynet import works
from countynet.db import open_database, reading
from countynet.i18n import set_language
from inventory.record import Repository
from monitoring.windows import store
from monitoring.windows.store import WindowCover
from playbooks.device.service import fetch
from playbooks.emergency import book as emergency
from playbooks.emergency import carry, read
from playbooks.emergency.rules import StepState
from playbooks.emergency.words import said
from playbooks.runner.states import RunState
from tests.applications.day2.scene import AMY, Scene, joining

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
    runs = scene.ran("move-to-fiber", FIBER)
    assert runs[-1].state is RunState.DONE, (runs[-1].words, scene.words)
    assert set(runs[0].defaulted) == {"access", "contract"}
    assert announced(scene, len(runs)) == {MOVED}
    assert scene.answers(scene.county.station.name, str(scene.county.cpe_by_unit[MOVED].management))
    assert f"cpe-{MOVED[1:]}" not in scene.on("vpn-hub", "cat /etc/swanctl/conf.d/countynet.conf 2>/dev/null || true")
    again = scene.run("move-to-fiber", FIBER)
    assert again.good, again
    assert scene.cut == [], "what an earlier run has done is not cut off again"


def announced(scene: Scene, runs: int) -> set[str]:
    """Return the units that the windows of a move covered: they are about its device alone, and over by now."""
    engine = open_database(scene.settings)
    with reading(engine) as session:
        found, covers = store.newest(session, 9), session.scalars(select(WindowCover)).all()
    assert {window.devices for window in found} == {(f"cpe-{MOVED[1:]}",)}, found
    assert 0 < len(found) < runs, "a look, and a run whose plan waits, announce nothing"
    assert works.standing(engine, "run:") == frozenset()
    assert all(window.removed for window in found)
    assert f"units that it touches: {MOVED}" in scene.words
    engine.dispose()
    return {cover.unit for cover in covers} - {""}


def test_in_an_emergency_a_core_stands_back_its_partner_carries_all_and_it_comes_back(scene: Scene) -> None:
    fetch(scene.county, scene.settings)
    engine = open_database(scene.settings)
    plan = read.plan(scene.settings.county, "core-failure")
    emergency.start(engine, scene.county, plan, {"device": "core-1"}, AMY)
    words, waits = _step(scene, engine)
    assert "go by core-1" in words
    assert "approval counts" in waits
    words, waits = _approved(scene, engine)
    assert "test packets" in words
    assert "go by core-2" in words, words
    assert "go by core-1" not in words.partition("test packets")[2], words
    assert "approval counts" in waits, "it is still to come back"
    words, waits = _approved(scene, engine)
    assert (waits, "go by core-1" in words) == ("", True), (waits, words)
    assert "no device has to" not in words
    found = emergency.get(engine, 1)
    assert found.place("stand-back").state is StepState.DONE
    log = [said(found, event) for event in emergency.log(engine, 1)]
    assert sum("was asked for" in line for line in log) == 4, log  # a look, the plan there, it applied, the plan back
    engine.dispose()


def _approved(scene: Scene, engine: Engine) -> tuple[str, str]:
    number = emergency.get(engine, 1).place("stand-back").plan
    assert number is not None
    scene.approve(number)
    return _step(scene, engine)


def _step(scene: Scene, engine: Engine) -> tuple[str, str]:
    """Do the step once; return what was said, and why it did not end well."""
    words = list[str]()

    def told(_device: str, line: str) -> None:
        words.append(line)

    seen = carry.look(scene.settings, engine, 1, "stand-back", AMY, told)
    assert not seen.preview.waits, seen.preview.waits
    outcome = carry.carry(scene.settings, engine, seen, "stand-back", AMY, told).outcome
    assert outcome is not None
    return "\n".join(words), "" if outcome.good else outcome.words
