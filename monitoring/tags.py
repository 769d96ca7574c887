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
