"""The twin's record, lock, marks and refusals, without any namespace."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import inventory
from countynet.errors import BadInput, Conflict, MissingCapability
from countynet.settings import Settings
from inventory import load_county
from topology.confirm.service import in_twin
from topology.twin import capability, clean, inside, lines, lock, report
from topology.twin.layer import can_hold_a_layer
from topology.twin.standing import standing
from topology.twin.state import LineRecord, NodeState, Places, TwinState

EXAMPLE = Path(inventory.__file__).parent / "example"
MOUNTS = """overlay / overlay rw,lowerdir=/a 0 0
/dev/vda /root/src ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/vdb /with\\040space ext4 rw 0 0
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "county")


def a_twin(**changes: object) -> TwinState:
    line = LineRecord(id="cable-1", circuit="line-001", ends=("x0a", "x0b"))
    twin = TwinState(
        county="县", started=datetime(2026, 1, 1, tzinfo=UTC), ready=True, lines=(line,), leaves=("pc-001",)
    )
    return twin.model_copy(update=changes)


def test_a_record_is_read_back_and_a_torn_one_is_none(settings: Settings) -> None:
    places = Places(settings)
    assert places.read() is None
    places.write(a_twin())
    assert places.read() == a_twin()
    places.record.write_text(places.record.read_text()[:30])
    assert places.read() is None
    places.remove()
    assert list(places.state.iterdir()) == []


def test_a_second_builder_is_refused_with_the_first_one_s_pid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK", tmp_path / "lock")
    with lock.exclusive():
        with pytest.raises(Conflict) as caught, lock.exclusive():
            pytest.fail("two builders")
        assert caught.value.values["pid"] == str(os.getpid())
    assert not (tmp_path / "lock").exists()
    with lock.exclusive():
        assert (tmp_path / "lock").exists()


def test_a_lock_left_by_a_killed_builder_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK", tmp_path / "lock")
    (tmp_path / "lock").write_text("999999")
    with lock.exclusive():
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_marked_process_is_found_and_killed_and_nobody_else(tmp_path: Path) -> None:
    words = [sys.executable, "-S", "-c", "input()"]
    environment = {**os.environ, "COUNTYNET_TWIN": str(tmp_path)}
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, env=environment) as ours,
        subprocess.Popen(words, stdin=subprocess.PIPE) as other,
    ):
        while clean.marked().get(ours.pid) != str(tmp_path):
            assert ours.poll() is None
        assert other.pid not in clean.marked()
        clean.kill([ours.pid])
        assert not clean.alive(ours.pid)
        assert clean.alive(other.pid)
        other.kill()


def test_lines_are_found_by_circuit_and_by_cable() -> None:
    assert lines.find(a_twin(), "line-001") == lines.find(a_twin(), "cable-1")
    with pytest.raises(BadInput):
        lines.find(a_twin(), "line-999")


def test_cutting_without_a_twin_is_refused(settings: Settings) -> None:
    with pytest.raises(Conflict):
        lines.cut(settings, "line-001")
    Places(settings).write(a_twin(ready=False))
    with pytest.raises(Conflict):
        lines.mend(settings, "line-001")


def test_a_dead_node_is_told_and_a_terminal_is_only_a_namespace(settings: Settings) -> None:
    node = NodeState(name="cpe-001", kind="device", namespace="cn-cpe-001", pid=os.getpid())
    Places(settings).write(a_twin(nodes=(node,)))
    now = report.status(settings)
    assert not now.up
    assert [(n.name, n.alive) for n in now.nodes] == [("cpe-001", False)]
    with pytest.raises(Conflict):
        inside.words(settings, "cpe-001", ["id"])
    assert inside.words(settings, "pc-001", ["id"]) == ["ip", "netns", "exec", "cn-pc-001", "id"]
    with pytest.raises(BadInput):
        inside.words(settings, "nobody", ["id"])


def test_every_lack_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(capability, "PROGRAMS", {"no-such-a": "package-a", "no-such-b": "package-b", "sh": "dash"})
    with pytest.raises(MissingCapability) as caught:
        capability.require()
    lacks = str(caught.value.values["lacks"])
    assert "root" in lacks
    assert "package-a package-b" in lacks
    assert "dash" not in lacks


@pytest.mark.parametrize(
    ("folder", "good"),
    [
        ("/root/county", False),
        ("/root/src/county", True),
        ("/root/srcery", False),
        ("/with space/x", True),
        ("/run/x", True),
    ],
)
def test_an_overlay_holds_no_layer(folder: str, good: bool) -> None:
    assert can_hold_a_layer(Path(folder), MOUNTS) is good


def test_the_units_that_were_chosen_stand_and_no_others(settings: Settings) -> None:
    whole = load_county(EXAMPLE)
    assert standing(settings, whole) is whole, "there is no twin"
    Places(settings).write(a_twin(units=("u002", "u027", "u900")))
    assert [unit.id for unit in standing(settings, whole).units] == ["u002", "u027"]
    assert in_twin(whole, settings) == standing(settings, whole)
    Places(settings).write(a_twin(units=tuple(unit.id for unit in whole.units)))
    assert standing(settings, whole) is whole
