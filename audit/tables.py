"""Audit's tables: runs and what each check found in them. A row is written once and never changed.

It is loaded by the entry point `countynet.tables`, and brings the table of accepted findings along.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit.accepted.store import Acceptance
from countynet.db import Base, UtcDateTime

__all__ = ["Acceptance", "AuditFinding", "AuditRun"]


class AuditRun(Base):
    """One run of all checks."""

    __tablename__ = "audit_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    finished: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    devices: Mapped[int]
    passed: Mapped[int]
    failed: Mapped[int]
    unknown: Mapped[int]
    report: Mapped[str]
    """hash of the JSON report among the evidence"""
    page: Mapped[str]
    """hash of the bilingual HTML report among the evidence"""
    findings: Mapped[list["AuditFinding"]] = relationship(order_by="AuditFinding.id", back_populates="run")


class AuditFinding(Base):
    """What one check found in one run."""

    __tablename__ = "audit_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("audit_run.id"), index=True)
    check: Mapped[str]
    verdict: Mapped[str]
    passed: Mapped[int]
    failed: Mapped[int]
    unknown: Mapped[int]
    """points of each verdict"""
    shown: Mapped[str] = mapped_column(Text)
    """JSON list of the points that a page shows: the worst first"""
    evidence: Mapped[str]
    """hash of the evidence: every point with its lines"""
    run: Mapped[AuditRun] = relationship(back_populates="findings")
