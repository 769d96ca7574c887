"""The demo from nothing to a polled county and back, and stopped in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from topology.twin import clean

NETNS = Path("/run/netns")
QUICK_UNITS = 12


def command(county: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "countynet.cli", "--lang", "en", "--county", str(county), "demo", "--quick", *words]


def leftovers(county: Path) -> list[str]:
    """Return the namespaces and processes that a demo of this county left."""
    names = [name for name in (os.listdir(NETNS) if NETNS.is_dir() else []) if name.startswith("cn-")]
    done = subprocess.run(["pgrep", "-f", str(county)], capture_output=True, text=True, check=False)
    return names + done.stdout.split()


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    assert leftovers(folder) == [], "another twin is up on this machine"
    return folder


def test_quick_demo_from_nothing_and_back(county: Path) -> None:
    done = subprocess.run(
        command(county, "--check", "--json"), capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout)
    stages = {stage["name"]: stage["summary"] for stage in summary["stages"]}
    assert summary["ok"] is True
    assert stages["inventory"]["units"] == QUICK_UNITS
    assert stages["configure"]["changed"] == stages["configure"]["devices"]
    assert stages["configure"]["second_run_changed"] == 0
    assert stages["confirm"]["pairs"] == QUICK_UNITS * (QUICK_UNITS - 1)
    assert stages["confirm"]["deviations"] == 0
    assert leftovers(county) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_stopped_in_the_middle_leaves_nothing(county: Path, number: int) -> None:
    with subprocess.Popen(
        command(county, "--check"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stderr is not None
        next(line for line in demo.stderr if line.startswith("[3/"))
        assert leftovers(county) != []
        time.sleep(1)
        demo.send_signal(number)
        demo.stderr.read()
        assert demo.wait(timeout=120) == 128 + number
    assert leftovers(county) == []


@pytest.mark.parametrize("named", [False, True], ids=["with a /run of its own", "under our names"])
def test_another_county_s_twin_is_in_the_way_only_where_it_has_our_names(
    county: Path, tmp_path: Path, named: bool
) -> None:
    life = ["env", f"COUNTYNET_TWIN={tmp_path}/other", "sleep", "60"]
    if named:
        subprocess.run(["ip", "netns", "add", "cn-other"], check=True)
    where = ["ip", "netns", "exec", "cn-other"] if named else ["unshare", "--net"]
    with subprocess.Popen([*where, *life]) as other:
        try:
            while other.pid not in clean.marked():
                time.sleep(0.05)
            down = subprocess.run([*command(county)[:-2], "twin", "down"], capture_output=True, text=True, check=False)
            assert (down.returncode, f"{tmp_path}/other" in down.stderr) == (int(named), named), down.stderr
            assert other.poll() is None
        finally:
            other.kill()
            if named:
                subprocess.run(["ip", "netns", "del", "cn-other"], check=True)
