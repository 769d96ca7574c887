"""Addresses that are given out (DHCP): one server, the policy lets units ask it, pools that meet nothing else. Pure.

Reservations are terminals: that an address or a hardware address is one terminal's, and lies in its unit's LAN, the
rules on addresses and terminals say (`addresses`, `unit-networks`, `mac-twice`, `terminal-macs`).
"""

from collections.abc import Iterator
from typing import Any

from countynet.i18n import _
from inventory import dhcp
from inventory.model import County, Service, Unit
from inventory.selectors import parse_selector
from inventory.validate.finding import Finding, Place, wrong
from inventory.validate.rule import advice, error

PORT = 67
"""the server's and the relays' UDP port (RFC 2131, 4.1)"""


def servers(county: County) -> Iterator[Finding]:
    """One host gives out addresses where the plan says how, and none where it does not: two would give one twice."""
    running = [i for i, host in enumerate(county.hosts) if dhcp.RUNS in host.runs]
    if county.plan.dhcp is None:
        for i in running:
            message = _("{host} runs addresses, but plan.dhcp does not say how they are given out")
            yield wrong(("hosts", i, "runs"), message, host=county.hosts[i].name)
        return
    if not running:
        yield wrong(("plan", "dhcp"), _("no host runs {service}"), about=[dhcp.RUNS], service=dhcp.RUNS)
    for i in running[1:]:
        message = _("{host} runs addresses as {other} does: they would give one address to two computers")
        values = {"host": county.hosts[i].name, "other": county.hosts[running[0]].name}
        yield wrong(("hosts", i, "runs"), message, **values)


def opened(county: County) -> Iterator[Finding]:
    """The service dhcp is UDP 67, the server offers it, and the policy opens it from every served unit to it."""
    host = dhcp.server(county)
    if host is None:
        return
    place: Place = ("hosts", county.hosts.index(host), "services")
    service = next((s for s in county.services if s.name == dhcp.SERVICE), None)
    if service is None or not _fits(service):
        where: Place = ("plan", "dhcp") if service is None else ("services", county.services.index(service))
        yield wrong(where, _("units ask for addresses by the service dhcp: UDP, port 67"), about=[dhcp.SERVICE])
    elif dhcp.SERVICE not in host.services:
        yield wrong(place, _("{host} runs addresses and does not offer dhcp"), host=host.name)
    else:
        closed = [unit.id for unit in county.units if unit.dhcp.served and not _asks(county, unit)]
        if closed:
            message = _("no rule lets {units} ask {host} for addresses (dhcp)")
            said = ", ".join(closed[:3]) + (" ..." if len(closed) > 3 else "")
            yield wrong(("plan", "dhcp"), message, about=closed, units=said, host=host.name)


def _fits(service: Service) -> bool:
    return service.protocol == "udp" and service.ports == (PORT,)


def _asks(county: County, unit: Unit) -> bool:
    host = dhcp.server(county)
    targets = {("host", host.name), ("zone", host.zone.value)} if host else set()
    sources = {("units", ""), ("unit", unit.id), *((("browsing-units", ""),) if unit.may_browse else ())}
    for rule in county.rules:
        source, target = parse_selector(rule.source), parse_selector(rule.target)
        if dhcp.SERVICE in rule.services and source in sources and target in targets:
            return True
    return False


def pools(county: County) -> Iterator[Finding]:
    """A pool lies in its unit's LAN, in order, and holds neither the gateway nor what a terminal has."""
    for i, unit in enumerate(county.units):
        if unit.dhcp.pool is not None:
            yield from _pool(unit, ("units", i, "dhcp", "pool"))
            if not unit.dhcp.served:
                message = _("{unit} has a pool, and nobody there is served")
                yield wrong(("units", i, "dhcp", "served"), message, unit=unit.id)


def _pool(unit: Unit, place: Place) -> Iterator[Finding]:
    first, last = unit.dhcp.pool or (unit.lan.network_address, unit.lan.network_address)
    usable = (unit.lan.network_address + 1, unit.lan.broadcast_address - 1)
    said: dict[str, Any] = {"first": first, "last": last}
    if not usable[0] <= first <= usable[1] or not usable[0] <= last <= usable[1]:
        message = _("the pool {first} to {last} lies outside of {network}")
        yield wrong(place, message, network=unit.lan, **said)
    elif last < first:
        yield wrong(place, _("the pool {first} to {last} ends before it begins"), **said)
    elif first == usable[0]:
        yield wrong(place, _("{address} is the gateway's address"), address=first)
    for terminal in unit.terminals:
        if first <= terminal.address <= last:
            message = _("the pool {first} to {last} holds {address}, which is {terminal}'s")
            yield wrong(place, message, about=[terminal.name], address=terminal.address, terminal=terminal.name, **said)


def unasked(county: County) -> Iterator[Finding]:
    """What a unit says of DHCP is used: the county gives out addresses."""
    for i, unit in enumerate(county.units):
        if county.plan.dhcp is None and (unit.dhcp.pool or not unit.dhcp.served):
            message = _("{unit} says how addresses are given out, and the county gives out none (plan.dhcp)")
            yield wrong(("units", i, "dhcp"), message, unit=unit.id)


def barred(county: County) -> Iterator[Finding]:
    """A pool is for computers that pass: where all terminals' hardware addresses are known, no other gets past."""
    for i, unit in enumerate(county.units):
        if unit.dhcp.pool and unit.terminals and all(terminal.mac for terminal in unit.terminals):
            message = _(
                "{unit} has a pool, and its device lets only its own computers pass: nobody gets an address of it"
            )
            yield wrong(("units", i, "dhcp", "pool"), message, unit=unit.id)


RULES = (
    error("dhcp-server", servers, _("one host with addresses among its runs, and plan.dhcp")),
    error(
        "dhcp-policy",
        opened,
        _("a service dhcp (udp, 67), dhcp among the host's services, and a rule from units to that host"),
    ),
    error("dhcp-pool", pools, _("a first and a last address of the unit's LAN that nothing else has")),
    advice("dhcp-unasked", unasked, _("plan.dhcp, or nothing about DHCP at the unit")),
    advice("dhcp-barred", barred, _("no pool, or a terminal without mac")),
)
