"""Every table of the monitoring room, for the entry point `countynet.tables`."""

from monitoring.agents.store import AgentRow
from monitoring.alarms.notes import AlarmNote
from monitoring.alarms.store import Alarm
from monitoring.bridge.store import BridgeDue, BridgeLink, BridgePlace
from monitoring.bridge.turns import BridgeTurn
from monitoring.capability.store import CapabilityRow, SensorRow
from monitoring.cause.store import AlarmCause
from monitoring.evaluation.experts.store import ExpertScore
from monitoring.faults.duty.store import FaultHand
from monitoring.faults.levels.store import FaultLevel
from monitoring.faults.reports.store import FaultPhoto, FaultReport, UnitCode
from monitoring.faults.store import Fault
from monitoring.faults.telling.store import FaultNotice, FaultTemplate, FaultTold
from monitoring.faults.ties.store import FaultTie
from monitoring.intrusions.store import FalseAlarm, Intrusion
from monitoring.knowledge.store import KnowledgeEntry, KnowledgeTerm, KnowledgeUse, KnowledgeVersion
from monitoring.ledger.store import OutageBeat, OutageStretch
from monitoring.notices.store import Notice, NoticeOrder
from monitoring.probes.hours import ProbeHour
from monitoring.probes.store import ProbeRow
from monitoring.receive.store import TrapRow
from monitoring.sighting.store import AroundRow, SeenRow, StrangerRow
from monitoring.sitewatch.store import SiteWatchRow
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow
from monitoring.windows.store import WindowCover, WorkWindow
from monitoring.windows.works import WindowWork

__all__ = [
    "AgentRow",
    "Alarm",
    "AlarmCause",
    "AlarmNote",
    "AroundRow",
    "BridgeDue",
    "BridgeLink",
    "BridgePlace",
    "BridgeTurn",
    "CapabilityRow",
    "DeviceRow",
    "ExpertScore",
    "FalseAlarm",
    "Fault",
    "FaultHand",
    "FaultLevel",
    "FaultNotice",
    "FaultPhoto",
    "FaultReport",
    "FaultTemplate",
    "FaultTie",
    "FaultTold",
    "Intrusion",
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
    "ProbeHour",
    "ProbeRow",
    "SeenRow",
    "SensorRow",
    "SiteWatchRow",
    "StrangerRow",
    "TrapRow",
    "UnitCode",
    "WindowCover",
    "WindowWork",
    "WorkWindow",
]
