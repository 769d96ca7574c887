"""What is saved is written down: what is written to meanwhile is no lost file, a host without files no lost host."""

import importlib.util
import json
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

import playbooks

FILE = Path(playbooks.__file__).parent / "applications/ansible/roles/app_backup/files/compare.py"


@pytest.fixture(scope="module")
def compare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare", FILE)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_a_file_that_changes_while_it_is_saved_is_counted_and_not_wrong(
    compare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("rows", "rows-shm", "film"):
        (data / name).write_text("as it was")
        os.utime(data / name, (1, 1))
    note = str(data / ".saved")
    compare.note(note, str(data))
    (data / "rows").write_text("written to")
    (data / "rows-shm").unlink()
    assert compare.check(note, "") == 0
    assert json.loads(capsys.readouterr().out) == {"files": 2, "bytes": 19, "moved": 1, "different": 0}
    (data / "film").write_text("damaged")
    os.utime(data / "film", (1, 1))
    assert compare.check(note, "") == 1
    assert "film" in capsys.readouterr().err


@pytest.fixture
def saved(compare: ModuleType, tmp_path: Path) -> tuple[str, Path]:
    """Note a host's folders that hold no file and restore them elsewhere; return the note and where it lies there."""
    data, root = tmp_path / "data", tmp_path / "root"
    (data / "inner").mkdir(parents=True)
    note = str(data / ".saved")
    compare.note(note, str(data))
    shutil.copytree(data, f"{root}{data}")
    return note, root


def test_a_host_with_folders_and_no_file_is_restored_as_it_was(
    compare: ModuleType, saved: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    note, root = saved
    assert compare.check(note, str(root)) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 0
    Path(f"{root}{note}").with_name("inner").rmdir()
    assert compare.check(note, str(root)) == 1
    assert "differs or is missing: " in capsys.readouterr().err


def test_a_note_of_nothing_is_refused_with_the_reason(
    compare: ModuleType, saved: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    note, root = saved
    Path(f"{root}{note}").write_text("")
    assert compare.check(note, str(root)) == 1
    assert "nothing was saved" in capsys.readouterr().err
