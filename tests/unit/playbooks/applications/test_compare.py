"""What is saved is written down so that a file that is written to meanwhile is no lost file."""

import importlib.util
import json
import os
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
