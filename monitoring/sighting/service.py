"""What the dashboard may ask of coverage, sensors and cabling: reads in a fixed number of queries, nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading
from inventory.model import County
from monitoring.capability.show import Coverage, covered
from monitoring.capability.store import SensorRow, sensors
from monitoring.sighting.discover import Discovery, discover


@dataclass(frozen=True)
class Sensing:
    """What devices tell, and what is around them."""

    engine: Engine

    def coverage(self, county: County) -> Coverage:
        """Return what is watched of a county."""
        with reading(self.engine) as session:
            return covered(session, county)

    def sensors(self, device: str) -> Sequence[SensorRow]:
        """Return the sensors of one device as last read."""
        with reading(self.engine) as session:
            return sensors(session, device)

    def cabling(self, county: County) -> Discovery:
        """Return what is cabled differently, what is missing, who is unknown."""
        with reading(self.engine) as session:
            return discover(session, county, clock.now())
