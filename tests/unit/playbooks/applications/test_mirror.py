"""The mirror is whole or says so; what no kind needs goes; a source that does not answer is told in its own words."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from countynet.errors import CountyError
from playbooks.applications import mirror
from playbooks.applications.archive import make as archive
from playbooks.applications.mirror import debs, wheels
from tests.unit.playbooks.applications import scene
from topology.twin import base, repository

QUIET = lambda done, total, text="": None  # noqa: E731


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror whose packages come from nowhere: each kind has one of its own and one that all have."""

    def download(packages: Sequence[str], folder: Path, _base: Path) -> tuple[str, ...]:
        names = ("common_1_all.deb", f"only_{len(packages)}_all.deb")
        for name in names:
            (folder / name).write_bytes(b"deb")
        return names

    monkeypatch.setattr(base, "prepare", lambda: False)
    monkeypatch.setattr(debs, "download", download)
    monkeypatch.setattr(wheels, "download", lambda lock, folder: ())
    monkeypatch.setattr(repository, "index", lambda folder: (folder / "Packages").write_text("x"))
    return tmp_path


def test_it_is_made_once_and_again_only_for_what_has_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [scene.known()["wiki"], scene.known()["lending"]]
    assert mirror.make(both, QUIET, folder) == ("wiki", "lending")
    assert mirror.make(both, QUIET, folder) == ()
    assert [row.state for row in mirror.shown(scene.known(), folder) if row.kind in ("wiki", "lending")] == [
        "whole",
        "whole",
    ]
    (folder / "debs" / "left-over_1_all.deb").write_bytes(b"deb")
    monkeypatch.setattr(mirror, "COMMON", (*mirror.COMMON, "tree"))
    with pytest.raises(CountyError, match="not all that wiki needs now"):
        mirror.files(both[0], folder)
    assert mirror.make(both[:1], QUIET, folder) == ("wiki",)
    assert not (folder / "debs" / "left-over_1_all.deb").exists()
    assert set(mirror.files(both[0], folder)) >= {"debs/Packages", "debs/common_1_all.deb"}


def test_a_file_that_is_gone_is_missed(folder: Path) -> None:
    lending = scene.known()["lending"]
    with pytest.raises(CountyError, match="nothing for lending"):
        mirror.files(lending, folder)
    mirror.make([lending], QUIET, folder)
    (folder / "debs" / "common_1_all.deb").unlink()
    with pytest.raises(CountyError, match="mirror make --applications lending"):
        mirror.files(lending, folder)


def test_a_source_that_does_not_answer_is_told_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: object, given: str = "") -> str:
        raise CountyError("{program} failed: {words}", program=words[0], words="Could not connect to 192.0.2.1")

    monkeypatch.setattr(debs, "run", run)
    monkeypatch.setattr(wheels, "run", run)
    with pytest.raises(CountyError, match="package source reached.*Could not connect"):
        debs.download(["nginx-light"], tmp_path, tmp_path)
    lock = scene.known()["lending"].lock
    assert lock
    with pytest.raises(CountyError, match="requirements.lock could not be fetched.*Could not connect"):
        wheels.download(lock, tmp_path)
    assert not list(tmp_path.glob("tmp*"))


def test_apt_says_which_files_those_are() -> None:
    said = (
        "Inst libc-bin [2.36-9] (2.36-9+deb12u1 Debian:12/stable [amd64])\n"
        "Inst libnginx-mod-http-echo (1:0.63-4 Debian:12/stable [amd64]) []\nConf libc-bin (2.36 Debian [amd64])\n"
    )
    assert debs.names(said) == ("libc-bin_2.36-9+deb12u1_amd64.deb", "libnginx-mod-http-echo_1%3a0.63-4_amd64.deb")


def test_programs_are_packed_alike_wherever_they_lie(tmp_path: Path) -> None:
    programs = scene.known()["lending"].programs
    one, two = archive(programs, tmp_path / "one.tar"), archive(programs, tmp_path / "more" / "two.tar")
    assert one.read_bytes() == two.read_bytes()
    assert b"applications/lending/store.py" in one.read_bytes()
    assert b"__pycache__" not in one.read_bytes()
