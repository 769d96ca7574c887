"""A worker of a county in a process of its own, and runs that are killed with all that they began (kill -9)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from countynet.settings import Settings
from playbooks.runner import book

PATIENCE = 180.0
"""seconds that something may take on a busy machine"""
ANSIBLE, AGENT = "ansible-playbook", "ssh-agent"


@contextmanager
def working(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Have the county's worker run for the length of a block; it may be killed before that ends."""
    command = [sys.executable, "-m", "dashboard.serve.children", "worker", str(os.getpid())]
    environment = {**os.environ, "COUNTYNET_COUNTY": str(settings.county), "COUNTYNET_LANG": "en"}
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def family(settings: Settings, run: int) -> dict[int, str]:
    """Return a run's process and all that it began, by id, each with its command line."""
    first = int((settings.state / "runs" / f"{run}.lock").read_text())
    found, ring = dict[int, str](), [first]
    while ring:
        found |= {pid: _command(pid) for pid in ring}
        ring = [pid for pid, parent in _parents().items() if parent in ring and pid not in found]
    return found


def folder_of(processes: dict[int, str]) -> Path:
    """Return the private folder of a run's Ansible, as its command line names it."""
    words = next(line for line in processes.values() if ANSIBLE in line).split()
    return Path(words[words.index("-i") + 1]).parent


def kill(processes: Iterable[int]) -> None:
    """Kill them all at once, with nothing said: they are stopped first, so that none sees another die."""
    every = [*processes]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in every:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def lives(pid: int) -> bool:
    """Whether a process is there, and more than an entry that nobody has read."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def gone(processes: dict[int, str]) -> None:
    """Wait until none of some processes is there any more."""
    deadline = time.monotonic() + PATIENCE
    while left := [line for pid, line in processes.items() if lives(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def began(engine: Engine, run: int, task: str) -> bool:
    """Whether a run has begun a task."""
    return any(line.task.endswith(task) and not line.host for line in book.lines(engine, run))


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return ""


def _parents() -> dict[int, int]:
    found = dict[int, int]()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
    return found
