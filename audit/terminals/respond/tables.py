"""The table of responses. A row is written once; releasing and confirming fill columns that were empty."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from countynet.db import Base, UtcDateTime


class ResponseRow(Base):
    """One response to a finding."""

    __tablename__ = "terminal_response"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    finding: Mapped[int] = mapped_column(index=True)
    how: Mapped[str]
    device: Mapped[str] = mapped_column(index=True)
    port: Mapped[str]
    unit: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    hold: Mapped[str] = mapped_column(default="")
    plan: Mapped[int | None]
    emergency: Mapped[int | None]
    fault: Mapped[int | None]
    confirmed_by: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    released_by: Mapped[str] = mapped_column(default="")
    released: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    release_plan: Mapped[int | None] = mapped_column(default=None)
