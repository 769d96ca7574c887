"""Which tunnels end where: two ends are one tunnel if each names the other's identity (IKEv2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from inventory.deviceconfig import DeviceConfig
from topology.reach.family import Views


@dataclass(frozen=True)
class Ends:
    """One end of a tunnel, with the device at the other end; empty if nobody is there."""

    peer: str
    local: tuple[IPv4Network, ...]
    remote: tuple[IPv4Network, ...]


Joined = tuple[Ends, tuple[Ends, ...]]
"""an end, and the ends at its peer that lead back"""


def tunnels(configs: Mapping[str, DeviceConfig]) -> dict[str, tuple[Ends, ...]]:
    """Return by device the ends of its tunnels; a device without any is left out."""
    by_id = {(t.local_id, t.remote_id): name for name, config in configs.items() for t in config.tunnels}
    return {
        name: tuple(
            Ends(by_id.get((t.remote_id, t.local_id), ""), t.local_prefixes, t.remote_prefixes) for t in config.tunnels
        )
        for name, config in configs.items()
        if config.tunnels
    }


def told_alike(old: Views | None, new: Mapping[str, DeviceConfig]) -> bool:
    """Return whether all devices are told the tunnels that they were told in some views."""
    seen = old.seen if old else {}
    return seen.keys() == new.keys() and all(one is new[n] or one.tunnels == new[n].tunnels for n, one in seen.items())


def both_ends(found: Mapping[str, tuple[Ends, ...]]) -> dict[str, tuple[Joined, ...]]:
    """Return by device its ends, each with those at its peer that lead back."""
    back: dict[tuple[str, str], tuple[Ends, ...]] = {}
    for device, ends in found.items():
        for end in ends:
            back[device, end.peer] = (*back.get((device, end.peer), ()), end)
    return {device: tuple((end, back.get((end.peer, device), ())) for end in ends) for device, ends in found.items()}
