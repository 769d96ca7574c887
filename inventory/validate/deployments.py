"""Applications that we deploy: on hosts of their zone, under a name of their own, reached by whom they may be. Pure."""

import re
from collections.abc import Iterator

from countynet.i18n import _
from inventory.model import DNS_PATTERN, Application, County, Deployment, Host
from inventory.model.opened import APPLICATION, opened_by_applications
from inventory.selectors import parse_selector
from inventory.validate.finding import Finding, Place, wrong
from inventory.validate.rule import error
from inventory.validate.rules import broken

LONGEST = 20
"""characters of an id: accounts (32 at most) and rules (31) are named after it"""
Deployed = tuple[int, Application, Deployment]


def _deployed(county: County) -> Iterator[Deployed]:
    return ((i, a, a.deployment) for i, a in enumerate(county.applications) if a.deployment is not None)


def places(county: County) -> Iterator[Finding]:
    """What is deployed stands on at least one server, all in its zone, and has a short id and a service."""
    for i, application, _deployment in _deployed(county):
        place: Place = ("applications", i)
        if len(application.id) > LONGEST:
            message = _("the id of what is deployed has at most {most} characters")
            yield wrong((*place, "id"), message, found=application.id, most=LONGEST)
        if not application.hosts:
            yield wrong((*place, "hosts"), _("{application} is deployed on no host"), application=application.id)
        if not application.services:
            yield wrong((*place, "services"), _("{application} offers no service"), application=application.id)
        for j, name in enumerate(application.hosts):
            host = county.host_by_name.get(name)
            if host and not _fits(application, host):
                message = _("{host} is no server of the zone {zone}")
                yield wrong((*place, "hosts", j), message, found=name, host=name, zone=application.zone.value)


def _fits(application: Application, host: Host) -> bool:
    return host.zone is application.zone and host.kind.value in ("server", "public")


def names(county: County) -> Iterator[Finding]:
    """What is deployed has a DNS name in the county's domain that nothing else has."""
    taken = {name: host.name for host in county.hosts for name in host.names}
    for i, application, deployment in _deployed(county):
        place, name = ("applications", i, "deployment", "dns"), deployment.dns
        if not name.endswith(f".{county.plan.domain}"):
            yield wrong(
                place, _("the name {name} is not in {domain}"), found=name, name=name, domain=county.plan.domain
            )
        if name in taken:
            yield wrong(place, _("{other} has the name {name} already"), found=name, name=name, other=taken[name])
        taken.setdefault(name, application.id)


def unit_names(county: County) -> Iterator[Finding]:
    """A DNS name of a unit's own is a name, is of a unit that exists, and belongs to nothing else."""
    taken = {name: host.name for host in county.hosts for name in host.names}
    taken |= {deployment.dns: a.id for _i, a, deployment in _deployed(county)}
    for i, application, deployment in _deployed(county):
        place: Place = ("applications", i, "deployment", "settings")
        given = deployment.settings.get("names", {})
        if not isinstance(given, dict):
            yield wrong(place, _("names are given as unit: name"), found=str(given))
        for unit, name in deployment.unit_names.items():
            if unit not in county.unit_by_id:
                yield wrong(place, _("there is no unit {name}"), found=unit, name=unit)
            if not re.fullmatch(DNS_PATTERN, name):
                yield wrong(place, _("{name} is no DNS name"), found=name, name=name)
            if name in taken:
                yield wrong(place, _("{other} has the name {name} already"), found=name, name=name, other=taken[name])
            taken.setdefault(name, f"{application.id}: {unit}")


def reaches(county: County) -> Iterator[Finding]:
    """A reach names what exists, and opens nothing that the county's principles close."""
    for i, application, deployment in _deployed(county):
        for j, text in enumerate(deployment.reach):
            if message := _wrong_selector(county, application, text):
                yield wrong(("applications", i, "deployment", "reach", j), message, found=text, name=text)
    for i, application, _deployment in _deployed(county):
        for rule in opened_by_applications([application], county.hosts):
            if parse_selector(rule.source) and (message := broken(county, rule)):
                yield wrong(("applications", i, "deployment", "reach"), message, rule=application.id)
                break


def _wrong_selector(county: County, application: Application, text: str) -> str:
    other = text.removeprefix(APPLICATION)
    if other != text:
        known = {a.id for a in county.applications} - {application.id}
        return "" if other in known else _("there is no other application {name}")
    selector = parse_selector(text)
    if selector is None:
        return _("a reach is units, browsing-units, devices, unit:..., zone:..., host:... or app:...")
    known_names = {
        "unit": set(county.unit_by_id),
        "host": set(county.host_by_name),
        "zone": {zone.name.value for zone in county.zones},
    }
    missing = selector.name and selector.name not in known_names[selector.kind]
    return _("there is nothing that {name} means") if missing else ""


RULES = (
    error("deployment-place", places, _("servers of its zone, an id of at most 20 characters, a service")),
    error("deployment-name", names, _("a name in the county's domain that nothing else has")),
    error("deployment-unit-names", unit_names, _("for each unit one DNS name that nothing else has")),
    error("deployment-reach", reaches, _("who may use it, as the policy names them, or app: with an application")),
)
