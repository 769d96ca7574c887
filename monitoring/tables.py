"""Every table of the monitoring room, for the entry point `countynet.tables`."""

from monitoring.alarms.store import Alarm
from monitoring.faults.store import Fault
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow

__all__ = ["Alarm", "DeviceRow", "Fault", "LineRow", "NeighbourRow", "PollRow"]
