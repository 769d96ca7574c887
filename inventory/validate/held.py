"""Held ports: each is a port to people or to nobody, never one that carries the network; and where they are confined.

So that a hand-written line in the file cannot cut what the program refuses to cut. Pure.
"""

from collections.abc import Iterator

from countynet.i18n import _
from inventory.intent.held import SIZE
from inventory.model import County
from inventory.validate.finding import Finding, twice, wrong
from inventory.validate.rule import error, warning

VLANS = 64
"""ports of one device that can be confined"""


def ports(county: County) -> Iterator[Finding]:
    """A held port is one of a device, and leads to no device or server of the county."""
    infrastructure = {*county.device_by_name, *county.host_by_name}
    ends = {(one.node, one.port): other.node for c in county.cables for one, other in ((c.a, c.b), (c.b, c.a))}
    for i, held in enumerate(county.held_ports):
        device = county.device_by_name.get(held.device)
        if device is None or held.port not in device.ports:
            message = _("there is no port {port} of a device {device}")
            yield wrong(("held_ports", i, "port"), message, found=held.port, port=held.port, device=held.device)
        elif (other := ends.get((held.device, held.port), "")) in infrastructure or _is_line(county, held.port, other):
            message = _("{device}:{port} carries the network itself, to {other}: it is never held")
            said = {"device": held.device, "port": held.port, "other": other or _("the operator's line")}
            yield wrong(("held_ports", i, "port"), message, about=[held.device], **said)


def _is_line(county: County, port: str, other: str) -> bool:
    """Whether an uncabled port is a line's: those of the operator's net have no cable in the inventory."""
    return not other and port.startswith(("wan", "dsl"))


def repeated(county: County) -> Iterator[Finding]:
    """A port is held once."""
    values = ((("held_ports", i), f"{held.device}:{held.port}") for i, held in enumerate(county.held_ports))
    yield from twice(values, _("{value} is given twice, first in {other}"))


def planned(county: County) -> Iterator[Finding]:
    """Who is confined is confined somewhere: the plan says where, with room for the port."""
    plan = county.plan.confinement
    for i, held in enumerate(county.held_ports):
        if held.how == "confined" and plan is None:
            yield wrong(("held_ports", i, "how"), _("plan.confinement does not say where to"), about=[held.device])


def confinement(county: County) -> Iterator[Finding]:
    """Where people are confined is used for nothing else, and the notice page is a host's service."""
    plan, place = county.plan.confinement, ("plan", "confinement")
    if plan is None:
        return
    used = {line.vlan: line.id for line in county.circuits if line.vlan is not None}
    used |= {zone.vlan: zone.name.value for zone in county.zones}
    used |= {m.vlan: m.aggregation for m in county.plan.switch_management}
    taken = sorted(number for number in used if plan.vlan <= number < plan.vlan + VLANS)
    if taken or plan.vlan + VLANS > 4095:
        other = used[taken[0]] if taken else "4094"
        message = _("VLANs {first} to {last} are those of held ports, and {other} is among them")
        yield wrong((*place, "vlan"), message, first=plan.vlan, last=plan.vlan + VLANS - 1, other=other)
    for net in (
        county.plan.unit_lans,
        *county.plan.management,
        *(z.prefix for z in county.zones if z.prefix.prefixlen),
    ):
        if plan.prefix.overlaps(net):
            yield wrong((*place, "prefix"), _("{prefix} overlaps {other}"), prefix=plan.prefix, other=net)
    if plan.prefix.prefixlen > SIZE - 4:
        message = _("{prefix} has no room for 16 ports: each takes a /{size}")
        yield wrong((*place, "prefix"), message, prefix=plan.prefix, size=SIZE)
    if plan.notice is not None and plan.notice not in county.host_by_name:
        yield wrong((*place, "notice"), _("there is no host {name}"), found=plan.notice, name=plan.notice)
    if plan.service not in {service.name for service in county.services}:
        yield wrong((*place, "service"), _("there is no service {name}"), found=plan.service, name=plan.service)


def unoffered(county: County) -> Iterator[Finding]:
    """The host with the notice page offers the service by which it is read."""
    plan = county.plan.confinement
    host = county.host_by_name.get(plan.notice or "") if plan else None
    if plan and host and plan.service not in host.services:
        message = _("{host} does not offer {service}: nobody reads why they have no network")
        yield wrong(("plan", "confinement", "service"), message, host=host.name, service=plan.service)


RULES = (
    error("held-port", ports, _("a port to terminals, or a free one")),
    error("held-twice", repeated, _("one entry for one port")),
    error("held-nowhere", planned, _("plan.confinement with vlan and prefix, or how: down")),
    error(
        "confinement", confinement, _("VLANs and networks that nothing else uses; a host and a service of the county")
    ),
    warning("notice-unoffered", unoffered, _("the service among the host's services")),
)
