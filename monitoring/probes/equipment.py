"""The security equipment that others configure (intrusion detection, audit, antivirus, gaps): pinged where it can be.

The inventory holds what it is and, where somebody wrote it, its management address. It is pinged once a second as
hosts are, with the alarms of pings. Its SNMP agent is asked where `monitoring/snmp.yml` says with what (`equipment`):
we do not configure it, so nobody but its owner can say. Whatever is not pinged or not asked is named with its reason.
Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import DeviceState
from inventory.model import County
from monitoring.probes.model import Probe

NO_ADDRESS = _("the inventory has no management address of it")
NOT_IN_USE = _("it is not in use")
NO_CREDENTIALS = _("monitoring/snmp.yml has no credentials of it, or the poller did not run since")
_IN_USE = (DeviceState.ACTIVE, DeviceState.FAULTY)


@dataclass(frozen=True)
class Equipment:
    """One piece of security equipment, and whether it is watched."""

    id: str
    kind: str
    address: str
    """its management address; empty: unknown"""
    why: str = ""
    """why it is not pinged, a message id; empty: it is"""
    mute: str = NO_CREDENTIALS
    """why its SNMP agent tells nothing, a message id; empty: it does"""
    platform: str = ""
    """of its agent, as far as it is known"""
    readings: int = 0
    """of its sensors"""

    def document(self) -> dict[str, JSON]:
        """Return it as a document."""
        return {
            "id": self.id,
            "kind": self.kind,
            "address": self.address,
            "watched": "no" if self.why else "ping" if self.mute else "snmp",
            "why": translate(self.why) if self.why else "",
            "snmp": {
                "why": translate(self.mute) if self.mute else "",
                "platform": self.platform,
                "readings": self.readings,
            },
        }


def agent_text(kit: Equipment) -> str:
    """Return how its SNMP agent is watched, for people."""
    if kit.mute:
        return translate(_("its SNMP agent tells nothing: {why}"), why=translate(kit.mute))
    return translate(_("its SNMP agent tells {count} readings"), count=kit.readings)


def equipment(county: County) -> tuple[Equipment, ...]:
    """Return every piece of the inventory."""
    found = []
    for kit in county.security_equipment:
        address = str(kit.management or "")
        why = NO_ADDRESS if not address else "" if kit.life.state in _IN_USE else NOT_IN_USE
        found.append(Equipment(kit.id, kit.kind.value, address, why))
    return tuple(found)


def probes(county: County) -> Iterator[Probe]:
    """Yield the pings of what can be pinged."""
    for kit in equipment(county):
        if not kit.why:
            yield Probe(name=f"{kit.id}-ping", kind="ping", host=kit.id, address=kit.address)
