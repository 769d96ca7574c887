"""The contexts of the pages that lead from a failed check to the plan that mends it."""

from dataclasses import dataclass
from typing import ClassVar

from flask import url_for

from audit.fix.desk import Link, Making
from audit.fix.model import KINDS, PLANNED, Remedy
from countynet.i18n import translate


@dataclass(frozen=True)
class Mended:
    """One device that fails the check, and what would mend it; no remedy: it was not looked at yet."""

    device: str
    remedy: Remedy | None
    link: Link | None

    @property
    def says(self) -> str:
        """What mends it, in words."""
        return translate(KINDS[self.remedy.kind]) if self.remedy else ""

    @property
    def edit(self) -> str:
        """The address of the page on which the inventory is changed; empty: it need not be."""
        where = self.remedy.place if self.remedy else None
        if where is None:
            return ""
        if not where.key:
            return url_for("inventory.section", section=where.section)
        return url_for("inventory.object", section=where.section, key=where.key, field=where.field or None)

    @property
    def plannable(self) -> bool:
        """Whether a plan may bring it, as far as anybody looked."""
        return self.remedy is None or self.remedy.kind in PLANNED


@dataclass(frozen=True)
class MakingPart:
    """The live part: the job that makes the plans."""

    template: ClassVar[str] = "audit/fix/making.html"
    job: Making | None


@dataclass(frozen=True)
class FixPage:
    """A check that fails in a run, and what mends it."""

    template: ClassVar[str] = "audit/fix/fix.html"
    run: int
    check: str
    title: str
    devices: tuple[Mended, ...]
    making: MakingPart
    may_plan: bool
    problems: tuple[str, ...] = ()
