"""The private folder of an Ansible run goes with the run; what a run that was killed left goes with the next one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playbooks.servers import folder

HOLDS = """import sys
from pathlib import Path
from playbooks.servers import folder
folder.MEMORY = Path(sys.argv[1])
with folder.folder() as found:
    (found / "hosts.json").write_text("a secret")
    print(found, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(folder, "MEMORY", tmp_path)
    return tmp_path


def test_it_is_private_and_gone_at_the_end_whatever_that_is(memory: Path) -> None:
    with folder.folder() as found:
        (found / "hosts.json").write_text("a secret")
        assert found.stat().st_mode & 0o777 == 0o700
    assert list(memory.iterdir()) == []
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    assert list(memory.iterdir()) == []


def _interrupted() -> None:
    with folder.folder():
        raise KeyboardInterrupt


def test_what_a_killed_run_left_goes_with_the_next_and_what_lives_or_is_not_ours_stays(memory: Path) -> None:
    (memory / "cn-run-another").mkdir()  # without a lock: somebody else's, or one that just begins
    command = [sys.executable, "-c", HOLDS, str(memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        left = Path(process.stdout.readline().strip())
        with folder.folder() as found:
            assert {each.name for each in memory.iterdir()} == {left.name, found.name, "cn-run-another"}
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (left / "hosts.json").exists()
        with folder.folder() as found:
            assert {each.name for each in memory.iterdir()} == {found.name, "cn-run-another"}
