"""Where each device's upgrade stands, so that a run that was killed goes on, and the way back is known afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Engine, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from countynet import clock
from countynet.db import Base, UtcDateTime, reading, transaction
from countynet.events import record
from playbooks.tags import SoftwareTag


class Stage(StrEnum):
    """How far a device is."""

    COPYING = "copying"
    """SFTP was opened for it and may still be open"""
    STAGED = "staged"
    REBOOTING = "rebooting"
    DONE = "done"
    BACK = "back"
    FAILED = "failed"


TAGS = {
    Stage.STAGED: SoftwareTag.STAGED,
    Stage.REBOOTING: SoftwareTag.BEGUN,
    Stage.DONE: SoftwareTag.DONE,
    Stage.BACK: SoftwareTag.BACK,
    Stage.FAILED: SoftwareTag.FAILED,
}


class SoftwareRow(Base):
    """One device's last upgrade."""

    __tablename__ = "device_software"

    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    image: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[str] = mapped_column(String(128), default="")
    """what it ran before"""
    files: Mapped[list[str]] = mapped_column(JSON, default=list)
    """what it started from before"""
    seen: Mapped[list[str]] = mapped_column(JSON, default=list)
    """its neighbours before"""
    behind: Mapped[list[str]] = mapped_column(JSON, default=list)
    """the devices behind it that answered before"""
    why: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Standing:
    """Where a device stands."""

    device: str
    image: str
    stage: Stage
    version: str = ""
    files: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    why: str = ""


def standing(engine: Engine, device: str) -> Standing | None:
    """Return where a device stands, None when nothing was ever begun."""
    with reading(engine) as session:
        row = session.get(SoftwareRow, device)
        if row is None:
            return None
        lists: Sequence[Sequence[str]] = (row.files, row.seen, row.behind)
        files, seen, behind = (tuple(one) for one in lists)
        return Standing(row.device, row.image, Stage(row.stage), row.version, files, seen, behind, row.why)


def keep(engine: Engine, one: Standing, actor: str, tag: SoftwareTag | None = None) -> None:
    """Keep where a device stands, with its event: the stage's, or another."""
    with transaction(engine) as session:
        row = SoftwareRow(
            device=one.device, image=one.image, stage=one.stage.value, at=clock.now(), version=one.version,
            files=list(one.files), seen=list(one.seen), behind=list(one.behind), why=one.why,
        )  # fmt: skip
        session.merge(row)
        if said := tag or TAGS.get(one.stage):
            record(session, said, actor, f"device:{one.device}", {"image": one.image, "why": one.why})
