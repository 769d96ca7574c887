"""When a backup is due, and when it is tried: from what has happened, on the county's clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from inventory.model import BackupJob
from playbooks.applications.state import Happened, State, backup_due, backup_late, drill_due, drill_late
from playbooks.tags import AppTag

NOW = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
"""half past two in the morning of the 27th in China"""


def state(**hours: float) -> State:
    """The tags that happened so many hours ago."""
    found: Mapping[AppTag, Happened] = {
        AppTag[name.upper()]: Happened(
            NOW - timedelta(hours=ago), "x", {"action": "backup" if name != "deployed" else "deploy"}
        )
        for name, ago in hours.items()
    }
    return State(found)


def job(hours: int) -> BackupJob:
    return BackupJob(id="save", subject="wiki", every_hours=hours, keep_days=30, target="srv-save")


@pytest.mark.parametrize(
    ("stands", "hours", "at", "due"),
    [
        (state(), 24, "02:00", False),
        (state(deployed=100), 24, "02:00", True),
        (state(deployed=100, saved=24), 24, "02:00", True),
        (state(deployed=100, saved=23.7), 24, "02:45", False),
        (state(deployed=100, saved=0.4), 24, "02:00", False),
        (state(deployed=100, saved=25), 48, "02:00", False),
        (state(deployed=100, saved=49), 48, "02:00", True),
        (state(deployed=100, saved=5), 6, "02:00", False),
        (state(deployed=100, saved=7), 6, "20:00", True),
        (state(deployed=100, removed=1, saved=50), 24, "02:00", False),
        (state(deployed=100, saved=50, failed=0.5), 24, "02:00", False),
    ],
)  # fmt: skip
def test_a_backup_is_due_when_its_time_has_come(stands: State, hours: int, at: str, due: bool) -> None:
    assert backup_due(stands, job(hours), at, NOW) is due


def test_a_backup_is_tried_every_thirty_days_and_a_failure_waits() -> None:
    assert drill_due(state(deployed=9000, saved=1), NOW)
    assert drill_due(state(deployed=9000, saved=1, tried=31 * 24), NOW)
    assert not drill_due(state(deployed=9000, saved=1, tried=29 * 24), NOW)
    assert not drill_due(state(deployed=9000), NOW)
    assert not drill_due(state(deployed=9000, saved=30, failed=2), NOW)


def test_a_failure_is_over_when_the_same_action_has_ended_well() -> None:
    assert state(failed=2, deployed=1).failed
    assert not state(failed=2, saved=1).failed


def test_what_is_late_counts_from_the_last_or_from_the_deploy() -> None:
    assert [backup_late(state(deployed=100, saved=ago), job(24), NOW) for ago in (25, 27)] == [False, True]
    assert [backup_late(state(deployed=ago), job(24), NOW) for ago in (25, 27)] == [False, True]
    assert not backup_late(state(deployed=100, saved=50, removed=1), job(24), NOW)
    assert [drill_late(state(deployed=9000, tried=24 * ago), NOW) for ago in (31, 33)] == [False, True]
