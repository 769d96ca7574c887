"""IPv6: networks are apart, addresses are inside their networks and stand once. Pure."""

from collections.abc import Iterator
from ipaddress import IPv6Network

from countynet.i18n import _
from inventory.model import County
from inventory.validate.finding import Finding, Place, overlaps, twice, wrong
from inventory.validate.rule import advice, error, warning

OUTSIDE = _("{address} lies outside of {network}")


def networks(county: County) -> Iterator[tuple[Place, IPv6Network]]:
    """Yield every IPv6 network that a unit or line has."""
    for i, unit in enumerate(county.units):
        if unit.lan6 is not None:
            yield ("units", i, "lan6"), unit.lan6
    for i, line in enumerate(county.circuits):
        if line.link6 is not None:
            yield ("circuits", i, "link6"), line.link6


def apart(county: County) -> Iterator[Finding]:
    """No two IPv6 networks overlap."""
    yield from overlaps(networks(county))


def addresses(county: County) -> Iterator[Finding]:
    """An IPv6 address belongs to one terminal or device."""
    devices = [
        (("devices", i, "management6"), d.management6)
        for i, d in enumerate(county.devices)
        if d.management6 is not None
    ]
    terminals = [
        (("units", i, "terminals", j, "address6"), t.address6)
        for i, unit in enumerate(county.units)
        for j, t in enumerate(unit.terminals)
        if t.address6 is not None
    ]
    yield from twice([*devices, *terminals], _("the address {value} is given twice, first in {other}"))


def terminals(county: County) -> Iterator[Finding]:
    """A terminal's IPv6 address lies in its unit's IPv6 LAN, beside the gateway."""
    for i, unit in enumerate(county.units):
        for j, terminal in enumerate(unit.terminals):
            place, address = ("units", i, "terminals", j, "address6"), terminal.address6
            if address is None:
                continue
            if unit.lan6 is None or address not in unit.lan6:
                yield wrong(place, OUTSIDE, address=address, network=unit.lan6 or f"{unit.id}.lan6")
            elif int(address) - int(unit.lan6.network_address) < 2:
                yield wrong(place, _("{address} is the gateway's address"), address=address)


def management(county: County) -> Iterator[Finding]:
    """A device is managed on an address of no unit and no line."""
    by_mask = dict[int, dict[int, IPv6Network]]()
    for _place, network in networks(county):
        by_mask.setdefault(int(network.netmask), {})[int(network.network_address)] = network
    for i, device in enumerate(county.devices):
        number = int(device.management6) if device.management6 is not None else 0
        for mask, known in by_mask.items():
            if number and (number & mask) in known:
                message = _("{address} lies in {network}, a unit's or line's own network")
                place, network = ("devices", i, "management6"), known[number & mask]
                yield wrong(place, message, address=device.management6, network=network)


def lengths(county: County) -> Iterator[Finding]:
    """A LAN is a /64: terminals make their addresses themselves (RFC 4862)."""
    for i, unit in enumerate(county.units):
        if unit.lan6 is not None and unit.lan6.prefixlen != 64:
            yield wrong(("units", i, "lan6"), _("{network} is no /64"), network=unit.lan6)


def kinds(county: County) -> Iterator[Finding]:
    """A network is one that computers can have: not link-local, multicast or for documentation."""
    for place, network in networks(county):
        if network.is_link_local or network.is_multicast or network.is_loopback or network.is_unspecified:
            yield wrong(place, _("{network} is no network for computers"), network=network)


def partial(county: County) -> Iterator[Finding]:
    """Where the county has IPv6, every unit and line has it."""
    if not county.plan.pools or county.plan.pools.ipv6 is None:
        return
    message = _("{name} has no IPv6, though the county has")
    yield from (wrong(("units", i), message, name=u.id) for i, u in enumerate(county.units) if u.lan6 is None)
    yield from (wrong(("circuits", i), message, name=c.id) for i, c in enumerate(county.circuits) if c.link6 is None)
    yield from (wrong(("devices", i), message, name=d.name) for i, d in enumerate(county.devices) if not d.management6)


def unique_local(county: County) -> Iterator[Finding]:
    """The county's own /48 is unique local with a random global id (RFC 4193), so that two counties never clash."""
    own = county.plan.pools.ipv6 if county.plan.pools else None
    if own is None:
        return
    place, number = ("plan", "pools", "ipv6"), int(own.network_address)
    if number >> 120 != 0xFD or own.prefixlen != 48:
        yield wrong(place, _("{network} is no /48 of fd00::/8"), network=own)
    elif not (number >> 80) & 0xFFFFFFFFFF:
        yield wrong(place, _("the global id of {network} is zero"), network=own)


RULES = (
    error("ipv6-overlaps", apart, _("a network that meets no other")),
    error("ipv6-address-twice", addresses, _("an address that nothing else has")),
    error("ipv6-terminal-outside", terminals, _("an address of the unit's lan6")),
    error("ipv6-management-inside", management, _("an address outside of all units and lines")),
    warning("ipv6-length", lengths, _("a /64")),
    warning("ipv6-kind", kinds, _("a network of the county's own /48")),
    advice("ipv6-partial", partial, _("a network or address from plan.pools.ipv6")),
    warning("ipv6-local", unique_local, _("a /48 such as fd5a:71c0:de19::/48, its 40 bits drawn at random")),
)
