"""The lookups that a description may name, and how one is asked for a form."""

from collections.abc import Mapping

from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.settings import Settings
from inventory.model import County
from playbooks.runner.defaults import joining, kept, lines
from playbooks.runner.defaults.seam import Case, Found, LookUp, Lookup
from playbooks.runner.model import Field, FieldKind, Playbook

Kinds = tuple[tuple[FieldKind, ...], ...]
UNIT: Kinds = (("unit",),)
DEVICE: Kinds = (("device",),)
BUILDING: Kinds = (("building",), ("choice",))
LOOKUPS: Mapping[str, Lookup] = {
    "unit-device": Lookup(_("the unit's access device"), lines.device, UNIT),
    "device-model": Lookup(_("the device's model"), lines.model, DEVICE),
    "first-core": Lookup(_("the first core"), lines.core, needs=0),
    "line-kind": Lookup(_("the kind of line that most units with a switch port have"), lines.kind, UNIT),
    "line-contract": Lookup(_("the line's number in its contract"), lines.contract, UNIT),
    "line-port": Lookup(_("the line's switch port, else the lowest free one"), lines.port, UNIT),
    "next-number": Lookup(_("the lowest free number"), joining.number, needs=0),
    "next-lan": Lookup(_("the LAN of that number in the address plan"), joining.lan, (("whole",),)),
    "next-port": Lookup(_("the lowest free switch port of the building"), joining.port, BUILDING, 2),
    "next-contract": Lookup(_("a number as its neighbours have it"), joining.contract, (*BUILDING, ("whole",)), 3),
    "newest-image": Lookup(_("the newest image made for the devices"), kept.image, DEVICE, 0),
    "newest-backup": Lookup(_("the device's newest backup"), kept.configuration, DEVICE),
    "newest-snapshot": Lookup(_("the application's newest backup"), kept.snapshot, (("application",),)),
}


def bound(settings: Settings, county: County, playbook: Playbook) -> LookUp:
    """Return how the fields of a form are looked up. What keeps a lookup from a value is told, never raised."""
    case = Case(settings, county)

    def look_up(field: Field, values: Mapping[str, str]) -> Found:
        lookup, given = LOOKUPS[field.default_of], [values.get(name, "") for name in field.follows]
        if not all(given[: lookup.needs]):
            first = next(name for name, value in zip(field.follows, given, strict=True) if not value)
            followed = playbook.field(first)
            return Found(told=translate(_("follows “{field}”"), field=followed.said if followed else first))
        try:
            return lookup.find(case, *given)
        except CountyError as error:
            return Found(told=translate_error(error))

    return look_up
