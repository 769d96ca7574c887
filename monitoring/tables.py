"""Every table of the monitoring room, for the entry point `countynet.tables`."""

from monitoring.alarms.notes import AlarmNote
from monitoring.alarms.store import Alarm
from monitoring.capability.store import CapabilityRow, SensorRow
from monitoring.faults.store import Fault
from monitoring.knowledge.store import KnowledgeEntry, KnowledgeTerm, KnowledgeUse, KnowledgeVersion
from monitoring.ledger.store import OutageBeat, OutageStretch
from monitoring.notices.store import Notice, NoticeOrder
from monitoring.receive.store import TrapRow
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow
from monitoring.windows.store import WindowCover, WorkWindow

__all__ = [
    "Alarm",
    "AlarmNote",
    "CapabilityRow",
    "DeviceRow",
    "Fault",
    "KnowledgeEntry",
    "KnowledgeTerm",
    "KnowledgeUse",
    "KnowledgeVersion",
    "LineRow",
    "NeighbourRow",
    "Notice",
    "NoticeOrder",
    "OutageBeat",
    "OutageStretch",
    "PollRow",
    "SensorRow",
    "TrapRow",
    "WindowCover",
    "WorkWindow",
]
