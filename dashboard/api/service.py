"""What the API's operations stand on: the county's database, its folder, its inventory, its tokens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from dashboard.tokens.service import Tokens
from inventory.model import County
from monitoring.faults.config import wave_of
from monitoring.faults.service import Faults
from monitoring.knowledge.service import Knowledge


class CountySource(Protocol):
    """The inventory as it is now."""

    def whole(self) -> County:
        """Return the county with all its units."""
        ...


@dataclass(frozen=True)
class Api:
    """The ground of every operation."""

    engine: Engine
    folder: Path
    source: CountySource
    tokens: Tokens

    @property
    def faults(self) -> Faults:
        """What people do about faults."""
        return Faults(self.engine, wave_of(self.folder))

    @property
    def knowledge(self) -> Knowledge:
        """What earlier faults taught."""
        return Knowledge(self.engine)
