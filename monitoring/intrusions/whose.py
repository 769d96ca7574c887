"""Whose an address is: a device, a host, a terminal, or at least a unit's net; and whether NAT stands in between. Pure.

What hides behind the firewalls' own address on the Internet's side (the browsing units' source NAT) is nobody's in
particular: the finding then says so, and names the proxy's client where the sensor told it. A published address is the
host's that it leads to. What the county does not know is outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from countynet.vocabulary import ZoneName
from inventory.model import County
from monitoring.intrusions.model import Detection
from monitoring.receive.senders import addresses

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Owner:
    """Whose an address is."""

    subject: str = ""
    """a device, a host, a terminal, or a unit's id; empty: nobody's in particular"""
    unit: str = ""
    natted: bool = False
    """the address is of a translation: who is behind it is not told by it"""


OUTSIDE = Owner()


@dataclass(frozen=True)
class Concern:
    """Whom a detection is about."""

    owner: Owner
    address: str
    attacked: bool = False
    """whether it is the target; else it began the conversation"""


class Whose:
    """One county's addresses."""

    def __init__(self, county: County) -> None:
        self._exact = {ip_address(address): self._node(county, name) for address, name in addresses(county).items()}
        self._exact |= {h.published: Owner(h.name, natted=True) for h in county.hosts if h.published}
        self._exact |= {
            address: Owner(terminal.name, unit.id)
            for unit in county.units
            for terminal in unit.terminals
            for address in (terminal.address, terminal.address6)
            if address is not None
        }
        internet = county.zone_by_name.get(ZoneName.INTERNET)
        if internet is not None:
            self._exact[internet.gateway] = Owner(natted=True)
        self._nets: dict[tuple[int, int], dict[int, str]] = {}
        for unit in county.units:
            for lan in (unit.lan, unit.lan6):
                if lan is not None:
                    key = (lan.version, lan.prefixlen)
                    self._nets.setdefault(key, {})[int(lan.network_address)] = unit.id

    @staticmethod
    def _node(county: County, name: str) -> Owner:
        device = county.device_by_name.get(name)
        return Owner(name, (device.unit or "") if device else "")

    def of(self, said: str) -> Owner:
        """Return whose an address is; `OUTSIDE` for one that is empty or not the county's."""
        try:
            address = ip_address(said)
        except ValueError:
            return OUTSIDE
        exact = self._exact.get(address)
        if exact is not None:
            return exact
        for (version, length), nets in self._nets.items():
            if version == address.version:
                host = address.max_prefixlen - length
                if unit := nets.get(int(address) >> host << host):
                    return Owner(unit, unit)
        return OUTSIDE

    def concerned(self, found: Detection, sensor: str) -> Concern:
        """Return whom a detection is about.

        Whoever of the county began it comes first (an infected computer attacks), behind a proxy by the address that
        the proxy told; else whoever of the county is the target; else the sensor itself.
        """
        for address in (found.behind, found.source):
            if (owner := self.of(address)) != OUTSIDE and owner.subject:
                return Concern(owner, address)
        target = self.of(found.target)
        if target.subject:
            return Concern(target, found.target, attacked=True)
        behind = next((o for o in (self.of(found.source), target) if o.natted), OUTSIDE)
        return Concern(Owner(sensor, natted=behind.natted), found.source or found.target)


def known(county: County) -> Mapping[str, str]:
    """Return the units of devices and terminals by name, for who asks about a subject."""
    found = {device.name: device.unit for device in county.devices if device.unit}
    return found | {name: unit.id for name, unit in county.unit_by_terminal.items()}
