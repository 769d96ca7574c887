"""The systems that classified protection is about (定级对象): level, filing, assessment, and what each stands on. Pure.

Out of the inventory's applications, nothing else: who changes a level changes the inventory, with a reason and a
history. A device belongs to a system when the inventory names it there, or when one of the system's hosts is plugged
into it. A device that carries systems of several levels is asked what the highest of them needs (GB/T 22240, 就高).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from countynet.canonical import JSON
from countynet.i18n import language
from inventory.model import Application, County

HIGH = 3
"""from this level on an assessment is due each year, and clauses of level 3 are asked"""


@dataclass(frozen=True)
class System:
    """One system with everything that it stands on."""

    item: Application
    owner: str
    """the unit's name in the language of the context"""
    devices: tuple[str, ...]
    """named by the inventory, and those that its hosts are plugged into"""
    zones: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the language of the context."""
        return self.item.name if language() == "zh_CN" else self.item.name_en

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        one = self.item
        days = {name: _day(getattr(one, name)) for name in ("filed_on", "assessed_on", "assess_by")}
        person = one.responsible
        return {
            "id": one.id, "name": one.name, "owner": one.owner, "level": one.level, "grades": one.grades,
            "filing": one.filing, **days, "hosts": list(one.hosts), "devices": list(self.devices),
            "zones": list(self.zones), "data": list(one.data),
            "responsible": None if person is None else {"name": person.name, "telephone": person.telephone},
        }  # fmt: skip


def systems(county: County) -> tuple[System, ...]:
    """Return every system, in the order of the inventory."""
    return tuple(_system(county, one) for one in county.applications)


def levels(county: County) -> Mapping[str, Mapping[str, int]]:
    """Return by device which systems it carries, with the level of each; a device that carries none is absent."""
    found: dict[str, dict[str, int]] = {}
    for system in systems(county):
        for name in system.devices:
            found.setdefault(name, {})[system.item.id] = system.item.level
    return found


def shared(county: County) -> Iterator[tuple[str, Sequence[Application]]]:
    """Yield every host that carries systems of more than one level, with them."""
    for host in county.hosts:
        held = [one for one in county.applications if host.name in one.hosts]
        if len({one.level for one in held}) > 1:
            yield host.name, held


def mixed(county: County) -> Iterator[tuple[str, Sequence[Application]]]:
    """Yield every zone in which systems of more than one level stand on different hosts, with them.

    Within a zone nothing filters, so between them is no boundary.
    """
    for zone in county.zones:
        held = [one for one in county.applications if one.zone is zone.name and one.hosts]
        if len({one.level for one in held}) > 1:
            yield zone.name.value, held


def _system(county: County, one: Application) -> System:
    owner, hosts = county.unit_by_id[one.owner], set(one.hosts)
    ends = [(c.a.node, c.b.node) for c in county.cables] + [(c.b.node, c.a.node) for c in county.cables]
    plugged = [there for here, there in ends if here in hosts and there in county.device_by_name]
    zones = dict.fromkeys([one.zone.value, *(county.host_by_name[h].zone.value for h in one.hosts)])
    name = owner.name if language() == "zh_CN" else owner.name_en
    return System(one, name, tuple(dict.fromkeys([*one.devices, *plugged])), tuple(zones))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
