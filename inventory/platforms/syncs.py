"""What VRRP groups watch, as vendors hold it: interfaces that the device has, and one list for a set of groups. Pure.

Of groups that change state together one stands for all there; it tracks the interfaces of the others anyway.
"""

from collections import defaultdict
from collections.abc import Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig
from inventory.platforms.uniques import twice

UNEVEN = _("groups that change together watch the same interfaces, and none of their own")
UNKNOWN = _("a VRRP group can watch an interface of the device only, not {value!r}")


def watching(config: DeviceConfig) -> Iterator[Problem]:
    """Yield a problem for each group that watches what it cannot."""
    names = {item.name for item in config.interfaces}
    tracks, ports = defaultdict[str, set[tuple[str, ...]]](set), defaultdict[str, set[str]](set)
    for item in config.interfaces:
        for group in item.vrrp:
            where = f"interfaces.{item.name}.vrrp[{group.group}].track"
            yield from twice(where, group.track)
            yield from (Problem(UNKNOWN, {"value": name}, where=where) for name in group.track if name not in names)
            tracks[group.sync].add(group.track)
            ports[group.sync].add(item.name)
    for name in sorted({*tracks} - {""}):
        if len(tracks[name]) > 1 or any(ports[name] & {*track} for track in tracks[name]):
            yield Problem(UNEVEN, where=f"interfaces.vrrp.track.{name}", found=name)
