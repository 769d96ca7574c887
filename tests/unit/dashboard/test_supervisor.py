"""The process tree heals, stops whole, and does not outlive its parent. Real processes, no network."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from countynet import kin
from dashboard.serve import supervisor
from dashboard.serve.supervisor import describe_exit

PARENT = """
    import sys
    from dashboard.serve.supervisor import Child, Supervisor
    folder, *bodies = sys.argv[1:]
    children = [Child(f"c{n}", (sys.executable, "-c", body)) for n, body in enumerate(bodies)]
    Supervisor(children, lambda *said: print("died", *said, flush=True), lambda: print("ready", flush=True)).run()
    print("stopped", flush=True)
"""
NOTE = "import os,sys,time;open({path!r},'a').write(f'{{os.getpid()}}\\n');"
SLEEP = "time.sleep(60)"


def start(tmp_path: Path, *bodies: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(PARENT), str(tmp_path), *bodies]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: "subprocess.Popen[str]") -> str:
    """Tell it to stop and return what it said."""
    process.send_signal(signal.SIGINT)
    said, _errors = process.communicate(timeout=120)
    assert process.returncode == 0
    return said


def pids(path: Path, count: int) -> list[int]:
    """Wait for so many starts and return the process ids."""
    for _turn in range(1200):
        found = path.read_text().split() if path.exists() else []
        if len(found) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.05)
    raise AssertionError(f"{path} has only {found}")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    for _turn in range(1200):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_child_that_dies_is_started_again_and_said(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    parent = start(tmp_path, NOTE.format(path=str(notes)) + SLEEP)
    first = pids(notes, 1)[0]
    os.kill(first, signal.SIGKILL)
    second = pids(notes, 2)[1]
    assert alive(second)
    said = finish(parent)
    assert "died c0 -9 0.5" in said
    assert said.endswith("stopped\n")
    assert gone(second)


def test_a_child_that_always_dies_is_started_less_and_less_often(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    parent = start(tmp_path, NOTE.format(path=str(notes)) + "raise SystemExit(3)")
    pids(notes, 3)
    waits = [float(line.split()[-1]) for line in finish(parent).splitlines() if line.startswith("died c0 3")]
    assert len(waits) >= 2
    assert waits == [0.5 * 2**died for died in range(len(waits))]


def test_stopping_takes_grandchildren_and_those_who_ignore_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    body = (
        "import signal,subprocess,sys;signal.signal(signal.SIGTERM,signal.SIG_IGN);"
        f"p=subprocess.Popen(['sleep','60']);open({str(notes)!r},'a').write(str(p.pid)+chr(10));"
        + NOTE.format(path=str(notes))
        + SLEEP
    )
    code = textwrap.dedent(PARENT).replace(
        "folder, *", "import dashboard.serve.supervisor as s; s.PATIENCE = 0.5\nfolder, *"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), body], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    found = pids(notes, 2)
    assert finish(parent).endswith("stopped\n")
    assert all(gone(pid) for pid in found)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_requests_to_stop_are_heard_too(tmp_path: Path, number: signal.Signals) -> None:
    notes = tmp_path / "notes"
    parent = start(tmp_path, NOTE.format(path=str(notes)) + SLEEP)
    child = pids(notes, 1)[0]
    parent.send_signal(number)
    assert parent.communicate(timeout=120)[0].endswith("stopped\n")
    assert gone(child)


def test_children_die_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    tie = "from countynet.kin import die_with_parent;import os;die_with_parent(os.getppid());"
    parent = start(tmp_path, tie + NOTE.format(path=str(notes)) + SLEEP)
    child = pids(notes, 1)[0]
    parent.kill()
    parent.communicate()
    assert gone(child)


def test_a_child_whose_parent_died_before_it_could_tie_itself_ends(tmp_path: Path) -> None:
    code = "from countynet.kin import die_with_parent; die_with_parent(1 << 22); print('alive')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_exits_are_named() -> None:
    assert [describe_exit(code) for code in (0, 3, -9, -15)] == ["0", "3", "SIGKILL", "SIGTERM"]
    assert kin.PR_SET_PDEATHSIG == 1
    assert supervisor.FIRST_WAIT < supervisor.LONGEST_WAIT
