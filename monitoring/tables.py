"""Every table of the monitoring room, for the entry point `countynet.tables`."""

from monitoring.alarms.store import Alarm
from monitoring.faults.store import Fault
from monitoring.ledger.store import OutageBeat, OutageStretch
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow
from monitoring.windows.store import WindowCover, WorkWindow

__all__ = [
    "Alarm",
    "DeviceRow",
    "Fault",
    "LineRow",
    "NeighbourRow",
    "OutageBeat",
    "OutageStretch",
    "PollRow",
    "WindowCover",
    "WorkWindow",
]
