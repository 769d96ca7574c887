"""What somebody wants a new unit to have of the address plan: granted where it is free, with all that is not. Pure.

Without a wish the lowest free one is taken, or the plan's own place. A wish that was free when somebody saw it may have
been given to another since: it is refused, never quietly exchanged.
"""

from ipaddress import IPv4Network
from typing import Protocol

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory.allocate import free
from inventory.allocate.free import Quarantine
from inventory.model import County

Port = tuple[str, str]
NOT_FREE = _("this is not free")


class Wanted(Protocol):
    """What is wished; empty where nothing is."""

    @property
    def building(self) -> str:
        """Where the unit is."""
        ...

    @property
    def number(self) -> int | None:
        """Its number."""
        ...

    @property
    def lan(self) -> str:
        """Its LAN."""
        ...

    @property
    def port(self) -> str:
        """Its switch port, as switch:port."""
        ...


def granted(county: County, held: Quarantine, wanted: Wanted, access: Access) -> tuple[int, IPv4Network, Port | None]:
    """Return number, LAN and switch port. Raises BadInput: what is not free, no free port, exhausted pools."""
    problems = list[Problem]()
    number = _number(county, held, wanted.number, problems)
    lan = _lan(county, held, wanted.lan, number, problems)
    port = _port(county, held, wanted, problems) if access.has_vlan else None
    if wanted.port and not access.has_vlan:
        problems.append(Problem(_("a line of this kind has no switch port"), where="port", found=wanted.port))
    if problems:
        raise BadInput(problems)
    return number, lan, port


def _number(county: County, held: Quarantine, wish: int | None, problems: list[Problem]) -> int:
    lowest = free.number(county, held)
    grid = free.pools(county).lans
    last = 2 ** (grid.length - grid.prefix.prefixlen) - 1
    taken = wish is not None and (wish in {u.number for u in county.units} or held.holds(f"number {wish}"))
    if wish is None:
        return lowest
    if taken or not 1 <= wish <= last:
        problems.append(Problem(NOT_FREE, where="number", found=str(wish), wanted=str(lowest)))
    return wish


def _lan(county: County, held: Quarantine, wish: str, number: int, problems: list[Problem]) -> IPv4Network:
    pool = free.pools(county).lans
    own = free.network(county, pool, held, number, "plan.pools.lans")
    if not wish:
        return own
    try:
        network = IPv4Network(wish)
    except ValueError:
        problems.append(Problem(_("this is no network"), where="lan", found=wish, wanted=str(own)))
        return own
    used = any(network.overlaps(other) for other in free.used_networks(county)) or held.meets(network)
    if used or network.prefixlen != pool.length or not network.subnet_of(pool.prefix):
        problems.append(Problem(NOT_FREE, where="lan", found=wish, wanted=str(own)))
    return network


def _port(county: County, held: Quarantine, wanted: Wanted, problems: list[Problem]) -> Port | None:
    lowest = free.switch_port(county, wanted.building, held)
    if lowest is None:
        message = _("no building switch has a free port in {building}")
        problems.append(Problem(message, {"building": wanted.building}, where="building"))
        return None
    name, _colon, port = wanted.port.partition(":")
    if not wanted.port:
        return lowest[0].name, lowest[1]
    used = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    switches = {d.name: d for d in county.devices_in(DeviceRole.BUILDING) if d.building == wanted.building}
    there = name in switches and port in switches[name].ports and not port.startswith("up")
    if not there or (name, port) in used or held.holds(f"port {wanted.port}"):
        problems.append(Problem(NOT_FREE, where="port", found=wanted.port, wanted=f"{lowest[0].name}:{lowest[1]}"))
    return name, port
