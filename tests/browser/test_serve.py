"""`countynet serve` as a process tree: starts, heals, refuses, stops, and leaves nothing. A county without a twin."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import inventory
from tests.browser.test_step7 import PASSWORD, free_port, traces

PATIENCE = 90.0
"""seconds"""


@dataclass
class Tree:
    """A running `countynet serve`."""

    county: Path
    port: int
    process: "subprocess.Popen[str]"
    said: str

    def answers(self) -> bool:
        """Tell whether the pages answer."""
        try:
            with closing(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=PATIENCE)) as answer:
                return bool(answer.read() == b"ok\n")
        except OSError:
            return False

    def child(self, name: str) -> int:
        """Wait for a child and return its process id."""
        return int(wait_for(lambda: find(str(self.process.pid), name)))


def find(parent: str, name: str) -> str:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[1:5] == [b"-m", b"dashboard.serve.children", name.encode(), parent.encode()]:
            return path.parent.name
    return ""


def wait_for(look: Callable[[], object]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found:
            return str(found)
        time.sleep(0.1)
    raise AssertionError("waited in vain")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve") / "county"
    shutil.copytree(Path(inventory.__file__).parent / "example", folder)
    return folder


def command(county: Path, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "countynet.cli",
        "--county",
        str(county),
        "--lang",
        "en",
        "serve",
        "--port",
        str(port),
    ]


@pytest.fixture
def tree(county: Path) -> Iterator[Tree]:
    port = free_port()
    process = subprocess.Popen(command(county, port), stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if f":{port}/" in line:
            break
    yield Tree(county, port, process, said)
    if process.poll() is None:
        process.kill()
    process.communicate()


def nothing_left(county: Path) -> bool:
    return bool(wait_for(lambda: not traces(county)))


def test_the_first_start_tells_passwords_and_a_later_one_does_not(tree: Tree) -> None:
    assert {"center", "operator", "auditor", "admin", "u001", "u025"} == {
        found.group(1) for line in tree.said.splitlines() if (found := PASSWORD.match(line))
    }
    assert wait_for(tree.answers)
    tree.process.send_signal(signal.SIGTERM)
    rest = tree.process.communicate(timeout=PATIENCE)[1]
    assert (tree.process.returncode, rest.splitlines()[-1]) == (0, "stopped; no process is left")
    assert nothing_left(tree.county)
    secrets = [found.group(2) for line in tree.said.splitlines() if (found := PASSWORD.match(line))]
    stored = b"".join(p.read_bytes() for p in (tree.county / ".state").rglob("*") if p.is_file())
    assert not [secret for secret in secrets if secret.encode() in stored]


def test_a_killed_web_process_comes_back_on_the_same_port(tree: Tree) -> None:
    assert not PASSWORD.search(tree.said)
    assert wait_for(tree.answers)
    first = tree.child("web")
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: tree.child("web") != first)
    assert wait_for(tree.answers)
    tree.process.send_signal(signal.SIGINT)
    rest = tree.process.communicate(timeout=PATIENCE)[1]
    assert re.search(r"the web process ended \(SIGKILL\); it is started again in 0.5 s", rest)
    assert nothing_left(tree.county)


def test_a_port_in_use_is_told_with_exit_code_2(county: Path, tree: Tree, tmp_path: Path) -> None:
    other = tmp_path / "county"
    shutil.copytree(county, other, ignore=shutil.ignore_patterns(".state"))
    busy = subprocess.run(command(other, tree.port), capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert busy.returncode == 2
    assert f"port {tree.port}" in busy.stderr
    assert not PASSWORD.search(busy.stderr)
    second = subprocess.run(command(county, free_port()), capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert second.returncode == 1
    assert "served already" in second.stderr


def test_children_die_with_a_killed_parent_and_the_next_start_works(tree: Tree, county: Path) -> None:
    assert tree.child("web")
    assert tree.child("worker")
    tree.process.kill()
    tree.process.wait()
    assert nothing_left(tree.county)
    again = subprocess.Popen(command(county, free_port()), stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert again.stderr is not None
    assert any("countynet serves" in line for line in again.stderr)
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
