"""Whom the poller watches: the county as it is now, and how to notice that it changed.

The inventory's commit decides: an edit that is not committed is not yet what should be. A commit that does not validate
is refused and the old plan stays, because a typing mistake must not blind the county. Where a twin stands instead of
the county, only what the twin holds is watched.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from inventory.intent.rotation import snmp_senders
from inventory.load import forget
from inventory.model import County
from inventory.select import select_devices
from inventory.subset import only_units
from monitoring.agents.keyring import credentials_of, equipped
from monitoring.detect.topology import Topology, topology
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials
from topology.twin.state import Places


@dataclass(frozen=True)
class Plan:
    """A county, prepared for watching."""

    county: County
    topology: Topology
    commit: str
    only: frozenset[str] | None = None
    """the devices that are polled; None: all"""
    kits: tuple[Target, ...] = ()
    """the agents of security equipment that others configure and that the county has credentials of"""

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which something is kept: the county's devices and such equipment."""
        return (*(device.name for device in self.county.devices), *(kit.device for kit in self.kits))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The agent of every device that is polled."""
        polled = [d for d in self.county.devices if self.only is None or d.name in self.only]
        return tuple(Target(device.name, str(device.management)) for device in polled)

    def of(self, expressions: Sequence[str] | None) -> "Plan":
        """Return the plan for a selection of devices (`--only`); itself without one. Raises BadInput."""
        if not expressions:
            return self
        return replace(self, only=frozenset(device.name for device in select_devices(self.county, expressions)))


def commit_of(folder: Path) -> str:
    """Return the commit of a county folder, empty when it is no git repository."""
    done = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def load(settings: Settings, county: County | None = None) -> Plan:
    """Return the plan of the county folder, or of a county at hand. Raises BadInput.

    Who watches a county reads it at each commit and lives for months: nothing else of the reading is kept.
    """
    commit = commit_of(settings.county)
    known = county or _standing(settings, load_county(settings.county))
    forget()
    return Plan(known, topology(known), commit, kits=equipped(settings.county, known))


def _standing(settings: Settings, county: County) -> County:
    """Return the part of the county that stands: a quick twin has a few units only, and the others are not down."""
    twin = Places(settings).read()
    names = {node.name for node in twin.nodes} if twin else set()
    units = [unit for unit, cpe in county.cpe_by_unit.items() if cpe.name in names]
    return only_units(county, units) if 0 < len(units) < len(county.units) else county


def credentials(settings: Settings) -> tuple[Credentials, ...]:
    """Return the SNMP users as which devices tell us something: two while they are exchanged. Raises BadInput."""
    return tuple(map(credentials_of, snmp_senders(Secrets.load(settings).get)))
