"""One change of the fleet at a time: who holds it is named, and a patient one waits."""

import threading
from pathlib import Path

import pytest

from countynet.errors import Conflict
from countynet.settings import Settings
from playbooks.device.lock import only_one


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "county")


def test_who_holds_it_is_named(settings: Settings) -> None:
    with only_one(settings, "config"), pytest.raises(Conflict, match="config apply"), only_one(settings):
        pass
    with only_one(settings), pytest.raises(Conflict, match="another plan"), only_one(settings, "config"):
        pass


def test_a_patient_one_gets_it_when_the_other_ends(settings: Settings) -> None:
    held, done = threading.Event(), threading.Event()

    def other() -> None:
        with only_one(settings):
            held.set()
            done.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(60)
    threading.Timer(0.3, done.set).start()
    with only_one(settings, "config", 60):
        assert done.is_set()
    thread.join()


def test_a_cancelled_one_waits_no_more(settings: Settings) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with only_one(settings), pytest.raises(Conflict), only_one(settings, "config", 600, cancelled):
        pass
