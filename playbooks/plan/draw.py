"""Draws the change of one device: both ways, exact, and how it may be shown. Pure."""

from inventory.model import Device
from playbooks.device import drivers
from playbooks.device.vouched import Due
from playbooks.plan.blast import touches_management
from playbooks.plan.guards import choose
from playbooks.plan.model import DeviceChange, SecretSent, Shown, Steps, Way, Written, digest

SECONDS = 120
"""until a device takes a change back by itself"""


def steps(device: Device, running: str, intended: str, due: Due | None = None) -> Steps | None:
    """Return what leads from one text to the other and back; None when they mean the same and no secret is `due`.

    Raises DeviceError for a device that cannot be planned, e.g. a bare one.
    """
    return choose(device, running).steps(device, running, intended, due or Due())


def change(device: Device, found: Steps, key: bytes, units: tuple[str, ...], seconds: int) -> DeviceChange:
    """Return a device's change as it is shown and hashed; `key` makes digests and masks."""
    driver, method = drivers.of(device), choose(device, found.running)
    diff = driver.difference(found.running, found.intended, key)
    diff += driver.sent_again(found.intended, found.anew)
    return DeviceChange(
        device=device.name,
        role=device.role,
        building=device.building,
        running=digest(driver.canonical(found.running), key),
        intended=digest(driver.canonical(found.intended), key),
        diff=diff,
        do=shown(found.do, key, device),
        undo=shown(found.undo, key, device),
        revert=method.revert,
        seconds=method.granted(seconds),
        management=touches_management(diff, device.platform),
        units=units,
        secrets=tuple(
            SecretSent(where=where, reason=reason, digest=found.sent.get(where, ""))
            for where, reason in found.anew.items()
        ),
    )


def shown(way: Way, key: bytes, device: Device | None = None) -> Shown:
    """Return a way without its contents; lines are masked as the device's platform masks."""
    files = tuple(
        Written(path=path, mode=mode, digest=digest(content, key)) for path, (mode, content) in way.files.items()
    )
    lines = tuple(drivers.of(device).mask("\n".join(way.lines), key).split("\n")) if device and way.lines else ()
    return Shown(files=files, delete=way.delete, commands=way.commands, lines=lines)
