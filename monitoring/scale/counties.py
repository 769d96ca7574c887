"""Which counties the workers watch, each with its settings, its plan and its stores, opened once a process.

COUNTYNET_COUNTIES names a folder of county folders; without it there is the one of COUNTYNET_COUNTY. `{county}` in the
address of the database and in the buckets stands for the folder's name, so that each county has its own.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from countynet import vantage
from countynet.db import open_database
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.settings import COUNTIES, Settings
from monitoring.agents.keyring import Keyring, keyring
from monitoring.capability.senses import Senses
from monitoring.poller.plan import Plan, commit_of, load
from monitoring.series.choose import open_series
from monitoring.series.seam import SeriesStore

_LOOK = 30.0
"""seconds after which a county's commit is looked at again"""


def every(settings: Settings) -> dict[str, Settings]:
    """Return the settings of each county by name. Raises BadInput when there is none."""
    if settings.counties is None:
        return {settings.county.name: _of(settings, settings.county)}
    found = sorted(folder for folder in settings.counties.glob("*") if (folder / "county.yml").exists())
    if not found:
        raise BadInput(
            [
                Problem(
                    _("the folder holds no county"), where=COUNTIES, found=str(settings.counties), wanted="*/county.yml"
                )
            ]
        )
    return {folder.name: _of(settings, folder) for folder in found}


def _of(settings: Settings, folder: Path) -> Settings:
    own = {
        name: getattr(settings, name).replace("{county}", folder.name)
        for name in ("database", "influx_bucket", "influx_averages")
    }
    return settings.model_copy(update={**own, "county": folder})


@dataclass
class County:
    """One county as a worker process knows it. Threads share it; one writes samples at a time."""

    name: str
    settings: Settings
    writing: threading.Lock = field(default_factory=threading.Lock)
    _opening: threading.RLock = field(default_factory=threading.RLock)
    _plan: Plan | None = None
    _looked: float = 0.0
    _opened: tuple[str, Keyring] | None = None
    _database: Engine | None = None
    _series: SeriesStore | None = None
    _senses: Senses | None = None

    def plan(self) -> Plan:
        """Return the county's plan, anew when its commit changed. Raises BadInput, Conflict where a twin stands."""
        with self._opening:
            if self._plan is None or time.monotonic() - self._looked > _LOOK:
                self._looked = time.monotonic()
                if self._plan is None or commit_of(self.settings.county) != self._plan.commit:
                    self._plan = self._load()
            return self._plan

    def _load(self) -> Plan:
        if vantage.path(self.settings) is not None:
            raise Conflict(_("a twin stands in the place of {county}: workers watch real networks"), county=self.name)
        try:
            return load(self.settings)
        except BadInput:
            if self._plan is None:
                raise
            return Plan(self._plan.county, self._plan.topology, commit_of(self.settings.county))

    def keyring(self) -> Keyring:
        """Return what opens its agents, as of its plan. Raises BadInput without the vault."""
        with self._opening:
            plan = self.plan()
            if self._opened is None or self._opened[0] != plan.commit:
                self._opened = plan.commit, keyring(self.settings, plan.county)
            return self._opened[1]

    @property
    def database(self) -> Engine:
        """Where what happens lies."""
        with self._opening:
            if self._database is None:
                self._database = open_database(self.settings)
            return self._database

    @property
    def series(self) -> SeriesStore:
        """Where its samples go."""
        with self._opening:
            if self._series is None:
                self._series = open_series(self.settings)
            return self._series

    @property
    def senses(self) -> Senses:
        """What its devices can tell, as this process knows it."""
        with self._opening:
            if self._senses is None:
                self._senses = Senses()
                self._senses.load(self.database, self.plan().names)
            return self._senses

    def close(self) -> None:
        """Let go of everything."""
        with self._opening:
            if self._series is not None:
                self._series.close()
            if self._database is not None:
                self._database.dispose()
            self._series = self._database = None
