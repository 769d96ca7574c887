"""Monitoring's event tags; docs/monitoring.md explains each."""

from enum import StrEnum


class AlarmTag(StrEnum):
    """What happens to an alarm. The machine opens and closes it; people acknowledge it and write notes."""

    OPENED = "alarm.opened"
    CLOSED = "alarm.closed"
    REOPENED = "alarm.reopened"
    """it came again within minutes of its end"""
    JUDGED = "alarm.judged"
    """its cause was named, or named anew"""
    ACKNOWLEDGED = "alarm.acknowledged"
    NOTED = "alarm.noted"


class FaultTag(StrEnum):
    """What happens to a fault."""

    OPENED = "fault.opened"
    """by an alarm alone"""
    REPORTED = "fault.reported"
    ALARM_JOINED = "fault.alarm-joined"
    DISPATCHED = "fault.dispatched"
    STARTED = "fault.started"
    REPAIRED = "fault.repaired"
    CONFIRMED = "fault.confirmed"
    REOPENED = "fault.reopened"
    ARRIVED = "fault.arrived"
    PAUSED = "fault.paused"
    RESUMED = "fault.resumed"
    COMMENTED = "fault.commented"
    """somebody said something; it moves nothing"""
    HANDED = "fault.handed"
    """somebody has it in hand, by name"""
    PAUSE_CORRECTED = "fault.pause-corrected"
    """a pause began, ended or had its reason otherwise than it was written down"""
    MERGED = "fault.merged"
    """it goes with another fault, which leads, from here on"""
    TAKEN_IN = "fault.taken-in"
    """another fault goes with this one"""
    PARTED = "fault.parted"
    """it goes its own way again"""
    LET_GO = "fault.let-go"
    SPLIT = "fault.split"
    """some of its reports became a fault of their own"""
    SPLIT_OFF = "fault.split-off"
    """opened with the reports of another fault"""
    LINKED = "fault.linked"
    UNLINKED = "fault.unlinked"
    ESCALATED = "fault.escalated"
    """so much of a clock is used up that somebody else is told"""
    FIX_TRIED = "fault.fix-tried"
    """a remedy was looked at or begun by `countynet faults fix`"""


class ReportTag(StrEnum):
    """What happens around the reports of faults: subject `report:N` or `unit:ID`."""

    CODE_ISSUED = "unit-code.issued"
    CALLED_BACK = "fault-report.called-back"
    RATED = "fault-report.rated"
    """a unit that reported a fault with others says that it works again"""
    SENTENCE_CHANGED = "fault-sentence.changed"
    """what units are told at a step is worded otherwise"""
    PHOTO_ADDED = "fault-photo.added"
    PHOTO_SEEN = "fault-photo.seen"
    """somebody who only oversees looked at it"""


class WindowTag(StrEnum):
    """What happens to a work window of the network."""

    ANNOUNCED = "window.announced"
    CHANGED = "window.changed"
    WITHDRAWN = "window.withdrawn"


class KnowledgeTag(StrEnum):
    """What happens to an entry of the knowledge base."""

    WRITTEN = "knowledge.written"
    IMPROVED = "knowledge.improved"
    WITHDRAWN = "knowledge.withdrawn"
    BROUGHT_BACK = "knowledge.brought-back"
    TRIED = "knowledge.tried"


class AgentTag(StrEnum):
    """What happens to how a device's SNMP agent is asked."""

    TAKEN_OVER = "agent.taken-over"
    """pysnmp asks it, because our engine cannot"""
    GIVEN_BACK = "agent.given-back"
    SPARED = "agent.spared"
    """it suffers, so it is asked more gently"""
    RECOVERED = "agent.recovered"


class SightingTag(StrEnum):
    """Who turns up on a port."""

    STRANGER = "sighting.stranger"
    IMPOSTOR = "sighting.impostor"
    """another computer at a terminal's address"""


class LogTag(StrEnum):
    """What happens to a day's log messages."""

    SEALED = "log.sealed"
    """the day is over: SHA-256 of its lines"""
    FORGOTTEN = "log.forgotten"
    """it was older than the retention"""


class IntrusionTag(StrEnum):
    """What people say to an intrusion: subject `intrusion:N` or `false-alarm:N`."""

    ANSWERED = "intrusion.answered"
    ACCEPTED = "intrusion.accepted"
    """a signature is taken for a false alarm until a day"""
    WITHDRAWN = "intrusion.withdrawn"
    """it is not any more"""


class BridgeTag(StrEnum):
    """What happens between us and a platform of trouble tickets: subject `bridge:<platform>`."""

    LINKED = "bridge.linked"
    """a ticket there is a fault here from now on"""
    RETRIED = "bridge.retried"
    """the center had what failed tried again at once"""


class EvaluationTag(StrEnum):
    """What people enter for an evaluation: subject `evaluation:<period>`."""

    EXPERT_SCORED = "evaluation.expert-scored"
    EXPERT_TAKEN_BACK = "evaluation.expert-taken-back"
