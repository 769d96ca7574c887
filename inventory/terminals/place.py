"""What an approved application gets: the terminal's name, its addresses and its port. Pure.

Invariant (property-tested): what is given is used by nothing in the county, is in no quarantine that has not ended, and
is held by no other approved application; the address is a host of the unit's LAN and not its gateway. Addresses begin
at .10, as those of a unit that joins do (`inventory.allocate.unit`); below are used when all above are gone.
"""

from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Address, IPv6Address

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.allocate.free import Quarantine, quarantine
from inventory.lan import lan
from inventory.model import County, Unit
from inventory.names import lan_ports
from inventory.terminals.model import Held, Place

FIRST, FIRST6 = 10, 16
"""host numbers of a unit's first terminal"""


def place(county: County, unit_id: str, held: Held, today: date) -> Place:
    """Return what a new terminal of a unit gets. Raises BadInput: no such unit, no free port, no free address."""
    unit = county.unit_by_id.get(unit_id)
    if unit is None:
        raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit_id})])
    kept = quarantine(county, today)
    ports, address = free_ports(county, unit, held), next(_addresses(unit, held, kept), None)
    problems = []
    if not ports:
        all_ = ", ".join(lan_ports(county.cpe_by_unit[unit_id]))
        message = _("{cpe} has no free LAN port ({all}); a switch or a device with more ports is needed")
        problems.append(Problem(message, {"cpe": county.cpe_by_unit[unit_id].name, "all": all_}, where="port"))
    if address is None:
        problems.append(Problem(_("{lan} has no free address"), {"lan": unit.lan}, where="address"))
    if problems or address is None:
        raise BadInput(problems)
    return Place(
        terminal=_name(county, unit, held, kept),
        address=address,
        address6=_address6(unit, address, held, kept),
        cpe=county.cpe_by_unit[unit_id].name,
        port=ports[0],
    )


def free_ports(county: County, unit: Unit, held: Held) -> tuple[str, ...]:
    """Return the LAN ports of a unit's CPE that are neither cabled nor held by an application."""
    found = lan(county, unit)
    return tuple(port for port in found.free if f"{found.cpe}:{port}" not in held.ports)


def _addresses(unit: Unit, held: Held, kept: Quarantine) -> Iterator[IPv4Address]:
    """Yield the free host addresses, the usual ones first."""
    base, last = int(unit.lan.network_address), unit.lan.num_addresses - 2
    used = {str(terminal.address) for terminal in unit.terminals} | held.addresses
    for number in (*range(FIRST, last + 1), *range(2, min(FIRST, last + 1))):
        address = IPv4Address(base + number)
        if unit.dhcp.pool and unit.dhcp.pool[0] <= address <= unit.dhcp.pool[1]:
            continue  # given out to whoever asks
        if str(address) not in used and not kept.holds(f"address {address}") and not _in_network(address, kept):
            yield address


def _in_network(address: IPv4Address, kept: Quarantine) -> bool:
    return any(address in network for network in kept.networks)


def _address6(unit: Unit, address: IPv4Address, held: Held, kept: Quarantine) -> IPv6Address | None:
    """Return the IPv6 address of the same place in the LAN, or the next free one; None where the unit has no IPv6."""
    if unit.lan6 is None:
        return None
    used = {str(terminal.address6) for terminal in unit.terminals} | held.addresses
    base, number = int(unit.lan6.network_address), int(address) - int(unit.lan.network_address)
    number += FIRST6 - FIRST if number >= FIRST else 0
    while True:
        found = IPv6Address(base + number)
        if str(found) not in used and not kept.holds(f"address {found}"):
            return found
        number += 1


def _name(county: County, unit: Unit, held: Held, kept: Quarantine) -> str:
    """Return the next name: pc-025, pc-025-2, pc-025-3 ..."""
    used = {*county.device_by_name, *county.host_by_name, *county.unit_by_terminal, *held.terminals}
    number = 0
    while True:
        number += 1
        name = f"pc-{unit.number:03d}" + (f"-{number}" if number > 1 else "")
        if name not in used and not kept.holds(f"name {name}"):
            return name
