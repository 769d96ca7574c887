"""What a response changes in the inventory: one entry of `held_ports`, put or dropped. Pure."""

from datetime import date

from audit.terminals.model import Finding
from audit.terminals.respond.model import KEPT, How
from countynet.errors import Conflict
from countynet.i18n import _
from inventory.model import County, HeldPort
from inventory.record import Drop, Edit, Put


def hold(
    county: County, about: Finding, how: How, reason: str, by: str, today: date, emergency: int | None
) -> tuple[str, tuple[Edit, ...]]:
    """Return the entry's id and the edit that holds a finding's port. Raises Conflict when it is held already."""
    if there := held(county, about.device, about.port):
        message = _("{device}:{port} is held already, since {day} by {login} ({reason})")
        said = {"device": there.device, "port": there.port, "day": there.since, "login": there.by}
        raise Conflict(message, reason=there.reason, **said)
    name = f"hold-{about.number}-{about.device}"[:41]
    return name, (
        Put(
            "held_ports",
            {
                "id": name,
                "device": about.device,
                "port": about.port,
                "how": KEPT[how],
                "reason": reason,
                "since": today.isoformat(),
                "by": by,
                "finding": about.number,
                "mac": about.mac or None,
                "emergency": emergency,
            },
        ),
    )


def held(county: County, device: str, port: str) -> HeldPort | None:
    """Return what the inventory says of a held port, None when it is free."""
    return next((one for one in county.held_ports if (one.device, one.port) == (device, port)), None)


def release(county: County, name: str) -> tuple[Edit, ...]:
    """Return the edit that holds a port no longer; none when nothing does."""
    return (Drop("held_ports", name),) if any(one.id == name for one in county.held_ports) else ()
