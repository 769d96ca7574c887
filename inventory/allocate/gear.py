"""Which CPE a new unit gets, and what its ports are called: the model that most CPEs on such lines are. Pure."""

from collections import Counter
from dataclasses import dataclass

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.model import County, Device

FEW = _("the usual CPE on such a line, {model}, has {there} LAN ports, and {wanted} computers are wanted")


@dataclass(frozen=True)
class Gear:
    """A CPE to be: one that is like it, its uplink and the LAN ports that it gets."""

    like: Device
    uplink: str
    lans: tuple[str, ...]


def usual_cpe(county: County, fiber: bool, lans: int) -> Gear:
    """Return the usual CPE on a line of fiber, or of copper, with so many LAN ports.

    Raises BadInput if a vendor's model has fewer; where ports are named by what they are for, there are always enough.
    """
    cpes = county.devices_in(DeviceRole.CPE)
    alike = [d for d in cpes if _on_fiber(county, d) is fiber] or [d for d in cpes if d.uplink is None] or list(cpes)
    kinds = Counter((d.platform, d.make, d.model, d.type) for d in alike)
    usual = max(kinds, key=kinds.__getitem__)
    like = next(d for d in alike if (d.platform, d.make, d.model, d.type) == usual)
    if like.uplink is None:
        return Gear(like, names.FIBER if fiber else names.DSL, tuple(f"{names.LAN_PORTS}{n}" for n in range(lans)))
    there = names.lan_ports(like)
    if len(there) < lans:
        values = {"model": f"{like.make} {like.model}", "there": len(there), "wanted": lans}
        raise BadInput([Problem(FEW, values, where="macs")])
    return Gear(like, like.uplink, there)


def _on_fiber(county: County, cpe: Device) -> bool:
    line = county.circuit_by_unit.get(cpe.unit or "")
    return line is not None and line.access.has_vlan
