"""What is shown of freeze periods."""

from dataclasses import dataclass
from typing import ClassVar

from playbooks.freezes.model import Freeze


@dataclass(frozen=True)
class HeldPart:
    """What keeps one run or plan from beginning, and the form of whoever may let it begin."""

    template: ClassVar[str] = "freezes/held.html"
    words: str
    action: str
    """where the form goes; empty for whoever may not"""
    error: str = ""
    """what is wrong with the reason that was given"""


@dataclass(frozen=True)
class FreezesPage:
    """Every period that holds or is to come."""

    template: ClassVar[str] = "freezes/list.html"
    periods: tuple[tuple[Freeze, bool], ...]
    """each with whether it holds now"""
    file: str
    problem: str = ""
    """what is wrong with the file: then no change begins"""
