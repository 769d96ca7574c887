"""A plan between two backups: in whose name each is, and that only touched devices are read again."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countynet.errors import Conflict, CountyError, DeviceError
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import running
from inventory.running import Cause, Why
from playbooks.backup import around
from playbooks.backup.take import Taken
from playbooks.plan.model import DeviceState

STATES = {
    "cpe-001": DeviceState.DONE,
    "cpe-002": DeviceState.REVERTED,
    "cpe-003": DeviceState.WAITING,
    "cpe-004": DeviceState.UNREACHED,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    return Settings(county=tmp_path, language="en")


class Stage:
    """What was read, in whose name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: CountyError | None = None) -> None:
        self.before: list[Why] = []
        self.after: list[tuple[Why, Sequence[str] | None]] = []
        self.error = error
        monkeypatch.setattr("playbooks.plan.apply.apply", self.apply)
        monkeypatch.setattr(around, "take", self.take)

    def apply(self, *_given: Any, **_options: Any) -> Any:
        self.before.append(running.reason("nobody"))
        return SimpleNamespace(devices={name: SimpleNamespace(state=state) for name, state in STATES.items()})

    def take(self, _settings: Settings, why: Why, only: Sequence[str], **_options: Any) -> tuple[Taken, ...]:
        self.after.append((why, only))
        if self.error:
            raise self.error
        return (Taken("cpe-001", True, 0.1), Taken("cpe-002", False, 0.1, DeviceError("cpe-002", "is silent")))


def test_before_and_after_are_the_plans_and_the_persons(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, told = Stage(monkeypatch), list[str]()
    around.apply(settings, 7, lambda device, text: told.append(f"{device}: {text}"), actor="amy")
    (before,), ((after, only),) = stage.before, stage.after
    assert (before.actor, before.cause, before.about) == ("amy", Cause.PLAN, "7 before")
    assert (after.actor, after.cause, after.about) == ("amy", Cause.PLAN, "7 after")
    assert only == ["name=cpe-001,cpe-002"]
    assert told == [": keeping what the devices run now", "cpe-002: is silent"]
    assert running.reason("nobody").actor == "nobody"


def test_a_backup_that_fails_afterwards_is_told_and_the_plan_ends_as_it_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stage(monkeypatch, Conflict("git refused"))
    told: list[str] = []
    entry = around.apply(settings, 7, lambda _device, text: told.append(text), actor="amy")
    assert set(entry.devices) == set(STATES)
    assert told[-1] == "git refused"


def test_a_plan_that_is_refused_reads_nothing_afterwards(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)

    def refuse(*_given: Any, **_options: Any) -> Any:
        raise Conflict("stale")

    monkeypatch.setattr("playbooks.plan.apply.apply", refuse)
    with pytest.raises(Conflict, match="stale"):
        around.apply(settings, 7, lambda _device, _text: None, actor="amy")
    assert stage.after == []
