"""The native VLAN of a trunk, as switches of all makers but Linux are told it.

Everywhere it is VLAN 1 until another is named, and one that the trunk does not carry takes no frame: so a trunk that
carries VLAN 1 has it untagged, and one that shall carry it tagged is told a native VLAN that it does not carry.
Sources: IOS `switchport trunk native vlan`, RGOS the same, VRP and Comware `port trunk pvid vlan`.
"""

from collections.abc import Collection, Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import SwitchPort

NATIVE = _("the native VLAN {value} is not one that the trunk carries")
SPARE = _("a trunk that carries all VLANs has one of them untagged: name a native VLAN")
ALL = frozenset(range(1, 4095))
FIRST = 1


def said(port: SwitchPort) -> int | None:
    """Return the native VLAN that a trunk has to be told; None where the default does."""
    told = port.native or (max(ALL - set(port.trunk), default=FIRST) if FIRST in port.trunk else FIRST)
    return None if told == FIRST else told


def read(carried: Collection[int], told: object) -> int | None:
    """Return the native VLAN of a trunk that was told one (None: nothing was said)."""
    number = int(str(told)) if told is not None else FIRST
    return number if number in carried else None


def problems(port: SwitchPort, where: str, *, linux: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with a port's native VLAN."""
    if port.native is not None and (port.mode != "trunk" or port.native not in port.trunk):
        yield Problem(NATIVE, {"value": port.native}, where=where)
    if not linux and port.native is None and {*port.trunk} >= ALL:
        yield Problem(SPARE, where=where)
