"""Not-so-stubby areas of OSPF (RFC 3101) as IOS, RGOS, VRP and Comware are told them. Pure.

Whether a border tells such an area a default route, and how, is each maker's: as a network of other areas with
`no-summary` (all of them), as a route from outside where it is told to, and on VRP in any case. A router that is no
border would do the latter only while it has a default route itself, which the model has no form for.
"""

from ipaddress import IPv4Address

from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Line
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import Nssa

BACKBONE = IPv4Address(0)


def nssa(
    reading: Gathering, line: Line, area: IPv4Address | None, *, closed: bool, told: bool, metric: str | None
) -> bool:
    """Take a line that says that an area is such a one; `told`: with a default route, of a metric. False if it is not
    understood.
    """
    process = _process(reading)
    outside = told or reading.nssa_default
    default = "inside" if closed else "outside" if outside else "none"
    one = attempt(Nssa, area=area, default=default, metric=metric or 1)
    if one is None or any(other.area == area for other in process.get("nssas", ())):
        return False
    if closed and not reading.add(process, "closed", one.area):
        return False
    if told:
        reading.pending["nssa default"].append((line, one))
    return reading.add(process, "nssas", one)


def _process(reading: Gathering) -> dict[str, list[Nssa]]:
    return reading.parts["ospf"][""]


def finish(reading: Gathering) -> None:
    """List what a router that is no border says of default routes, after the interfaces."""
    areas = {item.ospf.area for item in reading.done.values() if item.ospf}
    for line, _one in reading.pending["nssa default"] if BACKBONE not in areas else ():
        reading.refuse(line)
