"""Who is told which address by DHCP: the units that are served, their reservations and pools. Pure.

One place to ask: validation, the server's files (`playbooks.servers.hosts`), the relays on units' devices
(`inventory.intent.cpe`) and what is shown of leases all ask here. Everything comes from the inventory: a terminal with
a hardware address is a reservation, the gateway is the LAN's first address; nothing is typed twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from inventory.model import County, Host, Unit

RUNS = "addresses"
"""what a host runs that gives out addresses"""
SERVICE = "dhcp"
"""the service that the policy opens between units' relays and the server: UDP 67"""
LEASES = "/var/lib/misc/dnsmasq.leases"
"""the file at that host in which the server keeps who has which address"""


@dataclass(frozen=True)
class Serving:
    """What one unit's computers are told."""

    unit: str
    network: IPv4Network
    gateway: IPv4Address
    reserved: Mapping[str, IPv4Address]
    """hardware address -> the address that it alone gets"""
    pool: tuple[IPv4Address, IPv4Address] | None
    """for everybody else; None: nobody else gets one"""

    def pooled(self, address: IPv4Address) -> bool:
        """Whether an address is one of the pool."""
        return self.pool is not None and self.pool[0] <= address <= self.pool[1]

    @property
    def room(self) -> int:
        """How many addresses the pool has."""
        return int(self.pool[1]) - int(self.pool[0]) + 1 if self.pool else 0


def server(county: County) -> Host | None:
    """Return the host that gives out addresses; None where nobody does."""
    if county.plan.dhcp is None:
        return None
    return next((host for host in county.hosts if RUNS in host.runs), None)


def serving(county: County) -> tuple[Serving, ...]:
    """Return what each served unit's computers are told, in the inventory's order; nothing where nobody serves."""
    return tuple(_serving(unit) for unit in _served(county))


def relayed(county: County, unit: Unit) -> tuple[IPv4Address, ...]:
    """Return the servers to which a unit's device carries its computers' questions."""
    host = server(county)
    return (host.address.ip,) if host and unit.dhcp.served else ()


def _served(county: County) -> Iterator[Unit]:
    return (unit for unit in county.units if relayed(county, unit))


def _serving(unit: Unit) -> Serving:
    reserved = {terminal.mac: terminal.address for terminal in unit.terminals if terminal.mac}
    return Serving(unit.id, unit.lan, unit.lan.network_address + 1, reserved, unit.dhcp.pool)
