"""What a port must not be cut for: what else would be cut is named, and has to be named back. Pure.

A port that carries the network itself (an uplink, a line, a server, the way by which a device is managed) is never
held. Terminals that are cabled to the port, and others that were seen at it, are cut too: whoever holds it says that
these are meant.
"""

from collections.abc import Collection, Iterable, Iterator

from audit.terminals.model import Finding
from audit.terminals.respond.model import KEPT, How
from countynet.errors import Problem
from countynet.i18n import _
from inventory import names
from inventory.model import County, Device
from topology.graph import upstreams

LETTERS = 5
"""of a reason, at least"""


def also_cut(county: County, about: Finding, others: Iterable[Finding]) -> tuple[str, ...]:
    """Return who else is at a finding's port: terminals of the inventory by name, other computers by their address.

    `others`: the findings that are still there.
    """
    cabled = [end for end in _ends(county, about.device, about.port) if end in county.unit_by_terminal]
    macs = {t.mac: t.name for unit in county.units for t in unit.terminals if t.mac}
    seen = [one.mac for one in others if (one.device, one.port) == (about.device, about.port) and one.here]
    seen += [one.mac for one in about.evidence if (one.device, one.port) == (about.device, about.port)]
    found = (*cabled, *(macs.get(mac, mac) for mac in seen if mac and mac != about.mac))
    return tuple(dict.fromkeys(name for name in found if name and name != about.terminal))


def refused(
    county: County, about: Finding, how: How, reason: str, cut: Collection[str], also: Collection[str]
) -> Iterator[Problem]:
    """Yield everything that forbids to hold a finding's port; `also` are those of whom it is said that they are meant.

    A warning needs a unit to be told; nothing is cut by it.
    """
    if len(reason.strip()) < LETTERS:
        yield Problem(_("say why: a response needs a reason"), where="reason")
    if how is How.WARN:
        if not about.unit:
            yield Problem(_("it is of no unit, so there is nobody to be told"), where="unit")
        return
    device = county.device_by_name.get(about.device)
    if device is None or about.port not in device.ports:
        said = {"device": about.device, "port": about.port or "?"}
        yield Problem(_("{device} has no port {port} that could be held"), said, where="port", found=about.port)
        return
    yield from _carrying(county, device, about.port)
    if how is How.QUARANTINE and county.plan.confinement is None:
        yield Problem(_("the inventory does not say where to confine: set plan.confinement, or shut the port"))
    if strangers := [name for name in also if name not in cut]:
        yield Problem(_("not at this port: {names}"), {"names": ", ".join(strangers)}, where="--also")
    if left := [name for name in cut if name not in also]:
        message = _("{device}:{port} would also cut off {names}: say that they are meant, or deal with the cable")
        said = {"device": about.device, "port": about.port, "names": ", ".join(left)}
        yield Problem(message, said, where="--also", wanted=" ".join(f"--also {name}" for name in left))


def _carrying(county: County, device: Device, port: str) -> Iterator[Problem]:
    """Yield why a port that carries the network itself is never held, with the units that would be cut off."""
    ends = [end for end in _ends(county, device.name, port) if end not in county.unit_by_terminal]
    line = device.unit is not None and not names.is_lan(port)
    if not ends and not line and port not in (names.STAGING, names.staging(device)):
        return
    message = _("{device}:{port} carries the network to {other}; without it {units} would be cut off, and {device} too")
    other = ", ".join(ends) or _("the operator's line")
    units = ", ".join(_behind(county, device)[:12]) or "-"
    said = {"device": device.name, "port": port, "other": other, "units": units}
    yield Problem(message, said, where="port", found=port)


def _behind(county: County, device: Device) -> list[str]:
    """Return the units whose way to the center leads by a device."""
    if device.unit:
        return [device.unit]
    return sorted(unit for unit, paths in upstreams(county).items() if any(device.name in path for path in paths))


def _ends(county: County, device: str, port: str) -> list[str]:
    """Return what is cabled to a port."""
    pairs = (pair for c in county.cables for pair in ((c.a, c.b), (c.b, c.a)))
    return [other.node for one, other in pairs if (one.node, one.port) == (device, port)]


def kept(how: How) -> str:
    """Return what the inventory calls it."""
    return KEPT[how]
