"""One application of a county with its kind: looked up, and judged before anything is touched. Pure but for reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.backups import saver
from inventory.model import Application, County, Deployment, Host
from inventory.model.opened import APPLICATION, sources
from playbooks.applications import containers
from playbooks.applications.gate import PLACE as GATE_PLACE
from playbooks.applications.kinds import Found
from playbooks.applications.model import Health

PLACE = "/var/lib/countynet"
ISSUER = "certificates"
"""the kind that issues the certificates of the others, and signs people on"""
ROLES = ("person", "officer", "admin", "auditor")
"""those of the sign-on's accounts (docs/certificates.md)"""
BY_HAND = ("sign_on", "sign_on_header")
"""settings that once named a header with people by hand: with no gate in front, anybody could send it"""


@dataclass(frozen=True)
class Deployed:
    """An application that is put on its hosts by us."""

    application: Application
    deployment: Deployment
    found: Found
    hosts: tuple[Host, ...]

    @property
    def id(self) -> str:
        """The application's id."""
        return self.application.id

    @property
    def gated(self) -> bool:
        """Whether a gate of ours stands before it."""
        return self.deployment.people is not None

    @property
    def client(self) -> str:
        """What the county's sign-on calls it; empty when it knows nobody by that."""
        people = self.found.kind.people
        return "" if people is None or (people.gate and not self.gated) else people.client or self.id

    @property
    def health(self) -> Health | None:
        """How it is seen that it works: behind a gate, the gate asks."""
        return Health(path=f"{GATE_PLACE}/health", contains="ok") if self.gated else self.found.kind.health

    @property
    def data(self) -> tuple[str, ...]:
        """The folders that are backed up."""
        return tuple(folder.replace("<id>", self.id) for folder in self.found.kind.data) or (f"{PLACE}/{self.id}",)


def deployable(county: County, known: dict[str, Found]) -> dict[str, Deployed]:
    """Return the applications that we deploy, those that others need first. Raises BadInput with all that is wrong."""
    problems, found = list[Problem](), list[Deployed]()
    for application in county.applications:
        if application.deployment:
            wrong = list(_judge(county, application, application.deployment, known))
            problems += wrong
            if not wrong:
                kind = known[application.deployment.kind]
                hosts = tuple(county.host_by_name[name] for name in application.hosts)
                found.append(Deployed(application, application.deployment, kind, hosts))
    if problems:
        raise BadInput(problems)
    return {one.id: one for one in in_order(found)}


def one(county: County, known: dict[str, Found], name: str) -> Deployed:
    """Return one application. Raises BadInput when there is none of that id that we deploy, or something is wrong."""
    found = deployable(county, known)
    if name not in found:
        there = any(a.id == name for a in county.applications)
        message = _("the application {name} is not deployed by us") if there else _("there is no application {name}")
        raise BadInput([Problem(message, {"name": name}, found=name, wanted=", ".join(found))])
    return found[name]


def in_order(found: Sequence[Deployed]) -> list[Deployed]:
    """Return them so that each comes after those whose kinds it needs; else as they stand."""
    left, done = list(found), list[Deployed]()
    while left:
        there = {one.deployment.kind for one in left}
        ready = [one for one in left if there.isdisjoint(set(one.found.kind.needs) - {one.deployment.kind})]
        done += ready or left
        left = [one for one in left if one not in done]
    return done


def beside(county: County, application: str, action: str) -> tuple[str, ...]:
    """Return the hosts that an action touches besides the application's own: who has to know it, who saves it."""
    hosts = next((a.hosts for a in county.applications if a.id == application), ())
    place = saver(county, application, hosts) if action in ("backup", "restore", "remove") else None
    found = [place.name] if place else []
    if action in ("deploy", "remove"):
        found += [host.name for host in county.hosts if {"names", "logs", "portal"} & set(host.runs)]
        found += [a.hosts[0] for a in county.applications if a.deployment and a.deployment.kind == ISSUER]
    return tuple(dict.fromkeys(found))


