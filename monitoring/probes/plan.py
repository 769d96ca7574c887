"""What is probed: what the inventory's hosts offer, its security equipment, what `<county>/monitoring/probes.yml` adds.

Only what the county's policy lets the management station ask is asked: a service that the firewalls keep from us would
be an alarm about nothing. What cannot be asked is listed with its reason. An entry of the county's file with the name
of a derived probe changes only the fields that it gives; every mistake of the file is told at once, with its line.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from countynet.errors import BadInput
from countynet.i18n import _
from countynet.vocabulary import HostKind
from inventory.datafile import DataFile
from inventory.model import County, Host, Service
from inventory.policy import oracle
from monitoring.probes import equipment
from monitoring.probes.model import Probe, Target

COUNTY = Path("monitoring") / "probes.yml"
"""within the county folder"""
SECTION = "probes"
INVENTORY, OWN = "inventory", "county"
_WEB = {80: False, 443: True}
_OURS = (HostKind.SERVER, HostKind.PUBLIC)
FORBIDDEN = _("the policy does not let the management station ask it")
MUTE = _("it gives no answer by which it could be judged")
NAMELESS = _("no name is known to ask for")


@dataclass(frozen=True)
class Plan:
    """Everything that is probed, and what is not and why."""

    targets: tuple[Target, ...]
    left_out: Mapping[str, str]
    """by `host service`: why, a message id"""


def plan(county: County, folder: Path | None = None) -> Plan:
    """Return what is probed. Raises BadInput with everything that is wrong with the county's file."""
    file = folder / COUNTY if folder else None
    return read(county, file.read_bytes() if file and file.exists() else b"")


def read(county: County, own: bytes) -> Plan:
    """Return what is probed, the county's file given. Raises BadInput."""
    left_out: dict[str, str] = {}
    found = {probe.name: (probe, INVENTORY) for probe in _derived(county, left_out)}
    data = DataFile(COUNTY.as_posix(), own, (SECTION,))
    names: set[str] = set()
    for number, raw in enumerate(data.maps(SECTION)):
        name = str(raw.get("name", ""))
        before = found[name][0].model_dump(mode="json", exclude_defaults=True) if name in found else {}
        probe = data.take(Probe, {**before, **raw}, (SECTION, number))
        if name in names:
            data.wrong((SECTION, number, "name"), _("this name stands twice"), found=name)
        names.add(name)
        if probe is not None:
            _judge(data, number, probe, county)
            found[name] = (probe, OWN)
    data.refuse()
    return Plan(tuple(_target(p, county, source) for p, source in found.values() if not p.off), left_out)


def _judge(data: DataFile, number: int, probe: Probe, county: County) -> None:
    for field, problem in probe.judge():
        data.note((SECTION, number, field), problem)
    if not probe.address and probe.host not in county.host_by_name:
        message = _("a host that the inventory does not have needs an address")
        data.wrong((SECTION, number, "address"), message, found=probe.host)


def _target(probe: Probe, county: County, source: str) -> Target:
    host = county.host_by_name.get(probe.host)
    return Target(probe, probe.address or (str(host.address.ip) if host else ""), source)


def _derived(county: County, left_out: dict[str, str]) -> Iterator[Probe]:
    services = {service.name: service for service in county.services}
    allowed = oracle(county)
    for host in county.hosts:
        for name in host.services if host.kind in _OURS else ():
            if not allowed(county.station.name, host.name, name):
                left_out[f"{host.name} {name}"] = FORBIDDEN
                continue
            probes = list(_of_service(county, host, services[name]))
            left_out |= {} if probes else {f"{host.name} {name}": NAMELESS if name == "dns" else MUTE}
            yield from probes
    left_out |= {f"{kit.id} ping": kit.why for kit in equipment.equipment(county) if kit.why}
    yield from equipment.probes(county)


def _of_service(county: County, host: Host, service: Service) -> Iterator[Probe]:
    if service.protocol == "icmp":
        yield Probe(name=f"{host.name}-ping", kind="ping", host=host.name)
    elif service.protocol == "tcp":
        for port in service.ports:
            yield from _of_port(host, service.name, port)
    else:
        for port in service.ports:
            yield from _UDP.get(port, _nothing)(county, host)


def _of_port(host: Host, service: str, port: int) -> Iterator[Probe]:
    name = f"{host.name}-{service}" if service in ("http", "https", "ssh") else f"{host.name}-{service}-{port}"
    server = host.names[0] if host.names else ""
    if port in _WEB:
        yield Probe(name=name, kind="http", host=host.name, tls=_WEB[port], server=server)
    else:
        yield Probe(name=name, kind="tcp", host=host.name, port=port)


def _nothing(_county: County, _host: Host) -> Iterator[Probe]:
    yield from ()


def _names(county: County, host: Host) -> Iterator[Probe]:
    known = next(((n, h) for h in (host, *county.hosts) for n in h.names), None)
    if known is not None:
        name, owner = known
        answer = (str(owner.address.ip),)
        yield Probe(name=f"{host.name}-dns", kind="dns", host=host.name, query=name, answer=answer)


def _time(_county: County, host: Host) -> Iterator[Probe]:
    yield Probe(name=f"{host.name}-ntp", kind="ntp", host=host.name, every=60)


_UDP: dict[int, Callable[[County, Host], Iterator[Probe]]] = {53: _names, 123: _time}


def usable(county: County, folder: Path) -> tuple[Plan, str]:
    """Return what is probed, and why the county's own file is not used when it is wrong (its problems as text)."""
    from countynet.i18n import translate_error

    try:
        return plan(county, folder), ""
    except BadInput as error:
        return plan(county), translate_error(error)
