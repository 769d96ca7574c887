"""The event tags of this room; docs/vocabulary.md explains each. And who stands in an event when a shell did it."""

from enum import StrEnum
from getpass import getuser


class ConfigTag(StrEnum):
    """What happens to a device's configuration."""

    APPLIED = "config.applied"
    FAILED = "config.failed"


class RunTag(StrEnum):
    """What happens to a run of a playbook."""

    ASKED = "run.asked"
    APPROVED = "run.approved"
    REFUSED = "run.refused"
    EXPIRED = "run.expired"
    STARTED = "run.started"
    CANCEL_ASKED = "run.cancel-asked"
    CANCELLED = "run.cancelled"
    BROKEN = "run.broken"
    DONE = "run.done"
    FAILED = "run.failed"
    LINES_DROPPED = "run.lines-dropped"


class AppTag(StrEnum):
    """What happens to an application that we deploy."""

    DEPLOYED = "app.deployed"
    SAVED = "app.saved"
    TRIED = "app.tried"
    """its backup was restored into a scratch folder and compared"""
    RESTORED = "app.restored"
    RENEWED = "app.renewed"
    """its certificate was looked at between deploys, and renewed where that was possible"""
    REMOVED = "app.removed"
    DOWN = "app.down"
    UP = "app.up"
    """it answers again"""
    FAILED = "app.failed"
    LEFT = "app.left"
    """its backups, trials and renewals (or the renewals alone, as the authority's host is closed here) are left to the
    center's own machine"""


class ScheduleTag(StrEnum):
    """What happens to a schedule of runs."""

    MADE = "schedule.made"
    APPROVED = "schedule.approved"
    ENDED = "schedule.ended"
    MOVED = "schedule.moved"
    DUE = "schedule.due"
    DONE = "schedule.done"
    MISSED = "schedule.missed"


class FreezeTag(StrEnum):
    """What happens to freeze periods."""

    PASSED = "freeze.passed"
    """something may begin in one nevertheless; says which, and why"""


class PlanTag(StrEnum):
    """What happens to a plan."""

    MADE = "plan.made"
    APPROVED = "plan.approved"
    STALE = "plan.stale"
    APPLYING = "plan.applying"
    DEVICE = "plan.device"
    ENDED = "plan.ended"
    SCHEDULED = "plan.scheduled"
    UNSCHEDULED = "plan.unscheduled"
    MISSED = "plan.missed"
    TRIED = "plan.tried"
    EMERGENCY = "plan.emergency"
    """it may be applied at once under an emergency that runs; says which and why"""
    CONFIRMED = "plan.confirmed"
    """what was applied at once was confirmed by somebody else"""


class SoftwareTag(StrEnum):
    """What happens to the software of a device."""

    STAGED = "software.staged"
    BEGUN = "software.begun"
    """it is about to be rebooted to another version"""
    DONE = "software.done"
    BACK = "software.back"
    FAILED = "software.failed"


class EmergencyTag(StrEnum):
    """What happens in an emergency."""

    STARTED = "emergency.started"
    STEP = "emergency.step"
    NOTE = "emergency.note"
    ACTION = "emergency.action"
    ENDED = "emergency.ended"


class BackupTag(StrEnum):
    """What happens to the kept running configurations."""

    TAKEN = "backup.taken"
    RESTORED = "backup.restored"


def shell_actor() -> str:
    """Return the actor of what is done from a shell: the account that runs it."""
    return f"shell:{getuser()}"
