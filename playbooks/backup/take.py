"""Looks at devices in somebody's name and keeps what they run; one result per device, nothing raised across a fleet."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from countynet.canonical import JSON
from countynet.db import open_database, transaction
from countynet.errors import DeviceError
from countynet.events import record
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory import running
from inventory.running import Why
from inventory.select import select_devices
from playbooks.device import service
from playbooks.device.results import Limits, Progress, silent
from playbooks.present import present_county
from playbooks.tags import BackupTag


@dataclass(frozen=True)
class Taken:
    """How one device came out; `changed` says that a new version is kept."""

    device: str
    changed: bool
    seconds: float
    error: DeviceError | None = None

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        error = translate_error(self.error) if self.error else None
        return {"device": self.device, "changed": self.changed, "seconds": round(self.seconds, 2), "error": error}


def take(
    settings: Settings,
    why: Why,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> tuple[Taken, ...]:
    """Fetch and keep what the chosen devices run. Raises BadInput for a wrong selection, Conflict if git refuses."""
    county = present_county(settings)
    names = [device.name for device in select_devices(county, only or ())]
    with running.because(why):
        found = service.fetch(county, settings, names, progress, limits=limits, cancelled=cancelled)
    taken = tuple(Taken(r.device, r.device in why.changed, r.seconds, r.error) for r in found.values())
    note(settings, why, taken)
    return taken


def note(settings: Settings, why: Why, taken: Sequence[Taken]) -> None:
    """Record a backup that found something changed or somebody silent; one that found nothing leaves no event."""
    changed: list[JSON] = [one.device for one in taken if one.changed]
    failed: list[JSON] = [one.device for one in taken if one.error]
    if not (changed or failed):
        return
    data: dict[str, JSON] = {"cause": why.cause.value, "about": why.about, "changed": changed, "failed": failed}
    with transaction(open_database(settings)) as session:
        record(session, BackupTag.TAKEN, why.actor, "backup", data)
