"""The doctor reads the machine's answers rightly."""

import socket
from pathlib import Path

import pytest

from countynet.doctor.check import Check
from countynet.doctor.daemons import check_libipsec
from countynet.doctor.kernel import TRIALS, read
from countynet.doctor.machine import check_leftovers, check_memory, check_port
from countynet.settings import Settings


def test_kernel_answers() -> None:
    said = "namespaces ok\nveth ok\nvrf no Error: Unknown device type.\n"
    assert read("veth", True, said).ok
    vrf = read("vrf", False, said)
    assert (vrf.ok, vrf.found, vrf.advice()) == (False, "Error: Unknown device type.", "")
    silent = read("tbf", True, said)
    assert not silent.ok
    assert "tbf" in silent.advice()


def test_one_name_is_not_taken_for_another_that_begins_alike() -> None:
    names = [name for name, _required, _words in TRIALS]
    said = "\n".join(f"{name} {'ok' if number % 2 else 'no x'}" for number, name in enumerate(names))
    assert [read(name, True, said).ok for name in names] == [bool(number % 2) for number in range(len(names))]


@pytest.mark.parametrize(("kb", "ok"), [(3_000_000, True), (1_000_000, False)])
def test_memory(tmp_path: Path, kb: int, ok: bool) -> None:
    (tmp_path / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:   {kb} kB\n")
    assert check_memory(tmp_path / "meminfo").ok is ok


def test_port_in_use_is_told(settings: Settings) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        held = settings.model_copy(update={"port": holder.getsockname()[1]})
        check = check_port(held)
    assert not check.ok
    assert str(held.port) in check.advice()
    assert check_port(held).ok


def test_leftovers_are_those_that_no_twin_knows(settings: Settings, tmp_path: Path) -> None:
    assert check_leftovers(settings, tmp_path / "none").ok
    for name in ("cn-core-1", "cn-cpe-001", "other"):
        (tmp_path / name).touch()
    assert check_leftovers(settings, tmp_path).found == "2 namespaces cn-*"
    settings.state.mkdir(parents=True)
    (settings.state / "twin.json").write_text("{}")
    assert check_leftovers(settings, tmp_path).ok


def test_missing_plugin(tmp_path: Path) -> None:
    assert not check_libipsec(tmp_path).ok


def test_only_a_lack_has_advice() -> None:
    lack = Check(group="daemon", name="x", ok=False, fix="{name} is missing; make install brings it")
    assert lack.advice() == "x is missing; make install brings it"
    assert lack.model_copy(update={"ok": True}).advice() == ""
    assert lack.document()["fix"] == lack.advice()
