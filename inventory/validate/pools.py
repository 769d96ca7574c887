"""The pools of the address plan: inside it, apart from each other, and with room left. Pure."""

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network

from countynet.i18n import _
from inventory.model import County, Pool, Pools
from inventory.validate.finding import Finding, Place, wrong
from inventory.validate.rule import advice, error, warning
from inventory.validate.taken import taken

OUTSIDE = _("{address} lies outside of {network}")
_LENGTHS = {"fiber_links": 29, "adsl_links": 30, "management": 32, "staging": 32}
_LAN_LENGTH = 29
_NEARLY = 0.9


def _networks(pools: Pools) -> dict[str, Pool]:
    return {name: getattr(pools, name) for name in ("lans", *_LENGTHS)}


def _place(name: str, *more: str) -> Place:
    return ("plan", "pools", name, *more)


def shape(county: County) -> Iterator[Finding]:
    """A pool's networks fit into it, into its grid, and are of the size that lines and LANs have."""
    pools = county.plan.pools
    for name, pool in _networks(pools).items() if pools else ():
        every = pool.every or pool.length
        if not pool.prefix.prefixlen <= every <= pool.length:
            message = _("the grid /{every} of {network} does not hold networks of /{length}")
            yield wrong(_place(name), message, every=every, network=pool.prefix, length=pool.length)
        wanted = _LENGTHS.get(name, pool.length)
        if pool.length != wanted or (name == "lans" and pool.length > _LAN_LENGTH):
            message = _("networks of {pool} are /{length}, and must be /{wanted}")
            length = wanted if name != "lans" else _LAN_LENGTH
            yield wrong(_place(name, "length"), message, pool=name, length=pool.length, wanted=length)
    if pools and pools.vlans[0] > pools.vlans[1]:
        yield wrong(_place("vlans"), _("the first VLAN of the pool is above its last"))


def inside(county: County) -> Iterator[Finding]:
    """Pools lie inside what the plan has for their kind, and apart from each other and from other networks."""
    pools, plan = county.plan.pools, county.plan
    if pools is None:
        return
    wholes: dict[str, tuple[IPv4Network, ...]] = {
        "lans": (plan.unit_lans,),
        "adsl_links": (plan.tunnels,),
        "staging": (plan.staging,),
        "management": plan.management,
    }
    for name, networks in wholes.items():
        prefix: IPv4Network = getattr(pools, name).prefix
        if not any(prefix.subnet_of(network) for network in networks):
            yield wrong(_place(name, "prefix"), OUTSIDE, address=prefix, network=", ".join(map(str, networks)))
    own, place = pools.fiber_links.prefix, _place("fiber_links", "prefix")
    others = [plan.unit_lans, plan.tunnels, plan.staging, plan.hub.network, *plan.management]
    others += [transit.prefix for transit in plan.transits]
    others += [zone.segment or zone.prefix for zone in county.zones if (zone.segment or zone.prefix).prefixlen]
    for other in others:
        if own.overlaps(other):
            yield wrong(place, _("{network} overlaps {other}"), network=own, other=other)


def segments(county: County) -> Iterator[Finding]:
    """Addresses for CPEs come from no segment of switches: a CPE is managed on its loopback."""
    if county.plan.pools is None:
        return
    own, message = county.plan.pools.management.prefix, _("{network} overlaps {other}")
    for plan in county.plan.switch_management:
        if plan.prefix.overlaps(own):
            yield wrong(_place("management", "prefix"), message, network=own, other=plan.prefix)


def vlans(county: County) -> Iterator[Finding]:
    """No zone and no switch management takes its VLAN out of the lines' pool."""
    if county.plan.pools is None:
        return
    first, last = county.plan.pools.vlans
    others: list[tuple[Place, int]] = [(("zones", i, "vlan"), z.vlan) for i, z in enumerate(county.zones)]
    others += [(("plan", "switch_management", i, "vlan"), m.vlan) for i, m in enumerate(county.plan.switch_management)]
    for place, vlan in others:
        if first <= vlan <= last:
            message = _("VLAN {vlan} lies in the lines' pool, {first} to {last}")
            yield wrong(place, message, vlan=vlan, first=first, last=last)


def strays(county: County) -> Iterator[Finding]:
    """What units and lines have comes out of the pools."""
    if county.plan.pools is None:
        return
    for use in taken(county):
        if not use.inside:
            message = _("{value} comes from outside of {pool}")
            yield wrong(use.place, message, value=use.value, pool=f"plan.pools.{use.pool}")


def _fill(county: County) -> Iterator[tuple[str, int, int]]:
    """Yield each pool with what is taken or held in quarantine, and what it has."""
    pools = county.plan.pools
    if pools is None:
        return
    counts = dict[str, int]()
    for use in taken(county):
        counts[use.pool] = counts.get(use.pool, 0) + use.inside
    held = _held(county)
    for name, pool in _networks(pools).items():
        room = 1 << max(0, (pool.every or pool.length) - pool.prefix.prefixlen)
        mine = sum(1 for network in held if network.version == 4 and network.subnet_of(pool.prefix))
        yield name, counts.get(name, 0) + mine, room
    vlan_ids = [freed.value for freed in county.quarantine if freed.kind == "vlan"]
    mine = sum(1 for value in vlan_ids if value.isdigit() and pools.vlans[0] <= int(value) <= pools.vlans[1])
    yield "vlans", counts.get("vlans", 0) + mine, max(0, pools.vlans[1] - pools.vlans[0] + 1)


def _held(county: County) -> list[IPv4Network]:
    found = []
    for freed in county.quarantine:
        if freed.kind in ("network", "address"):
            try:
                network = ip_network(freed.value)
            except ValueError:
                continue
            if isinstance(network, IPv4Network):
                found.append(network)
    return found


def exhausted(county: County) -> Iterator[Finding]:
    """A pool has room for one more unit."""
    for name, used, room in _fill(county):
        if used >= room:
            message = _("the pool {pool} is used up: {used} of {room}")
            yield wrong(_place(name), message, pool=name, used=used, room=room)


def nearly(county: County) -> Iterator[Finding]:
    """A pool has a tenth of its room left."""
    for name, used, room in _fill(county):
        if _NEARLY * room <= used < room:
            message = _("the pool {pool} is nearly used up: {used} of {room}")
            yield wrong(_place(name), message, pool=name, used=used, room=room)


def numbers(county: County) -> Iterator[Finding]:
    """A unit's number has its place in the pool of LANs."""
    pool = county.plan.pools.lans if county.plan.pools else None
    room = (1 << max(0, (pool.every or pool.length) - pool.prefix.prefixlen)) if pool else 0
    for i, unit in enumerate(county.units):
        if pool and unit.number >= room:
            message = _("the number {number} is above what the pool of LANs has, {room}")
            yield wrong(("units", i, "number"), message, number=unit.number, room=room - 1)


RULES = (
    error("pool-shape", shape, _("a prefix, a grid and a length that fit each other")),
    error("pool-inside", inside, _("a network inside of the plan's that meets no other")),
    warning("pool-segments", segments, _("a network beside the segments")),
    warning("pool-vlans", vlans, _("a VLAN below or above the pool")),
    advice("pool-strays", strays, _("a value from the pool, when it is next changed")),
    warning("pool-exhausted", exhausted, _("a larger pool")),
    advice("pool-nearly", nearly, _("a larger pool soon")),
    warning("number-above-pool", numbers, _("a lower number")),
)
