"""Every table of this room, for the entry point `countynet.tables`."""

from playbooks.applications.looks import ApplicationLookRow
from playbooks.day2.software.store import SoftwareRow
from playbooks.drift.store import MessageRow, PositionRow
from playbooks.emergency.store import EmergencyRow, EmergencyStepRow, EmergencyWatchRow
from playbooks.freezes.store import PassRow
from playbooks.leases.looks import LeaseLookRow
from playbooks.plan.store import ApprovalRow, PlanDeviceRow, PlanRow
from playbooks.plan.windows.store import WindowRow
from playbooks.runner.schedules.store import ScheduleRow, TurnRow
from playbooks.runner.store import RunHostRow, RunLineRow, RunRow

__all__ = [
    "ApplicationLookRow",
    "ApprovalRow",
    "EmergencyRow",
    "EmergencyStepRow",
    "EmergencyWatchRow",
    "LeaseLookRow",
    "MessageRow",
    "PassRow",
    "PlanDeviceRow",
    "PlanRow",
    "PositionRow",
    "RunHostRow",
    "RunLineRow",
    "RunRow",
    "ScheduleRow",
    "SoftwareRow",
    "TurnRow",
    "WindowRow",
]
