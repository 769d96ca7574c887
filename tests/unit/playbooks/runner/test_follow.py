"""Who follows a run sees its end when it comes; the warm process knows the county and minds no broken one."""

import fcntl
from pathlib import Path

import pytest

from countynet.settings import Settings
from inventory import create, load_county
from playbooks.runner import dispatch, follow, warm


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings.load(tmp_path / "county")
    (found.state / "runs").mkdir(parents=True)
    return found


def test_a_pause_ends_with_the_run_and_lasts_where_none_lives(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = list[float]()
    assert not dispatch.lives(settings, 7)
    with (settings.state / "runs/7.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert dispatch.lives(settings, 7)

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr("playbooks.runner.follow.time.sleep", sleep)
        monkeypatch.setattr("playbooks.runner.follow.time.monotonic", lambda: 0.1 * len(slept))
        follow._pause(settings, 7)
        assert slept == [follow.GLANCE]
        slept.clear()
        follow._pause(settings, 7)
        assert slept == [follow.SECONDS, pytest.approx(follow.SECONDS - 0.1)]


def test_the_warm_process_knows_the_county_as_it_is_and_minds_no_broken_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create.create_folder(settings)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    warm._know()
    monkeypatch.setattr("inventory.load.assemble", lambda _source: pytest.fail("it is read once more"))
    assert load_county(settings.county).units
    monkeypatch.undo()
    monkeypatch.setenv("COUNTYNET_COUNTY", str(settings.county))
    next(settings.county.glob("*.yml")).write_text("units: [", encoding="utf-8")
    warm._know()
