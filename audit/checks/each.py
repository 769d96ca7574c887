"""Judging device by device: what every configuration check shares. Pure.

A judge yields what is wrong with one device; nothing means the device passes. A device whose configuration is not known
whole is unknown, whatever its readable part says.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from audit.cite import Pattern, cite
from audit.facts import DeviceFacts, Facts
from audit.model import Point, failed, passed, unknown
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig
from inventory.model import County, Device


class Wrong(NamedTuple):
    """One thing wrong with a device: message id and its values."""

    message: str
    values: dict[str, object]


class Known(NamedTuple):
    """A device whose running configuration is known whole."""

    county: County
    device: Device
    config: DeviceConfig
    facts: DeviceFacts


Judge = Callable[[Known], Iterable[Wrong]]


def ways_in(known: Known) -> list[str]:
    """Return the interfaces by which others' packets come in to be judged: those that are on and route, and tunnels.

    A loopback carries the device's own packets only; what a switch port passes on is judged at its VLAN's interface.
    """
    routed = [i for i in known.config.interfaces if i.enabled and i.kind != "loopback" and i.switchport is None]
    found = [i.name for i in routed if i.addresses or known.device.platform == names.GENERIC]
    return [*found, names.tunnel(known.device.platform)] if known.config.tunnels else found


def wrong(message: str, **values: object) -> Wrong:
    """Return one thing wrong."""
    return Wrong(message, values)


def each(
    facts: Facts, judge: Judge, good: str, patterns: Iterable[Pattern] = (), roles: Collection[DeviceRole] = ()
) -> Iterator[Point]:
    """Yield a point per device (of some roles), and one more for each further thing wrong; `good` is said of a pass."""
    cited = tuple(patterns)
    for name, held in facts.devices.items():
        if roles and held.device.role not in roles:
            continue
        if held.config is None:
            yield unknown(name, held.reason, **held.values)
            continue
        faults = list(judge(Known(facts.county, held.device, held.config, held)))
        evidence = {"lines": cite(held.text, cited), "config_sha256": held.sha256}
        for fault in faults:
            yield failed(name, fault.message, **fault.values).model_copy(update=evidence)
        if not faults:
            yield passed(name, good).model_copy(update=evidence)
