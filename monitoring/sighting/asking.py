"""The questions about a device's surroundings: itself, its LLDP neighbours, its forwarding and ARP tables. Pure.

Sources: IEEE 802.1AB-2005 (LLDP-MIB), RFC 4188 (BRIDGE-MIB), RFC 4363 (Q-BRIDGE-MIB), RFC 4293 and RFC 1213 (ARP).
"""

from monitoring.capability.asking import IF_OPER, TABLES
from monitoring.capability.model import Capability
from monitoring.capability.names import IF_DESCR
from monitoring.capability.quantity import Subject
from monitoring.snmp.questions import IF_NAME, SYS_UPTIME
from monitoring.snmp.seam import Question

IF_MAC = "1.3.6.1.2.1.2.2.1.6"
_LLDP = "1.0.8802.1.1.2.1"
CHASSIS, SYSTEM = f"{_LLDP}.3.2", f"{_LLDP}.3.3"
LOCAL_KIND, LOCAL_ID, LOCAL_DESCRIPTION = (f"{_LLDP}.3.7.1.{n}" for n in (2, 3, 4))
CHASSIS_KIND, REMOTE_CHASSIS, PORT_KIND, REMOTE_PORT, REMOTE_DESCRIPTION, REMOTE_NAME = (
    f"{_LLDP}.4.1.1.{n}" for n in (4, 5, 6, 7, 8, 9)
)
REMOTE_ADDRESS = f"{_LLDP}.4.2.1.3"
"""lldpRemManAddrIfSubtype: the address itself is in the row's index"""
FDB_BRIDGE, FDB_VLAN = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.7.1.2.2.1.2"
FDB_BRIDGE_STATUS, FDB_VLAN_STATUS = "1.3.6.1.2.1.17.4.3.1.3", "1.3.6.1.2.1.17.7.1.2.2.1.3"
BRIDGE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
ARP, ARP_KIND = "1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.22.1.4"
ARP_PHYSICAL = "1.3.6.1.2.1.4.35.1.4"

_SELF = ((IF_NAME,), (IF_DESCR, IF_MAC, IF_OPER))
_HEARD = (
    (CHASSIS, SYSTEM),
    (LOCAL_KIND, LOCAL_ID, LOCAL_DESCRIPTION),
    (CHASSIS_KIND, REMOTE_CHASSIS, PORT_KIND, REMOTE_PORT, REMOTE_DESCRIPTION, REMOTE_NAME),
    (REMOTE_ADDRESS,),
)


def around(known: Capability) -> Question:
    """Return what to ask of a device: only tables that it has."""
    groups: list[tuple[str, ...]] = list(_SELF)
    if set(TABLES[Subject.LLDP]) & known.present:
        groups += _HEARD
    if FDB_VLAN in known.present:
        groups += [(FDB_VLAN, FDB_VLAN_STATUS), (BRIDGE_PORT,)]
    elif FDB_BRIDGE in known.present:
        groups += [(FDB_BRIDGE, FDB_BRIDGE_STATUS), (BRIDGE_PORT,)]
    if ARP in known.present:
        groups += [(ARP, ARP_KIND)]
    elif ARP_PHYSICAL in known.present:
        groups += [(ARP_PHYSICAL,)]
    return Question((SYS_UPTIME,), tuple(groups))
