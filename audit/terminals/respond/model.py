"""Responses as frozen values. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.planners import Standing


class How(StrEnum):
    """What is done."""

    WARN = "warn"
    """the unit's contact is told"""
    QUARANTINE = "quarantine"
    """the port is put where nothing but the notice page is reached"""
    PORT_DOWN = "port-down"
    """the port is shut"""


class Stage(StrEnum):
    """How far it is."""

    TOLD = "told"
    PLANNED = "planned"
    """the inventory holds the port; the plan that brings it to the device was not carried out"""
    HELD = "held"
    """the device has it"""
    RELEASING = "releasing"
    """the inventory holds the port no longer; the device still does"""
    RELEASED = "released"


HOWS = {How.WARN: _("warned"), How.QUARANTINE: _("confined (quarantine)"), How.PORT_DOWN: _("port shut")}
STAGES = {
    Stage.TOLD: _("told"),
    Stage.PLANNED: _("waits for its plan"),
    Stage.HELD: _("holds the port"),
    Stage.RELEASING: _("released, waits for its plan"),
    Stage.RELEASED: _("released"),
}
KEPT = {How.QUARANTINE: "confined", How.PORT_DOWN: "down"}
"""what the inventory calls it"""
CONFIRM_WITHIN = timedelta(hours=24)
"""how soon what was done under an emergency is to be confirmed"""


@dataclass(frozen=True)
class Response:
    """What was done about a finding."""

    number: int
    finding: int
    how: How
    device: str
    port: str
    unit: str
    reason: str
    by: str
    at: datetime
    """UTC"""
    stage: Stage
    hold: str = ""
    """the entry of the inventory that holds the port; empty: none"""
    plan: int | None = None
    """the plan that brings it to the device"""
    standing: Standing | None = None
    emergency: int | None = None
    confirmed_by: str = ""
    released_by: str = ""
    released: datetime | None = None
    release_plan: int | None = None
    fault: int | None = None

    def late(self, now: datetime) -> bool:
        """Whether it was done under an emergency and should have been confirmed by now."""
        return self.emergency is not None and not self.confirmed_by and now - self.at > CONFIRM_WITHIN

    @property
    def says(self) -> str:
        """What was done and how far it is, in the language of the context."""
        return f"{translate(HOWS[self.how])}: {translate(STAGES[self.stage])}"

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        return {
            "response": self.number,
            "finding": self.finding,
            "how": self.how.value,
            "device": self.device,
            "port": self.port,
            "unit": self.unit,
            "reason": self.reason,
            "by": self.by,
            "at": self.at.isoformat(),
            "stage": self.stage.value,
            "hold": self.hold,
            "plan": self.plan,
            "plan_state": self.standing.state if self.standing else None,
            "emergency": self.emergency,
            "confirmed_by": self.confirmed_by,
            "released_by": self.released_by,
            "released": self.released.isoformat() if self.released else None,
            "release_plan": self.release_plan,
            "fault": self.fault,
        }
