"""What may reach a server host that we manage, derived from the county alone: the rules of the host's own filter. Pure.

The filter stands behind the network's own and must hide nothing of it: whatever the policy lets ask of what the host
serves is let in, so that `countynet confirm` gets its answer, and the rest is refused as a closed port refuses it (the
role's template). Between hosts of one segment nothing else decides. SSH is management's, and of who backs up there.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network, collapse_addresses

from countynet.canonical import JSON
from countynet.vocabulary import ZoneName
from inventory.backups import saver
from inventory.model import Application, County, Host
from inventory.model.opened import sources
from inventory.selectors import parse_selector

ANYBODY = "zone:internet"
ECHO = "icmp-echo"
_RUNS = {"time": ("ntp",), "names": ("dns",), "logs": ("syslog",), "portal": ("http", "https"),
         "addresses": ("dhcp",)}  # fmt: skip


def host_filter(county: County, host: Host) -> list[JSON]:
    """Return the rules of a host's filter; one without `sources` lets everybody in. The first two are management's."""
    found: list[JSON] = []
    for rule in _rules(county, host):
        said = {what: rule[what] for what in ("protocol", "ports", "sources")}
        if not any(isinstance(other, dict) and said.items() <= other.items() for other in found):
            found.append(rule)
    return found


def reached_from(county: County, application: Application) -> tuple[str, ...]:
    """Return the networks that may use an application: its reach, and the management zone, which watches it."""
    return _networks(county, ["zone:management", *sources(application, _hosted(county))])


def _rules(county: County, host: Host) -> Iterator[dict[str, JSON]]:
    management, segment = _networks(county, ["zone:management"]), (str(county.zone_by_name[host.zone].prefix),)
    yield _opened("management", "tcp", (22,), management)
    yield _opened("management", "icmp", (), management)
    services, ours = {service.name: service for service in county.services}, _ours(county, host)
    for rule in county.policy:
        if rule.target in (f"host:{host.name}", f"zone:{host.zone.value}"):
            networks = _networks(county, [rule.source])
            for name in (n for n in rule.services if n in {ECHO, *ours, *_else(county, host)} and n in services):
                if networks or rule.source == ANYBODY:
                    allowed = () if rule.source == ANYBODY else networks
                    yield _opened(rule.id, services[name].protocol, services[name].ports, allowed)
    for name in (n for n in ours if n in services):
        yield _opened("segment", services[name].protocol, services[name].ports, segment)
    for application in county.applications:
        if application.deployment and host.name in application.hosts:
            anybody = ANYBODY in sources(application, _hosted(county))
            for name in (n for n in application.services if n in services):
                allowed = () if anybody else reached_from(county, application)
                yield _opened(application.id, services[name].protocol, services[name].ports, allowed)
    if writers := _writers(county, host):
        yield _opened("backup", "tcp", (22,), writers)


def _ours(county: County, host: Host) -> tuple[str, ...]:
    """Return the services of what a host runs, and of others' applications on it, of which no reach is known."""
    found = [name for run in host.runs for name in _RUNS[run]]
    found += [s for a in county.applications if not a.deployment and host.name in a.hosts for s in a.services]
    return tuple(dict.fromkeys(found))


def _else(county: County, host: Host) -> frozenset[str]:
    """Return what else a host offers that runs something; not what an application of ours opens there to its reach."""
    deployed = {s for a in county.applications if a.deployment and host.name in a.hosts for s in a.services}
    return frozenset(host.services) - deployed if host.runs else frozenset()


def _writers(county: County, host: Host) -> tuple[str, ...]:
    """Return the addresses of the applications' hosts that are backed up to a host."""
    places = [(a, saver(county, a.id, a.hosts)) for a in county.applications if a.deployment]
    saved = [a for a, place in places if place and place.name == host.name]
    return tuple(sorted({str(county.host_by_name[name].address.ip) for a in saved for name in a.hosts}))


def _hosted(county: County) -> dict[str, tuple[str, ...]]:
    return {a.id: a.hosts for a in county.applications}


def _networks(county: County, selectors: list[str]) -> tuple[str, ...]:
    networks = [n for selector in selectors if selector != ANYBODY for n in _addresses(county, selector)]
    return tuple(map(str, collapse_addresses(networks)))


def _addresses(county: County, selector: str) -> Iterator[IPv4Network]:
    parsed = parse_selector(selector)
    assert parsed
    match parsed.kind:
        case "units":
            yield county.plan.unit_lans
        case "browsing-units":
            yield from (unit.lan for unit in county.units if unit.may_browse)
        case "devices":
            yield from county.plan.management
        case "unit":
            yield county.unit_by_id[parsed.name].lan
        case "host":
            yield IPv4Network(county.host_by_name[parsed.name].address.ip)
        case _:
            yield county.zone_by_name[ZoneName(parsed.name)].prefix


def _opened(name: str, protocol: str, ports: tuple[int, ...], networks: tuple[str, ...]) -> dict[str, JSON]:
    return {"name": name, "protocol": protocol, "ports": list[JSON](ports), "sources": list[JSON](networks)}
