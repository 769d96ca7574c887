"""All that one description of an application drives, for people: where it stands, its ports, who may reach it. Pure.

The same values that playbooks, firewalls, names, portal and watch are given (`variables`, `inventory.model.opened`),
told instead of done.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.model import County, Host, Service
from inventory.model.opened import APPLICATION
from inventory.selectors import parse_selector
from playbooks.applications.deployed import ISSUER, Deployed
from playbooks.applications.kinds import Found
from playbooks.applications.mirror import packages
from playbooks.applications.variables import ROOT
from playbooks.servers.filters import reached_from


@dataclass(frozen=True)
class Reach:
    """One source of an application's reach."""

    selector: str
    kind: str
    """the selector's kind, `app` for another application"""
    name: str
    """what it names; empty for words such as `units`"""


@dataclass(frozen=True)
class Driven:
    """What a description drives."""

    account: str
    folder: str
    data: tuple[str, ...]
    packages: tuple[str, ...]
    services: tuple[Service, ...]
    reach: tuple[Reach, ...]
    networks: tuple[str, ...]
    """what the hosts' own filters and site let in, as addresses; the management zone watches and is among them"""
    address: str
    """that the DNS name says"""
    names: tuple[Host, ...]
    """hosts that answer for the DNS name"""
    issuer: str
    """the application that issues its certificate; empty: each host makes its own"""
    logs: Host | None
    log_folder: str
    portal: tuple[Host, ...]
    """hosts with its tile"""
    needed_by: tuple[str, ...]
    """applications whose kinds need its kind"""


def driven(county: County, one: Deployed, known: dict[str, Found]) -> Driven:
    """Return what the description of an application drives."""
    services = {service.name: service for service in county.services}
    kind, application = one.found.kind, one.application
    issuer = next((a.id for a in county.applications if a.deployment and a.deployment.kind == ISSUER), "")
    return Driven(
        account=f"cn-{one.id}",
        folder=f"{ROOT}/{one.id}",
        data=one.data,
        packages=packages(one.found),
        services=tuple(services[name] for name in application.services if name in services),
        reach=tuple(_reach(text) for text in one.deployment.reach),
        networks=reached_from(county, application),
        address=str(one.hosts[0].address.ip),
        names=_running(county, "names"),
        issuer="" if issuer == one.id else issuer,
        logs=next(iter(_running(county, "logs")), None),
        log_folder=f"/var/log/countynet/{one.id}",
        portal=_running(county, "portal"),
        needed_by=tuple(_needing(county, kind.kind, known)),
    )


def _running(county: County, run: str) -> tuple[Host, ...]:
    return tuple(host for host in county.hosts if run in host.runs)


def _needing(county: County, kind: str, known: dict[str, Found]) -> Iterator[str]:
    for other in county.applications:
        found = known.get(other.deployment.kind) if other.deployment else None
        if found and kind in found.kind.needs:
            yield other.id


def _reach(text: str) -> Reach:
    if text.startswith(APPLICATION):
        return Reach(text, "app", text.removeprefix(APPLICATION))
    parsed = parse_selector(text)
    return Reach(text, parsed.kind, parsed.name) if parsed else Reach(text, "", text)
