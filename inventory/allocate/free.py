"""What of the address plan is free: numbers, VLANs, networks, addresses, switch ports. Pure.

Invariant (property-tested): what is handed out is used by nothing in the county, overlaps nothing, and is in no
quarantine that has not ended. The lowest free one is taken, except that a unit's own number is preferred where the
plan's grid has a place for it, so that unit 25 gets 10.21.25.0/24 as long as that is free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory.model import County, Device, Pool, Pools


def pools(county: County) -> Pools:
    """Return the plan's pools. Raises BadInput when the plan has none."""
    if county.plan.pools is None:
        raise BadInput([Problem(_("the plan has no pools to allocate from"), where="plan.pools")])
    return county.plan.pools


@dataclass(frozen=True)
class Quarantine:
    """What is not given out yet because somebody had it until recently."""

    values: frozenset[str]
    networks: tuple[IPv4Network, ...]

    def holds(self, value: object) -> bool:
        """Tell whether a number, VLAN, port or name is held."""
        return str(value) in self.values

    def meets(self, network: IPv4Network) -> bool:
        """Tell whether a network or address (as /32) overlaps what is held."""
        return any(network.overlaps(held) for held in self.networks)


def quarantine(county: County, today: date) -> Quarantine:
    """Return what is held on a day."""
    held = [freed for freed in county.quarantine if freed.until > today]
    networks = tuple(IPv4Network(f.value) for f in held if f.kind in ("network", "address") and ":" not in f.value)
    return Quarantine(frozenset(f.id for f in held), networks)


def _none(what: str, where: str) -> BadInput:
    return BadInput([Problem(_("{what} is exhausted; widen it or end a quarantine"), {"what": what}, where=where)])


def number(county: County, held: Quarantine) -> int:
    """Return the lowest free unit number. Raises BadInput when there is none."""
    used = {unit.number for unit in county.units}
    grid = pools(county).lans
    last = 2 ** (grid.length - grid.prefix.prefixlen) - 1
    found = next((n for n in range(1, last + 1) if n not in used and not held.holds(f"number {n}")), None)
    if found is None:
        raise _none("plan.pools.lans", "plan.pools.lans")
    return found


def vlan(county: County, held: Quarantine, wish: int) -> int:
    """Return a free VLAN, the wished one if possible. Raises BadInput when there is none."""
    first, last = pools(county).vlans
    used = {c.vlan for c in county.circuits} | {z.vlan for z in county.zones}
    used |= {m.vlan for m in county.plan.switch_management}
    wishes = (wish, *range(first, last + 1))
    found = (v for v in wishes if first <= v <= last and v not in used and not held.holds(f"vlan {v}"))
    chosen: int | None = next(found, None)
    if chosen is None:
        raise _none("plan.pools.vlans", "plan.pools.vlans")
    return chosen


def used_networks(county: County) -> Iterator[IPv4Network]:
    """Yield every network and address (as /32) that something in the county has."""
    plan = county.plan
    yield from (unit.lan for unit in county.units)
    yield from (circuit.link for circuit in county.circuits)
    yield from (transit.prefix for transit in plan.transits)
    yield from (m.prefix for m in plan.switch_management)
    yield from (IPv4Network(device.management) for device in county.devices)
    yield from (IPv4Network(device.staging) for device in county.devices)
    yield from (zone.segment or zone.prefix for zone in county.zones if (zone.segment or zone.prefix).prefixlen)
    yield IPv4Network(plan.staging.network_address + 1)
    yield plan.hub.network


class Space:
    """Used networks, asked quickly: their first and last addresses, sorted."""

    def __init__(self, networks: Iterable[IPv4Network]) -> None:
        self.spans = sorted((int(n.network_address), int(n.broadcast_address)) for n in networks)

    def free(self, pool: Pool, held: Quarantine, wish: int) -> IPv4Network | None:
        """Return the wished place of a pool's grid if it is free, else the lowest free one."""
        step = 2 ** (32 - (pool.every or pool.length))
        first, size = int(pool.prefix.network_address), 2 ** (32 - pool.length)
        places = range(first, first + pool.prefix.num_addresses, step)
        if 0 <= wish < len(places) and self._is_free(places[wish], size, held):
            return IPv4Network((places[wish], pool.length))
        return next((IPv4Network((at, pool.length)) for at in self._gaps(places, size, held)), None)

    def _is_free(self, at: int, size: int, held: Quarantine) -> bool:
        met = any(first <= at + size - 1 and at <= last for first, last in self.spans)
        return not met and not held.meets(IPv4Network((at, 32 - (size.bit_length() - 1))))

    def _gaps(self, places: range, size: int, held: Quarantine) -> Iterator[int]:
        """Yield free places in order, by walking the spans beside them. The network itself (place 0) stays unused."""
        spans = iter(self.spans)
        span = next(spans, None)
        for at in places[1:]:
            while span is not None and span[1] < at:
                span = next(spans, None)
            if (span is None or span[0] > at + size - 1) and not held.meets(
                IPv4Network((at, 32 - (size.bit_length() - 1)))
            ):
                yield at


def network(county: County, pool: Pool, held: Quarantine, wish: int, where: str) -> IPv4Network:
    """Return a free network of a pool. Raises BadInput when there is none."""
    found = Space(used_networks(county)).free(pool, held, wish)
    if found is None:
        raise _none(where, where)
    return found


def address(county: County, pool: Pool, held: Quarantine, wish: int, where: str) -> IPv4Address:
    """Return a free address of a pool. Raises BadInput when there is none."""
    return network(county, pool.model_copy(update={"length": 32, "every": 32}), held, wish, where).network_address


def lan6(pools_: Pools, unit_number: int) -> IPv6Network | None:
    """Return a unit's /64: the one of its number (RFC 4193 prefix, subnet ID = number)."""
    return _subnet(pools_.ipv6, unit_number)


def _subnet(whole: IPv6Network | None, subnet: int) -> IPv6Network | None:
    if whole is None:
        return None
    return IPv6Network((int(whole.network_address) + (subnet << 64), 64))


LINKS, MANAGEMENT = 0xFFFE, 0xFFFF
"""the subnets of the county's /48 that links and management addresses come from"""


def link6(pools_: Pools, unit_number: int) -> IPv6Network | None:
    """Return a line's /126 in the links' subnet."""
    subnet = _subnet(pools_.ipv6, LINKS)
    return None if subnet is None else IPv6Network((int(subnet.network_address) + 4 * unit_number, 126))


def management6(pools_: Pools, unit_number: int) -> str | None:
    """Return a CPE's management address in the management subnet."""
    subnet = _subnet(pools_.ipv6, MANAGEMENT)
    return None if subnet is None else str(subnet.network_address + unit_number)


def switch_port(county: County, building: str, held: Quarantine) -> tuple[Device, str] | None:
    """Return a free port of a building switch, the lowest; None when the building has none."""
    used = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    for device in county.devices_in(DeviceRole.BUILDING):
        if device.building == building:
            for port in device.ports:
                free = (device.name, port) not in used and not port.startswith("up")
                if free and not held.holds(f"port {device.name}:{port}"):
                    return device, port
    return None
