"""Cables that are cables, names that stand once in the newer sections, and room for the next unit. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, HostKind
from inventory.model import County
from inventory.validate.finding import Finding, twice, wrong
from inventory.validate.rule import advice, error, warning

COPPER_METRES = 100
_SECTIONS = (
    ("sites", "id"),
    ("racks", "id"),
    ("device_types", "slug"),
    ("security_equipment", "id"),
    ("contracts", "number"),
    ("seals", "id"),
    ("certificates", "id"),
    ("contacts", "id"),
    ("applications", "id"),
    ("backup_jobs", "id"),
    ("phases", "id"),
    ("batches", "id"),
    ("trainings", "id"),
    ("quarantine", "id"),
    ("held_ports", "id"),
)
_FEW_PORTS = 2


def ids(county: County) -> Iterator[Finding]:
    """An id stands once in its section."""
    message = _("{value} is given twice, first in {other}")
    for section, key in _SECTIONS:
        items = getattr(county, section)
        yield from twice((((section, i, key), str(getattr(item, key))) for i, item in enumerate(items)), message)


def both_ends(county: County) -> Iterator[Finding]:
    """A cable has two ends, at two nodes."""
    for i, cable in enumerate(county.cables):
        if cable.a.node == cable.b.node:
            message = _("both ends of {cable} are at {node}")
            yield wrong(("cables", i, "b"), message, cable=cable.id, node=cable.a.node)


def long_copper(county: County) -> Iterator[Finding]:
    """A copper cable is at most 100 m long (GB 50311)."""
    for i, cable in enumerate(county.cables):
        if cable.kind == "copper" and (cable.length_m or 0) > COPPER_METRES:
            message = _("{cable} is of copper and {metres} m long")
            yield wrong(("cables", i, "length_m"), message, cable=cable.id, metres=f"{cable.length_m:g}")


def alone(county: County) -> Iterator[Finding]:
    """A device has a cable; an ADSL unit's CPE has its telephone line."""
    cabled = {end.node for cable in county.cables for end in (cable.a, cable.b)}
    by_line = {line.unit for line in county.circuits if line.access is Access.ADSL}
    for i, device in enumerate(county.devices):
        if device.name not in cabled and device.unit not in by_line:
            yield wrong(("devices", i), _("no cable is at {node}"), about=[device.name], node=device.name)


def full(county: County) -> Iterator[Finding]:
    """A building switch has ports for more units."""
    used = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    for i, device in enumerate(county.devices):
        free = sum((device.name, port) not in used for port in device.ports)
        if device.role is DeviceRole.BUILDING and free < _FEW_PORTS:
            message = _("{node} has {count} free ports left")
            yield wrong(("devices", i, "ports"), message, node=device.name, count=free)


def foreign_names(county: County) -> Iterator[Finding]:
    """A name that our own hosts answer to lies in the county's domain."""
    domain = "." + county.plan.domain
    for i, host in enumerate(county.hosts):
        for j, name in enumerate(host.names):
            if not name.endswith(domain):
                message = _("{name} lies outside of the county's domain {domain}")
                yield wrong(("hosts", i, "names", j), message, name=name, domain=county.plan.domain)


def unpublished(county: County) -> Iterator[Finding]:
    """A host for the public is published, with a service."""
    for i, host in enumerate(county.hosts):
        if host.kind is HostKind.PUBLIC and (host.published is None or not host.services):
            message = _("{host} is for the public, but has no public address or no service")
            yield wrong(("hosts", i), message, host=host.name)


RULES = (
    error("section-ids", ids, _("an id that nothing else in the section has")),
    error("cable-both-ends", both_ends, _("ports of two different nodes")),
    warning("copper-long", long_copper, _("a fiber, or a length up to 100 m")),
    advice("device-alone", alone, _("its cables, or state: spare")),
    advice("switch-full", full, _("another switch before the next unit")),
    advice("names-foreign", foreign_names, _("a name that ends with the county's domain")),
    advice("host-unpublished", unpublished, _("published: a public address, and services")),
)
