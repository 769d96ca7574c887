"""What the page of leases asks: how those of the last look stand, with one question to the database and no server's."""

from dataclasses import dataclass

from sqlalchemy import Engine

from inventory.model import County
from playbooks.leases import watch
from playbooks.leases.standing import Standing


@dataclass(frozen=True)
class Leases:
    """The leases of a county."""

    engine: Engine

    def last(self, county: County, unit: str | None = None) -> Standing:
        """Return how the leases stand: all, or what that unit may see."""
        found = watch.last(self.engine, county)
        return found if unit is None else found.of_unit(unit)
