"""Draws the change of one device: both ways, exact, and how it may be shown. Pure."""

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from inventory.platforms import linux
from playbooks.plan.blast import touches_management
from playbooks.plan.model import DeviceChange, Shown, Steps, Way, Written, digest

SECONDS = 120
"""until a device takes a change back by itself"""


def steps(device: str, running: str, intended: str) -> Steps | None:
    """Return what leads from one text to the other and back; None when they are equal.

    Raises DeviceError for a device whose staging port is open: it is brought up by `config apply`, not by a plan.
    """
    if not linux.diff(running, intended):
        return None
    there, back = linux.activation(running, intended), linux.activation(intended, running)
    if there.closing:
        raise DeviceError(device, _("is bare or half brought up; run: countynet config apply {device}"))
    return Steps(running=running, intended=intended, do=_way(there), undo=_way(back))


def _way(activation: linux.Activation) -> Way:
    return Way(files=dict(activation.files), delete=activation.delete, commands=activation.commands)


def change(device: Device, found: Steps, key: bytes, units: tuple[str, ...], seconds: int) -> DeviceChange:
    """Return a device's change as it is shown and hashed; `key` makes digests and masks."""
    diff = linux.diff(found.running, found.intended, key)
    return DeviceChange(
        device=device.name,
        role=device.role,
        building=device.building,
        running=digest(found.running, key),
        intended=digest(found.intended, key),
        diff=diff,
        do=shown(found.do, key),
        undo=shown(found.undo, key),
        seconds=seconds,
        management=touches_management(diff),
        units=units,
    )


def shown(way: Way, key: bytes) -> Shown:
    """Return a way without its contents."""
    files = tuple(
        Written(path=path, mode=mode, digest=digest(content, key)) for path, (mode, content) in way.files.items()
    )
    return Shown(files=files, delete=way.delete, commands=way.commands)
