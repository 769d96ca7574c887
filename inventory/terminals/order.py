"""The operator's work order for an approved application: where to go, whom to call, what to plug in. Pure."""

from dataclasses import dataclass

from countynet.canonical import JSON
from inventory.model import Building, County, Person, Unit
from inventory.terminals.form import without_mac
from inventory.terminals.model import Application, Place


@dataclass(frozen=True)
class WorkOrder:
    """One work order; its number is the application's."""

    application: Application
    place: Place
    unit: Unit
    building: Building
    contact: Person
    """the unit's information officer, else its leader"""
    read_off: tuple[str, ...]
    """terminals of the unit whose MAC address has to be read off, too: nothing is bound before all are known"""

    @property
    def cpe_port(self) -> str:
        """The port that the terminal is plugged into."""
        return f"{self.place.cpe}:{self.place.port}"

    def document(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        place, request = self.place, self.application.request
        return {
            "order": self.application.id,
            "unit": self.unit.id,
            "name": self.unit.name,
            "building": self.building.name,
            "address_of_building": self.building.address,
            "room": request.room,
            "user": request.user,
            "contact": {"name": self.contact.name, "title": self.contact.title, "telephone": self.contact.telephone},
            "by": request.wanted_by.isoformat(),
            "device": place.cpe,
            "port": place.port,
            "mac": request.mac,
            "terminal": place.terminal,
            "address": str(place.address),
            "gateway": str(self.unit.lan[1]),
            "prefix_length": self.unit.lan.prefixlen,
            "address6": str(place.address6) if place.address6 else None,
            "read_off": list(self.read_off),
        }


def work_order(county: County, found: Application) -> WorkOrder | None:
    """Return the order of an application; None while nothing is ordered, and when its unit is gone."""
    unit = county.unit_by_id.get(found.unit)
    if unit is None or found.place is None:
        return None
    return WorkOrder(
        application=found,
        place=found.place,
        unit=unit,
        building=county.building_by_id[unit.building],
        contact=unit.officer or unit.leader,
        read_off=without_mac(unit, found.place.terminal),
    )
