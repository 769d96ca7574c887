"""A unit put in quarantine, and released: every LAN port of its access device held in the inventory, and free again.

Unlike the emergency's isolation, which leaves the inventory as it is and so ends with whoever brings the device back to
it, a quarantine stands in the inventory with its reason, day and author: it lasts through every other plan until it is
released. Ports that are held for another reason (a finding about a terminal) keep that hold, before and after. What is
reached meanwhile by other ways than the unit's own device is the proof's to say; it is part of the look and the plan.
"""

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from inventory import names
from inventory.model import County, Device, HeldPort
from inventory.record import Drop, Edit, Put
from playbooks.day2.edited import Edited, Wanted
from playbooks.runner.programs.work import Work

PREFIX = "quarantine-"
NOT_THERE = _("there is no unit {unit} with an access device")


def device_of(county: County, unit: str) -> Device:
    """Return a unit's access device. Raises BadInput."""
    if unit not in county.cpe_by_unit:
        raise BadInput([Problem(NOT_THERE, {"unit": unit}, where="unit", found=unit)])
    return county.cpe_by_unit[unit]


def ours(county: County, device: Device) -> tuple[HeldPort, ...]:
    """Return the ports of a device that a quarantine holds."""
    return tuple(one for one in county.held_ports if one.device == device.name and one.id.startswith(PREFIX))


class Quarantine(Edited):
    """All LAN ports of a unit, held down."""

    def wanted(self, work: Work, county: County) -> Wanted:
        """Return the edits that hold what is not held yet."""
        (unit,) = work.names
        device, reason = device_of(county, unit), work.values["reason"]
        held = {one.port for one in county.held_ports if one.device == device.name}
        free = [port for port in names.lan_ports(device) if port not in held]
        told = translate(_("held already for another reason: {ports}"), ports=", ".join(sorted(held)))
        edits = tuple(self._hold(device, port, reason, work) for port in free)
        return Wanted(edits, f"{unit}: {reason}", (told,) if held and free else ())

    @staticmethod
    def _hold(device: Device, port: str, reason: str, work: Work) -> Edit:
        number = device.ports.index(port)
        return Put(
            "held_ports",
            {
                "id": f"{PREFIX}{device.name}-{number}", "device": device.name, "port": port, "how": "down",
                "reason": reason, "since": clock.today().isoformat(), "by": work.actor.name,
            },
        )  # fmt: skip

    def scope(self, work: Work, county: County) -> tuple[str, ...]:
        """Return the unit's access device."""
        return (device_of(county, work.names[0]).name,)


class Release(Edited):
    """A quarantine ended."""

    def wanted(self, work: Work, county: County) -> Wanted:
        """Return the edits that hold nothing of the quarantine any more."""
        (unit,) = work.names
        device = device_of(county, unit)
        mine = ours(county, device)
        others = [one for one in county.held_ports if one.device == device.name and one not in mine]
        said = _("{port} stays held: {reason}")
        told = tuple(translate(said, port=one.port, reason=one.reason) for one in others)
        since = tuple(
            translate(_("in quarantine since {day}, by {by}: {reason}"), day=one.since, by=one.by, reason=one.reason)
            for one in mine[:1]
        )
        edits: tuple[Edit, ...] = tuple(Drop("held_ports", one.id) for one in mine)
        return Wanted(edits, f"{unit}: {work.values['reason']}", (*since, *told))

    def scope(self, work: Work, county: County) -> tuple[str, ...]:
        """Return the unit's access device."""
        return (device_of(county, work.names[0]).name,)
