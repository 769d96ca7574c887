"""The stages of a demo: each room registers its own under the entry points `countynet.stages`.

They run in the order of their names. A stage says what it does while it does it, returns its part of the summary, and
fails by raising a CountyError. A stage may be run again at any time and does only what is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from countynet.canonical import JSON
from countynet.console import Progress
from countynet.settings import Settings

__all__ = ["JSON", "Stage", "StageContext"]


@dataclass
class StageContext:
    """What a stage gets and hands on."""

    settings: Settings
    quick: bool
    say: Callable[[str], None]
    """prints one line, already translated"""
    progress: Progress
    """progress(done, total, text): replaces the line before"""
    county: Any = None
    """set by the inventory stage (inventory.model.County); the foundation does not know its type"""
    mixed: bool = False
    """a county that is made is the one of several makers"""
    applications: bool = False
    """a county that is made has servers with applications, and they are deployed"""
    shared: dict[str, Any] = field(default_factory=dict)
    """what a stage leaves for later ones"""


@runtime_checkable
class Stage(Protocol):
    """One step from nothing to a running county."""

    name: str
    title: str
    """msgid"""

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Do it; return the part of the demo's summary. Raises CountyError."""
        ...
