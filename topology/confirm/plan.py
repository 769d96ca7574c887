"""Which probes confirm the county's isolation, and what policy expects of each. Pure.

Expected comes from `inventory.policy` alone, never from what a device was told, so that a wrong intent shows as well
as a wrong device. Every unit is tried against every other, against every device's management address and every transit
address, in full; a forged source address is never expected to pass.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from ipaddress import IPv4Address

from countynet.vocabulary import DeviceRole, HostKind, ZoneName
from inventory.model import County, Host
from inventory.policy import oracle
from topology.confirm.probe import DNS, HTTP, HTTPS, NTP, PING, SNMP, SSH, SYSLOG, TELNET, TOKEN, Ask, End, Probe, Side

Policy = Callable[[str, str, str], bool]
"""source, target, service -> allowed"""

_INTO_UNITS = (PING, TOKEN)
_INTO_DEVICES = (PING, SSH, SNMP)
_INTO_SERVERS = (PING, DNS, NTP, HTTP, HTTPS, SSH, SYSLOG)
_INTO_OTHERS = (PING, TOKEN, HTTP, HTTPS, SSH)

ASKS: dict[Side, tuple[Ask, ...]] = {
    Side.UNIT: _INTO_UNITS,
    Side.DEVICE: _INTO_DEVICES,
    Side.SERVER: _INTO_SERVERS,
    Side.PUBLIC: (PING, HTTP, HTTPS, SSH),
    Side.PUBLISHED: (PING, HTTP, HTTPS, SSH, TELNET, SNMP),
    Side.STATION: _INTO_OTHERS,
    Side.INTERNET: _INTO_OTHERS,
    Side.CITY: _INTO_OTHERS,
    Side.EXIT: (PING, TOKEN, HTTP, HTTPS, SSH, TELNET, SNMP),
}
"""what is asked of a target of each kind, by every source"""

_HOST_SIDES = {
    HostKind.STATION: Side.STATION,
    HostKind.SERVER: Side.SERVER,
    HostKind.PUBLIC: Side.PUBLIC,
    HostKind.INTERNET: Side.INTERNET,
    HostKind.CITY: Side.CITY,
}
_DAEMONS = {"dns": "names", "ntp": "time"}


def probes(county: County) -> tuple[Probe, ...]:
    """Return every probe of the county, in a fixed order: by source, then target, then service."""
    targets = (*terminals(county), *hosts(county), *_published(county), *_devices(county), *exits(county))
    policy = oracle(county)
    straight = (
        Probe(source, target, ask, _allowed(county, policy, source, target, ask))
        for source in (*terminals(county), *hosts(county))
        for target in targets
        if target.node != source.node and _is_asked(source, target)
        for ask in ASKS[target.side]
        if _is_answered(county, target, ask)
    )
    sensible = (p for p in straight if not (p.allowed and _is_unroutable(county, p)))
    return (*sensible, *_forged(county))


def probes_of(county: County, units: Collection[str]) -> tuple[Probe, ...]:
    """Return the probes from or to some units, by their ids: all others, too, are tried against these."""
    chosen = ends_of(county, units)
    return tuple(probe for probe in probes(county) if {probe.source.node, probe.target.node} & chosen)


def ends_of(county: County, units: Collection[str]) -> frozenset[str]:
    """Return the terminals that stand for some units in the test."""
    return frozenset(unit.terminals[0].name for unit in county.units if unit.id in units and unit.terminals)


def silenced(county: County, planned: Sequence[Probe], cut: Collection[str]) -> tuple[Probe, ...]:
    """Return probes of which none from or to units that are cut off is to pass."""
    shut = ends_of(county, cut)
    return tuple(
        probe._replace(allowed=False) if {probe.source.node, probe.target.node} & shut else probe for probe in planned
    )


def terminals(county: County) -> tuple[End, ...]:
    """Return the first terminal of each unit as an end."""
    return tuple(End(u.terminals[0].name, Side.UNIT, u.terminals[0].address) for u in county.units if u.terminals)


def hosts(county: County) -> tuple[End, ...]:
    """Return every host as an end, at its own address."""
    return tuple(End(h.name, _HOST_SIDES[h.kind], h.address.ip) for h in county.hosts)


def _is_asked(source: End, target: End) -> bool:
    """Targets that only one side can reach in life; the rest is everyone against everyone."""
    if target.side is Side.PUBLISHED:
        return source.side is Side.INTERNET
    if target.side is Side.EXIT:
        return source.side in (Side.INTERNET, Side.CITY)
    same_segment = {Side.SERVER, Side.PUBLIC, Side.STATION}
    return not (source.side is target.side and source.side in same_segment)


def _allowed(county: County, policy: Policy, source: End, target: End, ask: Ask) -> bool:
    """What policy says; a device is meant by its management address, no selector holds its other addresses."""
    if ask is TOKEN or ask is TELNET:
        return False
    if target.side in (Side.DEVICE, Side.EXIT) and target.address != county.device_by_name[target.node].management:
        return False
    return policy(source.node, target.node, ask.service)


def _is_unroutable(county: County, probe: Probe) -> bool:
    """The Internet reaches a published host by its public address; nobody there can address its own one."""
    host = county.host_by_name.get(probe.target.node)
    own = host is not None and host.published is not None and probe.target.address != host.published
    return own and probe.source.side is Side.INTERNET


def _is_answered(county: County, target: End, ask: Ask) -> bool:
    """DNS and NTP are asked of the hosts that run them: silence of any other would say nothing."""
    daemon = _DAEMONS.get(ask.service)
    return daemon is None or daemon in county.host_by_name[target.node].runs


def _published(county: County) -> Iterator[End]:
    for host in county.hosts:
        if host.published is not None:
            yield End(host.name, Side.PUBLISHED, host.published)


def _devices(county: County) -> Iterator[End]:
    """Management addresses of all devices, and both ends of every transit."""
    for device in county.devices:
        yield End(device.name, Side.DEVICE, device.management)
    for transit in county.plan.transits:
        for end, address in zip((transit.a, transit.b), transit.prefix.hosts(), strict=False):
            yield End(end.node, Side.DEVICE, address)


def exits(county: County) -> Iterator[End]:
    """Yield the firewalls' addresses towards the Internet and the city: the pair's own and each one's."""
    firewalls = [d.name for d in county.devices_in(DeviceRole.FIREWALL)]
    for zone in (county.zone_by_name[ZoneName.INTERNET], county.zone_by_name[ZoneName.CITY]):
        for step, name in enumerate([firewalls[0], *firewalls]):
            yield End(name, Side.EXIT, zone.gateway + step)


def _forged(county: County) -> Iterator[Probe]:
    """Each terminal claims the next unit's, a server's and the station's address; its neighbours are the targets."""
    units = terminals(county)
    server = next(h for h in county.hosts if h.kind is HostKind.SERVER)
    for i, source in enumerate(units):
        claimant = End(source.node, Side.FORGED, source.address)
        neighbour, third = units[(i + 1) % len(units)], units[(i + 2) % len(units)]
        for target, ask, claimed in _forgeries(county, server, neighbour, third):
            if target.node != source.node and claimed != source.address:
                yield Probe(claimant, target, ask, allowed=False, claimed=claimed)


def _forgeries(county: County, server: Host, neighbour: End, third: End) -> Iterator[tuple[End, Ask, IPv4Address]]:
    at_server = End(server.name, Side.SERVER, server.address.ip)
    device = county.devices[0]
    yield at_server, PING, neighbour.address
    yield at_server, SYSLOG, device.management
    yield third, TOKEN, neighbour.address
    yield neighbour, TOKEN, server.address.ip
    yield neighbour, PING, county.station.address.ip
    yield End(device.name, Side.DEVICE, device.management), SNMP, county.station.address.ip
