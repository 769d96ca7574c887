"""What units and lines have taken out of each pool. Pure."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import NamedTuple

from countynet.vocabulary import DeviceRole
from inventory.model import County, Pools
from inventory.validate.finding import Place


class Taken(NamedTuple):
    """A value, where it stands, the pool that it should be out of, and whether it is."""

    place: Place
    value: str
    pool: str
    inside: bool


class _Range:
    """The addresses of a network, as numbers: many times faster than asking the network."""

    def __init__(self, network: IPv4Network) -> None:
        self.first, self.last = int(network.network_address), int(network.broadcast_address)

    def holds(self, first: int, last: int) -> bool:
        """Whether addresses from first to last are inside."""
        return self.first <= first and last <= self.last


def taken(county: County) -> Iterator[Taken]:
    """Yield everything that could be out of a pool; nothing without pools."""
    pools = county.plan.pools
    if pools is not None:
        yield from _networks(county, pools)
        yield from _addresses(county, pools)


def _networks(county: County, pools: Pools) -> Iterator[Taken]:
    lans = _Range(pools.lans.prefix)
    links = {True: _Range(pools.fiber_links.prefix), False: _Range(pools.adsl_links.prefix)}
    first, last = pools.vlans
    for i, unit in enumerate(county.units):
        lan = unit.lan
        good = lans.holds(int(lan.network_address), int(lan.broadcast_address))
        yield Taken(("units", i, "lan"), str(lan), "lans", good)
    for i, line in enumerate(county.circuits):
        pool = "fiber_links" if line.access.has_vlan else "adsl_links"
        link = line.link
        good = links[line.access.has_vlan].holds(int(link.network_address), int(link.broadcast_address))
        yield Taken(("circuits", i, "link"), str(link), pool, good)
        if line.vlan is not None:
            yield Taken(("circuits", i, "vlan"), str(line.vlan), "vlans", first <= line.vlan <= last)


def _addresses(county: County, pools: Pools) -> Iterator[Taken]:
    ranges = {"management": _Range(pools.management.prefix), "staging": _Range(pools.staging.prefix)}
    for i, device in enumerate(county.devices):
        for name, known in ranges.items() if device.role is DeviceRole.CPE else ():
            address = int(getattr(device, name))
            yield Taken(("devices", i, name), str(getattr(device, name)), name, known.holds(address, address))
