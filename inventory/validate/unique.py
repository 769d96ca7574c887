"""What may exist only once: ids, names of nodes, numbers, addresses, serial numbers. Pure."""

from collections.abc import Iterable, Iterator

from countynet.i18n import _
from inventory.model import County
from inventory.validate.finding import Finding, Place, twice

Seen = Iterable[tuple[Place, object]]


def names(county: County) -> Iterator[Finding]:
    """Ids are unique in their section; devices, hosts and terminals share their names, lines and cables their ids."""
    message = _("{value} is given twice, first in {other}")
    for section, field in (("buildings", "id"), ("units", "id"), ("zones", "name"), ("services", "name")):
        yield from twice(_field(county, section, field), message)
    yield from twice(_field(county, "policy", "id"), message)
    yield from twice([*_field(county, "circuits", "id"), *_field(county, "cables", "id")], message)
    terminals = [
        (("units", i, "terminals", j, "name"), t.name)
        for i, unit in enumerate(county.units)
        for j, t in enumerate(unit.terminals)
    ]
    nodes = [*_field(county, "devices", "name"), *_field(county, "hosts", "name"), *terminals]
    yield from twice(nodes, message)
    yield from twice(_dns_names(county), _("the name {value} answers with two addresses, first in {other}"))


def _field(county: County, section: str, field: str) -> Seen:
    return [((section, i, field), getattr(item, field)) for i, item in enumerate(getattr(county, section))]


def _dns_names(county: County) -> Seen:
    return [(("hosts", i, "names", j), n) for i, host in enumerate(county.hosts) for j, n in enumerate(host.names)]


def addresses(county: County) -> Iterator[Finding]:
    """An address belongs to one terminal, host, device or virtual gateway."""
    message = _("the address {value} is given twice, first in {other}")
    zones = [(("zones", i, "gateway"), zone.gateway) for i, zone in enumerate(county.zones)]
    devices = [*_field(county, "devices", "management")]
    hosts = [(("hosts", i, "address"), h.address.ip) for i, h in enumerate(county.hosts)]
    published = [(("hosts", i, "published"), h.published) for i, h in enumerate(county.hosts) if h.published]
    terminals = [
        (("units", i, "terminals", j, "address"), t.address)
        for i, unit in enumerate(county.units)
        for j, t in enumerate(unit.terminals)
    ]
    yield from twice([*zones, *devices, *hosts, *published, *terminals], message)
    yield from twice(_field(county, "devices", "staging"), message)


def people_of_the_network(county: County) -> Iterator[Finding]:
    """Unit numbers, unit names, serial numbers and contracts are unique: each stands for one thing in life."""
    yield from twice(_field(county, "units", "number"), _("the number {value} is given twice, first in {other}"))
    yield from twice(_field(county, "units", "name"), _("two units are named {value}, the first is {other}"))
    yield from twice(
        _field(county, "devices", "serial"), _("the serial number {value} is given twice, first in {other}")
    )
    yield from twice(_field(county, "circuits", "contract"), _("the contract {value} is given twice, first in {other}"))
