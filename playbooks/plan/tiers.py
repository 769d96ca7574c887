"""In which order a plan's devices are changed: what matters least first. Pure.

One canary, the device that carries least; then units' devices in batches that keep a site together; then building
switches the same way; then what stands between; the cores and firewalls last, one at a time, so that of a pair one
always stands. Neighbours that get other keys are the exception: they change at once (`playbooks.device.together`), and
each is taken back unless all come out well.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from countynet.vocabulary import DeviceRole
from inventory.model import Device

BATCH = 30
"""about how many devices change at once; a site is never split"""
_RANK = {
    DeviceRole.CPE: 0,
    DeviceRole.BUILDING: 1,
    DeviceRole.AGGREGATION: 2,
    DeviceRole.DATACENTER: 3,
    DeviceRole.VPN_HUB: 4,
    DeviceRole.CORE: 5,
    DeviceRole.FIREWALL: 6,
}


def tiers(devices: Iterable[Device], batch: int = BATCH, together: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the names of the devices, tier by tier; empty for none. Those that change `together` are the last tier."""
    devices = list(devices)
    if at_once := tuple(sorted(d.name for d in devices if d.name in together)):
        return (*tiers([d for d in devices if d.name not in together], batch), at_once)
    ordered = sorted(devices, key=lambda d: (_RANK[d.role], d.building, d.name))
    if not ordered:
        return ()
    first, rest = ordered[0], ordered[1:]
    found: list[tuple[str, ...]] = [(first.name,)]
    for role in _RANK:
        found += _batches([d for d in rest if d.role is role], batch if _RANK[role] < 2 else 1)
    return tuple(found)


def _batches(devices: Sequence[Device], batch: int) -> Iterator[tuple[str, ...]]:
    if batch == 1:
        yield from ((device.name,) for device in devices)
        return
    taken: list[Device] = []
    for device in devices:
        if len(taken) >= batch and device.building != taken[-1].building:
            yield tuple(d.name for d in taken)
            taken = []
        taken.append(device)
    if taken:
        yield tuple(d.name for d in taken)
