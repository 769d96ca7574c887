"""What the monitor asks: the object identifiers by name, and the questions made of them.

sysUpTime comes first in every question because it dates the counters read with it (facts.md, rates). Sources: RFC 2863
(ifTable, ifXTable), RFC 2790 (hrProcessorLoad), IEEE 802.1AB-2005 (LLDP-MIB).
"""

from monitoring.snmp.seam import Answer, Question

SYS_UPTIME = "1.3.6.1.2.1.1.3"

_IF = "1.3.6.1.2.1.2.2.1"
IF_ADMIN = f"{_IF}.7"
IF_OPER = f"{_IF}.8"
IN_DISCARDS = f"{_IF}.13"
IN_ERRORS = f"{_IF}.14"
OUT_DISCARDS = f"{_IF}.19"
OUT_ERRORS = f"{_IF}.20"

_IFX = "1.3.6.1.2.1.31.1.1.1"
IF_NAME = f"{_IFX}.1"
HC_IN = f"{_IFX}.6"
HC_IN_PACKETS = f"{_IFX}.7"
HC_OUT = f"{_IFX}.10"
HC_OUT_PACKETS = f"{_IFX}.11"
HIGH_SPEED = f"{_IFX}.15"
DISCONTINUITY = f"{_IFX}.19"

CPU_LOAD = "1.3.6.1.2.1.25.3.3.1.2"

_LLDP = "1.0.8802.1.1.2.1"
LLDP_LOCAL_PORT = f"{_LLDP}.3.7.1.3"
LLDP_LOCAL_DESCRIPTION = f"{_LLDP}.3.7.1.4"
LLDP_REMOTE_PORT = f"{_LLDP}.4.1.1.7"
LLDP_REMOTE_DESCRIPTION = f"{_LLDP}.4.1.1.8"
LLDP_REMOTE_NAME = f"{_LLDP}.4.1.1.9"

_COLUMNS = (
    HC_IN,
    HC_OUT,
    HC_IN_PACKETS,
    HC_OUT_PACKETS,
    IN_ERRORS,
    OUT_ERRORS,
    IN_DISCARDS,
    OUT_DISCARDS,
    IF_ADMIN,
    IF_OPER,
    IF_NAME,
    HIGH_SPEED,
    DISCONTINUITY,
)
INTERFACES = Question((SYS_UPTIME,), (_COLUMNS, (CPU_LOAD,)))
"""counters and status of every interface, and the processors' load where the agent has it"""
NEIGHBOURS = Question(
    (SYS_UPTIME,),
    ((LLDP_LOCAL_PORT, LLDP_LOCAL_DESCRIPTION), (LLDP_REMOTE_NAME, LLDP_REMOTE_PORT, LLDP_REMOTE_DESCRIPTION)),
)
"""who is at the other end of each cable"""


def cpu(answer: Answer) -> float | None:
    """Return the mean load of a device's processors in percent, None where it does not say."""
    loads = [load for load in answer.columns.get(CPU_LOAD, {}).values() if isinstance(load, int)]
    return sum(loads) / len(loads) if loads else None
