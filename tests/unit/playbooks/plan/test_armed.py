"""The scripts of the guard, run by a real sh on real files: exactly one of "called off" and "put back" happens."""

import subprocess
import time
from pathlib import Path

import pytest

from playbooks.plan import armed
from playbooks.plan.model import Steps, Way

OWNER = "plan 7 abc"


class Box:
    """A folder that plays the device."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "plan"
        self.new, self.old, self.came = root / "a b.conf", root / "old.conf", root / "sub" / "came.conf"
        self.new.write_text("old text\n")
        self.old.write_text("goes\n")
        self.steps = Steps(
            running="",
            intended="",
            do=Way(
                files={str(self.new): ("0640", "new 'text' $HOME\n"), str(self.came): ("0600", "came\n")},
                delete=(str(self.old),),
                commands=(f"echo done >>'{root}/ran'",),
            ),
            undo=Way(
                files={str(self.new): ("0604", "old text\n"), str(self.old): ("0644", "goes\n")},
                delete=(str(self.came),),
                commands=("false", f"echo undone >>'{root}/ran'"),
            ),
        )

    def here(self, script: str) -> str:
        return script.replace(armed.FOLDER, str(self.folder)).replace(armed.UNITS, str(self.root / "units"))

    def sh(self, script: str) -> "subprocess.CompletedProcess[str]":
        here = self.here(script)
        return subprocess.run(["sh", "-c", here], capture_output=True, text=True, check=False, timeout=30)

    def arm(self, seconds: int = 600) -> None:
        assert self.sh(armed.prepare(self.steps)).returncode == 0
        for path, file in armed.files(self.steps, OWNER, seconds).items():
            Path(self.here(path)).write_text(self.here(file.content))
        assert self.sh(armed.ARM).returncode == 0

    def change(self, owner: str = OWNER) -> list[int]:
        return [self.sh(command).returncode for command in armed.commands(self.steps.do, owner)]

    def let_nobody_count(self, then: str) -> None:
        """End the countdown as a restart does, and leave the state `then`."""
        (self.folder / "armed").rename(self.folder / "held")
        deadline = time.monotonic() + 30
        while self.sh(f"flock -n {armed.FOLDER}/timer.lock true").returncode and time.monotonic() < deadline:
            time.sleep(0.1)
        (self.folder / "held").rename(self.folder / then)

    def standing(self) -> armed.Standing:
        return armed.understand(self.sh(armed.LOOK).stdout)

    def files(self) -> dict[str, tuple[int, str]]:
        paths = (self.new, self.old, self.came)
        return {p.name: (p.stat().st_mode & 0o777, p.read_text()) for p in paths if p.exists()}


BEFORE = {"a b.conf": (0o604, "old text\n"), "old.conf": (0o644, "goes\n")}
AFTER = {"a b.conf": (0o640, "new 'text' $HOME\n"), "came.conf": (0o600, "came\n")}


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_device_that_never_saw_a_plan_holds_nothing(box: Box) -> None:
    assert box.standing().state == "nothing"


def test_the_change_is_made_and_the_undo_called_off(box: Box) -> None:
    box.arm()
    assert box.standing() == armed.Standing("armed", OWNER, True)
    assert box.change() == [0, 0]
    assert box.files() == AFTER
    assert box.sh(armed.CALL_OFF).returncode == 0
    assert box.standing().state == "confirmed"
    assert box.sh(armed.UNDO_NOW).returncode != 0
    assert box.files() == AFTER


def test_nothing_of_the_old_or_new_files_stays_behind_when_it_is_called_off(box: Box) -> None:
    box.arm()
    box.change()
    box.sh(armed.CALL_OFF)
    assert "old text" not in "".join(p.read_text() for p in box.folder.rglob("*") if p.is_file())


def test_the_undo_puts_everything_back_and_goes_on_past_a_command_that_fails(box: Box) -> None:
    box.arm()
    box.change()
    assert box.sh(armed.UNDO_NOW).returncode == 0
    assert box.files() == BEFORE
    assert (box.root / "ran").read_text() == "done\nundone\n"
    assert box.standing().state == "reverted"
    assert box.sh(armed.CALL_OFF).returncode != 0


def test_the_countdown_fires_by_itself(box: Box) -> None:
    box.arm(1)
    box.change()
    deadline = time.monotonic() + 30
    while box.standing().state != "reverted" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert box.files() == BEFORE


def test_no_step_runs_once_the_undo_has_begun_nor_under_another_ones_undo(box: Box) -> None:
    box.arm()
    assert set(box.change("plan 8 def")) == {armed.GONE}
    box.sh(armed.UNDO_NOW)
    assert set(box.change()) == {armed.GONE}
    assert "came.conf" not in box.files()


def test_an_armed_device_takes_no_second_plan_and_says_whose_it_holds(box: Box) -> None:
    box.arm()
    refused = box.sh(armed.prepare(box.steps))
    assert (refused.returncode, refused.stdout.strip()) == (armed.HELD, OWNER)
    box.sh(armed.UNDO_NOW)
    assert box.sh(armed.prepare(box.steps)).returncode == 0


def test_after_a_restart_nobody_counts_and_the_undo_is_still_there_to_run(box: Box) -> None:
    box.arm(1)
    box.change()
    box.let_nobody_count("armed")
    assert box.standing() == armed.Standing("armed", OWNER, False)
    box.sh(armed.UNDO_NOW)
    assert box.files() == BEFORE


def test_an_undo_that_broke_off_is_finished(box: Box) -> None:
    box.arm()
    box.change()
    box.let_nobody_count("reverting")
    assert box.standing() == armed.Standing("reverting", OWNER, False)
    box.sh(armed.UNDO_NOW)
    assert box.files() == BEFORE


def test_a_restart_with_an_armed_undo_puts_back_by_the_unit_that_stands_meanwhile(box: Box) -> None:
    box.arm()
    box.change()
    unit = Path(box.here(armed.WANTED))
    start = next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
    assert box.sh(start.removeprefix("ExecStart=")).returncode == 0
    assert box.standing().state == "armed", "while somebody counts the unit does nothing"
    box.let_nobody_count("armed")
    assert box.sh(start.removeprefix("ExecStart=")).returncode == 0
    assert box.files() == BEFORE
    assert not unit.exists()


def test_a_confirmed_change_leaves_no_unit_behind(box: Box) -> None:
    box.arm()
    box.change()
    box.sh(armed.CALL_OFF)
    assert not list((box.root / "units").rglob("*.service"))


def test_without_room_nothing_is_left_behind(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(armed, "SPARE", 1 << 60)
    refused = box.sh("ulimit -f 1000; trap '' XFSZ; " + armed.prepare(box.steps))
    assert refused.returncode not in (0, armed.HELD)
    assert "error writing" in refused.stderr
    assert not box.folder.exists()


def test_the_folder_is_closed_to_others(box: Box) -> None:
    box.arm()
    assert box.folder.stat().st_mode & 0o777 == 0o700
    assert {file.mode for file in armed.files(box.steps, OWNER, 9).values()} == {0o600}
    box.sh(armed.CALL_OFF)
