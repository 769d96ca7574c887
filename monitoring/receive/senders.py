"""Who sent it: the device behind an address, and the senders that no inventory knows, counted and named. Pure.

At most `MOST` unknown addresses are remembered; what more there are is counted together, so that forged addresses
cannot fill the memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.model import County

MOST = 1000


@dataclass
class Stranger:
    """An address that sends though the county does not know it."""

    address: str
    first: float
    last: float
    count: int = 0
    last_said: str = ""


@dataclass
class Senders:
    """Devices and servers by address, and strangers."""

    by_address: Mapping[str, str]
    strangers: dict[str, Stranger] = field(default_factory=dict)
    beyond: int = 0
    """messages of strangers past the first `MOST`"""

    def of(self, address: str) -> str:
        """Return the device or host of an address, empty for a stranger."""
        return self.by_address.get(address, "")

    def strange(self, address: str, now: float, said: str = "") -> None:
        """Count a message of a stranger."""
        found = self.strangers.get(address)
        if found is None:
            if len(self.strangers) >= MOST:
                self.beyond += 1
                return
            found = self.strangers[address] = Stranger(address, now, now)
        found.count, found.last, found.last_said = found.count + 1, now, said[:120] or found.last_said


def addresses(county: County) -> dict[str, str]:
    """Return whose every address is that the county gives: a device, a host, security equipment.

    Management addresses of devices go before all others.
    """
    found = {str(host.address.ip): host.name for host in county.hosts}
    found |= {str(item.management): item.id for item in county.security_equipment if item.management}
    for transit in county.plan.transits:
        low, high = tuple(transit.prefix.hosts())[:2]
        found |= {str(low): transit.a.node, str(high): transit.b.node}
    return found | {str(device.management): device.name for device in county.devices}
