"""The table of agents: who asks each one and how gently, and what was learned of it. The poller writes, all read.

Each change of who asks, or from asking a device as any other to sparing it and back, is an event, once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, Engine, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.db import Base, UtcDateTime, reading, transaction
from countynet.events import JSON as Json
from countynet.events import record
from countynet.i18n import translate
from monitoring.agents.care import Care
from monitoring.alarms.service import MACHINE
from monitoring.tags import AgentTag


class AgentRow(Base):
    """A device's agent."""

    __tablename__ = "agent"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    taken_by: Mapped[str] = mapped_column(String(16), default="")
    """who asks it in our engine's stead, "pysnmp"; empty for nobody"""
    taken_why: Mapped[str] = mapped_column(String(200), default="")
    """what our engine could not handle, a message id"""
    level: Mapped[int] = mapped_column(default=0)
    """how gently it is asked, 0 is as any other (`care.LADDER`)"""
    spared_why: Mapped[str] = mapped_column(String(200), default="")
    """a message id with {figure}"""
    figure: Mapped[float] = mapped_column(default=0.0)
    usual: Mapped[float] = mapped_column(default=0.0)
    """seconds that it usually takes for a value"""
    manner: Mapped[dict[str, object]] = mapped_column(JSON)
    """what was learned of its answers, `monitoring.snmp.learned`"""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """when who asks it, or how, last changed"""

    @property
    def care(self) -> Care:
        """Return how it is."""
        return Care(self.level, self.spared_why, self.figure, self.usual)

    def said(self) -> str:
        """Return why it is not asked as any other, in the language of the context; empty when it is."""
        taken = f"{self.taken_by}: {translate(self.taken_why)}" if self.taken_by else ""
        spared = translate(self.spared_why, figure=f"{self.figure:g}") if self.level else ""
        return ", ".join(text for text in (taken, spared) if text)

    def document(self) -> dict[str, Json]:
        """Return why it is not asked as any other, as a document."""
        return {
            "device": self.device,
            "by": self.taken_by,
            "spared": self.level,
            "why": self.said(),
            "since": self.since.isoformat(),
        }


@dataclass(frozen=True)
class AgentState:
    """What is to be kept of one agent."""

    device: str
    care: Care = field(default_factory=Care)
    taken_by: str = ""
    taken_why: str = ""
    manner: dict[str, object] = field(default_factory=dict)


def remembered(engine: Engine) -> dict[str, AgentState]:
    """Return what was kept of every agent."""
    with reading(engine) as session:
        return {
            row.device: AgentState(row.device, row.care, row.taken_by, row.taken_why, dict(row.manner))
            for row in session.scalars(select(AgentRow))
        }


def peculiar(session: Session) -> tuple[AgentRow, ...]:
    """Return the agents that are not asked as any other, by name."""
    query = select(AgentRow).where((AgentRow.level > 0) | (AgentRow.taken_by != "")).order_by(AgentRow.device)
    return tuple(session.scalars(query))


def keep(engine: Engine, states: Iterable[AgentState]) -> None:
    """Write some agents, and tell what changed with them, in one transaction."""
    with transaction(engine) as session:
        rows = {row.device: row for row in session.scalars(select(AgentRow))}
        for state in states:
            row = rows.get(state.device)
            if row is None:
                row = AgentRow(device=state.device, taken_by="", taken_why="", level=0, manner={}, since=clock.now())
                session.add(row)
            _tell(session, row, state)
            row.taken_by, row.taken_why, row.manner = state.taken_by, state.taken_why, state.manner
            row.level, row.spared_why = state.care.level, state.care.why
            row.figure, row.usual = state.care.figure, round(state.care.usual, 6)


def forget(engine: Engine, devices: Iterable[str]) -> None:
    """Forget everything about what is no longer a device of the county; `devices` are those that are."""
    with transaction(engine) as session:
        session.execute(delete(AgentRow).where(AgentRow.device.not_in(list(devices))))


def _tell(session: Session, row: AgentRow, state: AgentState) -> None:
    subject, told = f"device:{state.device}", list[tuple[AgentTag, dict[str, Json]]]()
    if row.taken_by != state.taken_by:
        tag = AgentTag.TAKEN_OVER if state.taken_by else AgentTag.GIVEN_BACK
        told.append((tag, {"by": state.taken_by or row.taken_by, "why": state.taken_why or row.taken_why}))
    if (row.level > 0) != (state.care.level > 0):
        tag = AgentTag.SPARED if state.care.level else AgentTag.RECOVERED
        told.append((tag, {"why": state.care.why or row.spared_why, "figure": state.care.figure or row.figure}))
    for tag, data in told:
        record(session, tag, MACHINE, subject, data)
        row.since = clock.now()
    if row.level != state.care.level:
        row.since = clock.now()
