"""Reads what devices run, whole, and keeps it: the eyes of planning, of the backup before a change and of `settle`."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from countynet.errors import DeviceError
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.model import County, Device
from inventory.platforms import linux
from playbooks.device import change, service
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits, Progress, silent
from playbooks.plan import armed


@dataclass(frozen=True)
class Seen:
    """What a device runs and holds, or why that is not known; holds secrets."""

    device: str
    running: str = ""
    standing: armed.Standing = field(default_factory=lambda: armed.Standing("nothing"))
    error: DeviceError | None = None

    def __repr__(self) -> str:
        return f"Seen({self.device!r}, error={self.error})"


def look(session: Session, limits: Limits) -> Seen:
    """Return what an open device runs and holds. Raises DeviceError."""
    running = change.read(session.transport, linux, limits)
    standing = armed.understand(session.transport.run(armed.LOOK, limits.command).output)
    return Seen(session.transport.device, running, standing)


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

    def act(device: Device, session: Session, began: float) -> Seen:
        return look(session, limits)

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
    service.store(settings, secrets, {s.device: s.running for s in found.values() if not s.error})
    return dict(found)
