"""The policy's rules name what exists and open nothing that the county's principles close. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from inventory.model import County, PolicyRule
from inventory.selectors import parse_selector
from inventory.validate.finding import Finding, wrong

_UNITS = ("units", "browsing-units", "unit")


def services(county: County) -> Iterator[Finding]:
    """TCP and UDP services have ports, ICMP has none; a rule's services exist."""
    known = {s.name for s in county.services}
    for i, service in enumerate(county.services):
        if service.protocol == "icmp" and service.ports:
            yield wrong(("services", i, "ports"), _("ICMP has no ports"))
        if service.protocol != "icmp" and not service.ports:
            yield wrong(("services", i), _("the service {name} needs ports"), name=service.name)
    for i, rule in enumerate(county.policy):
        if not rule.services:
            yield wrong(("policy", i, "services"), _("{rule} allows no service"), rule=rule.id)
        for j, name in enumerate(rule.services):
            if name not in known:
                yield wrong(("policy", i, "services", j), _("there is no such service"), found=name)


def selectors(county: County) -> Iterator[Finding]:
    """A rule's source and target are selectors of something that exists."""
    known = _names(county)
    for i, rule in enumerate(county.policy):
        for side in ("source", "target"):
            text: str = getattr(rule, side)
            selector = parse_selector(text)
            if selector is None:
                message = _("a selector is units, browsing-units, devices, unit:..., zone:... or host:...")
                yield wrong(("policy", i, side), message, found=text)
            elif selector.name and selector.name not in known[selector.kind]:
                message = _("there is no {kind} {name}")
                yield wrong(("policy", i, side), message, about=[selector.name], **selector._asdict())


def _names(county: County) -> dict[str, set[str]]:
    zones = {z.name.value for z in county.zones}
    return {"unit": set(county.unit_by_id), "host": set(county.host_by_name), "zone": zones}


def principles(county: County) -> Iterator[Finding]:
    """No rule opens a unit, opens the network to a unit, or opens more than a published host to the Internet."""
    for i, rule in enumerate(county.policy):
        message = broken(county, rule)
        if message:
            yield wrong(("policy", i), message, rule=rule.id)


def broken(county: County, rule: PolicyRule) -> str:
    """Return the principle that a rule breaks, as a message; empty when it breaks none."""
    source, target = parse_selector(rule.source), parse_selector(rule.target)
    if source is None or target is None:
        return ""
    if target.kind in _UNITS:
        return _("{rule} opens units, but nothing ever starts towards a unit")
    if target == ("devices", "") and source.kind in (*_UNITS, "devices"):
        return _("{rule} opens devices to units or to each other")
    if target == ("zone", "management") and source.kind in _UNITS:
        return _("{rule} opens the management zone to units")
    host = county.host_by_name.get(target.name) if target.kind == "host" else None
    if source == ("zone", "internet") and (host is None or host.published is None):
        return _("{rule} opens to the Internet what is not published")
    if host and host.zone.value == "management" and source.kind in _UNITS:
        return _("{rule} opens the management zone to units")
    return ""
