"""How long what we bought holds: warranty, the maker's support, licences; and security equipment's own facts. Pure."""

from collections.abc import Iterator
from datetime import date

from countynet.i18n import _
from countynet.vocabulary import DeviceState
from inventory.model import County
from inventory.validate.equipment import IDLE
from inventory.validate.finding import Finding, Place, over, soon, wrong
from inventory.validate.rule import advice, advice_on, error, warning, warning_on


def _lives(county: County) -> Iterator[tuple[str, int, str, date | None, date | None, date | None]]:
    """Yield section, index, name, and the days of purchase, warranty and support of what is not retired."""
    for section, key in (("devices", "name"), ("security_equipment", "id")):
        for i, device in enumerate(getattr(county, section)):
            life = device.life
            if life.state is not DeviceState.RETIRED:
                yield section, i, getattr(device, key), life.bought_on, life.warranty_until, life.support_until


def warranty(county: County, today: date) -> Iterator[Finding]:
    """A device whose warranty has ended is repaired at our cost."""
    for section, i, name, _bought, until, _support in _lives(county):
        if over(until, today):
            message = _("the warranty of {node} ended on {day}")
            yield wrong((section, i, "life", "warranty_until"), message, node=name, day=until)


def support(county: County, today: date) -> Iterator[Finding]:
    """A device without its maker's support gets no corrections of its security any more."""
    for section, i, name, _bought, _warranty, until in _lives(county):
        if over(until, today):
            message = _("the maker's support of {node} ended on {day}")
            yield wrong((section, i, "life", "support_until"), message, node=name, day=until)


def support_ending(county: County, today: date) -> Iterator[Finding]:
    """A device whose support ends within three months is to be replaced."""
    for section, i, name, _bought, _warranty, until in _lives(county):
        if soon(until, today):
            message = _("the maker's support of {node} ends on {day}")
            yield wrong((section, i, "life", "support_until"), message, node=name, day=until)


def life_order(county: County) -> Iterator[Finding]:
    """Warranty and support end after the purchase."""
    for section, i, name, bought, warranty_until, support_until in _lives(county):
        for field, day in (("warranty_until", warranty_until), ("support_until", support_until)):
            if bought is not None and day is not None and day < bought:
                message = _("{field} of {node} is before the day on which it was bought")
                yield wrong((section, i, "life", field), message, field=field, node=name)


def bought_later(county: County, today: date) -> Iterator[Finding]:
    """What is bought on a day to come is not in service."""
    for section, i, name, bought, _warranty, _support in _lives(county):
        if bought is not None and over(today, bought) and getattr(county, section)[i].life.state not in IDLE:
            message = _("{node} is bought on a day that has not come yet, {day}")
            yield wrong((section, i, "life", "bought_on"), message, node=name, day=bought)


def security(county: County) -> Iterator[Finding]:
    """Security equipment stands in a building that exists, and its serial number and address are its own."""
    serials: dict[object, str] = {device.serial: device.name for device in county.devices}
    addresses: dict[object, str] = {device.management: device.name for device in county.devices}
    addresses |= {host.address.ip: host.name for host in county.hosts}
    for i, kit in enumerate(county.security_equipment):
        place = ("security_equipment", i)
        if kit.building not in county.building_by_id:
            yield wrong((*place, "building"), _("there is no such building"), found=kit.building)
        yield from _own((*place, "serial"), kit.id, kit.serial, serials)
        yield from _own((*place, "management"), kit.id, kit.management, addresses)


def _own(place: Place, name: str, value: object, known: dict[object, str]) -> Iterator[Finding]:
    """Say it when something else has a value already."""
    other = known.setdefault(value, name) if value is not None else name
    if other != name:
        yield wrong(place, _("{value} is {other}'s already"), about=[other], value=value, other=other)


def licenceless(county: County) -> Iterator[Finding]:
    """Security equipment has a licence with a last day."""
    for i, kit in enumerate(county.security_equipment):
        if kit.licence_until is None and kit.life.state is not DeviceState.RETIRED:
            yield wrong(("security_equipment", i), _("the last day of the licence of {id} is not known"), id=kit.id)


def licence_ended(county: County, today: date) -> Iterator[Finding]:
    """Security equipment without a licence does not learn of new threats."""
    for i, kit in enumerate(county.security_equipment):
        if over(kit.licence_until, today) and kit.life.state is not DeviceState.RETIRED:
            message = _("the licence of {id} ended on {day}")
            yield wrong(("security_equipment", i, "licence_until"), message, id=kit.id, day=kit.licence_until)


def licence_ending(county: County, today: date) -> Iterator[Finding]:
    """A licence that ends within three months is to be renewed."""
    for i, kit in enumerate(county.security_equipment):
        if soon(kit.licence_until, today) and kit.life.state is not DeviceState.RETIRED:
            message = _("the licence of {id} ends on {day}")
            yield wrong(("security_equipment", i, "licence_until"), message, id=kit.id, day=kit.licence_until)


RULES = (
    error("security-equipment", security, _("a building that exists; a serial number and address of its own")),
    advice_on("warranty-ended", warranty, _("a service contract, or a new device in the budget")),
    warning_on("support-ended", support, _("a device that its maker still supports")),
    advice_on("support-ending", support_ending, _("a new device in the budget")),
    warning("life-order", life_order, _("a day after the purchase")),
    warning_on("bought-later", bought_later, _("the day of purchase, or state: planned")),
    advice("licence-missing", licenceless, _("its last day, in licence_until")),
    warning_on("licence-ended", licence_ended, _("a new licence")),
    advice_on("licence-ending", licence_ending, _("a new licence in time")),
)