def _judge(
    county: County, application: Application, deployment: Deployment, known: dict[str, Found]
) -> Iterator[Problem]:
    where = f"applications[{application.id}].deployment"
    found = known.get(deployment.kind)
    if found is None:
        wanted = ", ".join(known)
        yield Problem(
            _("there is no kind of application {kind}"), {"kind": deployment.kind}, where=where, wanted=wanted
        )
        return
    kind, there = found.kind, {a.deployment.kind: a for a in county.applications if a.deployment}
    yield from _judge_people(county, application, deployment, found)
    yield from containers.judge_application(application, deployment, kind)
    for need in kind.needs:
        if need not in there:
            yield Problem(
                _("{kind} needs an application of the kind {need}"), {"kind": kind.kind, "need": need}, where=where
            )
        elif not _reaches(county, application, there[need]):
            message = _("{name} is not in the reach of {other}, which it needs")
            values = {"name": application.id, "other": there[need].id}
            yield Problem(
                message,
                values,
                where=f"applications[{there[need].id}].deployment.reach",
                wanted=f"{APPLICATION}{application.id}",
            )
    yield from _same_port(county, application, found, known)
    services = {service.name: service for service in county.services}
    for name in kind.services:
        if name not in application.services:
            yield Problem(
                _("the kind offers {service}"),
                {"service": name},
                where=f"applications[{application.id}].services",
                wanted=name,
            )
        own, service = kind.ports.get(name), services.get(name)
        if own and service and (service.protocol, set(service.ports)) != (own.protocol, set(own.ports)):
            ports = f"{own.protocol} {', '.join(map(str, own.ports))}"
            yield Problem(
                _("the service {service} has other ports than the kind"),
                {"service": name},
                where=f"services[{name}]",
                wanted=ports,
            )


def _judge_people(county: County, application: Application, deployment: Deployment, found: Found) -> Iterator[Problem]:
    """Yield what keeps an application from standing behind the county's sign-on, or from hearing of it."""
    where, people = f"applications[{application.id}].deployment.people", deployment.people
    issuer = next((a for a in county.applications if a.deployment and a.deployment.kind == ISSUER), None)
    if found.kind.people and found.kind.people.gate:
        yield from _judge_settings(application, deployment)
    if people is None:
        return
    if found.kind.people is None or not found.kind.people.gate:
        yield Problem(
            _("the kind {kind} cannot stand behind the sign-on's gate"), {"kind": found.kind.kind}, where=where
        )
    if issuer is None:
        values = {"kind": found.kind.kind, "need": ISSUER}
        yield Problem(_("{kind} needs an application of the kind {need}"), values, where=where)
    else:
        yield from _judge_ways(county, application, issuer)
    for role in people.roles:
        if role not in ROLES:
            wanted = ", ".join(ROLES)
            yield Problem(_("there is no such role at the sign-on"), where=f"{where}.roles", found=role, wanted=wanted)
    for unit in people.units:
        if unit not in county.unit_by_id:
            yield Problem(_("there is no such unit"), where=f"{where}.units", found=unit)


def _judge_settings(application: Application, deployment: Deployment) -> Iterator[Problem]:
    for name in BY_HAND:
        if name in deployment.settings:
            message = _("a header that names people is believed from the gate alone")
            where = f"applications[{application.id}].deployment.settings.{name}"
            yield Problem(message, where=where, wanted="deployment.people")


def _judge_ways(county: County, application: Application, issuer: Application) -> Iterator[Problem]:
    hosted = {a.id: a.hosts for a in county.applications}
    for one, other in ((application, issuer), (issuer, application)):
        reach = set(sources(other, hosted))
        if f"zone:{one.zone.value}" not in reach and not {f"host:{name}" for name in one.hosts} <= reach:
            message = _("{name} is not in the reach of {other}, which it needs")
            where = f"applications[{other.id}].deployment.reach"
            yield Problem(message, {"name": one.id, "other": other.id}, where=where, wanted=f"{APPLICATION}{one.id}")


def _same_port(county: County, application: Application, found: Found, known: dict[str, Found]) -> Iterator[Problem]:
    """Two applications on one host pass to two loopback ports; told of the later one."""
    for other in county.applications:
        if other is application:
            return
        there = known.get(other.deployment.kind) if other.deployment else None
        same = there and there.kind.upstream and there.kind.upstream == found.kind.upstream
        if same and not set(other.hosts).isdisjoint(application.hosts):
            message = _("{name} and {other} use the same port of a host: put them on two")
            values = {"name": application.id, "other": other.id}
            yield Problem(message, values, where=f"applications[{application.id}].hosts", found=other.id)


def _reaches(county: County, application: Application, other: Application) -> bool:
    hosted = {a.id: a.hosts for a in county.applications}
    reach = set(sources(other, hosted))
    if reach & {f"zone:{application.zone.value}"} or set(application.hosts) <= set(other.hosts):
        return True
    return {f"host:{name}" for name in application.hosts} <= reach
