"""What a vendor's VRRP group does when a port that it watches goes down, as keepalived is told to do it. Pure.

All four makers lower its priority (Huawei and H3C by `reduced 255`, Cisco and Ruijie by a tracked decrement), so
the device stays master where no other member stands; keepalived without a weight would be in fault and give up even
then. keepalived ignores the weight of an instance in a sync group and heeds that of the group, so it stands there.
"""

from collections.abc import Iterator, Sequence

from inventory.deviceconfig import DeviceConfig, Vrrp

WEIGHT = -253
"""as much as keepalived takes; what is left is 1 at least, as at the makers"""
_TRACKS, _END = "  track_interface {", "  }"


def lowered(config: DeviceConfig, lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of keepalived's file for a configuration, with tracked ports that lower and do not end."""
    groups = [(item.name, group) for item in config.interfaces for group in item.vrrp]
    heads = {f"vrrp_instance {port}-{group.group} {{" for port, group in groups if group.sync}
    syncs = {f"vrrp_sync_group {group.sync} {{": group for _port, group in groups if group.sync}
    head, inside = "", False
    for line in lines:
        head = head if line.startswith(" ") or line == "}" else line
        if line == "}" and head in syncs:
            yield from _of_group(syncs[head])
        inside = line == _TRACKS or inside
        if not inside or head not in heads:
            yield f"{line} weight {WEIGHT}" if inside and line.startswith("    ") else line
        inside = inside and line != _END


def _of_group(group: Vrrp) -> Iterator[str]:
    if group.track:
        yield from (_TRACKS, *(f"    {port} weight {WEIGHT}" for port in group.track), _END)
