"""Reads what devices run, whole, and keeps it: the eyes of planning, of the backup before a change and of `settle`."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countynet.errors import DeviceError
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.model import County, Device
from playbooks.device import drivers, service
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits, Progress, silent


@dataclass(frozen=True)
class Seen:
    """What a device runs, or why that is not known; holds secrets."""

    device: str
    running: str = ""
    error: DeviceError | None = None

    def __repr__(self) -> str:
        return f"Seen({self.device!r}, error={self.error})"


def look_all(
    county: County,
    settings: Settings,
    secrets: Secrets,
    names: Sequence[str],
    limits: Limits,
    progress: Progress = silent,
    cancelled: threading.Event | None = None,
) -> dict[str, Seen]:
    """Look at many devices and keep their configurations (the backup); a device that fails is named in its value."""

    def act(device: Device, session: Session[Any], began: float) -> Seen:
        return Seen(device.name, drivers.of(device).read(session, device, limits))

    operation = Operation(
        service.select(county, names),
        service.opener(county, settings, secrets, limits),
        act,
        lambda name, seconds, error: Seen(name, error=error),
        limits,
        service.around_of(settings),
        service.redactor(secrets),
        progress,
        cancelled or threading.Event(),
    )
    found: Mapping[str, Seen] = {seen.device: seen for seen in operation.run()}
    service.store(settings, secrets, county, {s.device: s.running for s in found.values() if not s.error})
    return dict(found)
