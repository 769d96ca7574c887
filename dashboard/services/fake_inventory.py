"""The record for tests: the real one over a county folder of its own, made when somebody first asks.

A record in memory would be a second implementation of git's history, undo and merge; this one cannot differ from the
real.
"""

from functools import cached_property

from sqlalchemy import Engine

from countynet.settings import Settings
from dashboard.services.fake import FakeCounty
from dashboard.services.real.inventory import RealInventory
from inventory import create
from inventory.load import load_county
from inventory.record import Repository


class FakeInventory(RealInventory):
    """The `Inventory` protocol over a folder of its own; a `FakeCounty` follows its commits."""

    def __init__(self, settings: Settings, engine: Engine, source: FakeCounty) -> None:
        super().__init__(settings, engine, self._follow)
        self._source = source

    @cached_property
    def repository(self) -> Repository:
        """The folder's repository, made on first use."""
        create.create_folder(self.settings)
        create.create_repository(self.settings)
        return self._repository

    def _follow(self) -> None:
        self._source.value = load_county(self.settings.county)
