"""The contexts of the pages of codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from inventory.model import Unit
from monitoring.faults.reports.codes import Code


@dataclass(frozen=True)
class CodesPage:
    """Every unit with its code."""

    template: ClassVar[str] = "codes/codes.html"
    units: tuple[Unit, ...]
    codes: Mapping[str, Code]

    @property
    def missing(self) -> int:
        """Return how many units have none."""
        return sum(unit.id not in self.codes for unit in self.units)


@dataclass(frozen=True)
class CardsPage:
    """A card for each unit that has a code, to be printed and cut."""

    template: ClassVar[str] = "codes/cards.html"
    units: tuple[Unit, ...]
    codes: Mapping[str, Code]
    address: str
    """of the public form"""
