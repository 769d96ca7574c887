"""What the monitor asks: the object identifiers by name, and the questions made of them.

sysUpTime comes first in every question because it dates the counters read with it (facts.md, rates). Sources: RFC 2863
(ifTable, ifXTable), RFC 2790 (hrProcessorLoad), IEEE 802.1AB-2005 (LLDP-MIB).
"""

from monitoring.snmp.seam import Answer, Question

SYS_UPTIME = "1.3.6.1.2.1.1.3"

_IF = "1.3.6.1.2.1.2.2.1"
IF_DESCR = f"{_IF}.2"
IF_SPEED = f"{_IF}.5"
"""bits per second; 4,294,967,295 where ifHighSpeed has to be asked"""
IF_ADMIN = f"{_IF}.7"
IF_OPER = f"{_IF}.8"
LOW_IN = f"{_IF}.10"
LOW_IN_PACKETS = f"{_IF}.11"
IN_DISCARDS = f"{_IF}.13"
IN_ERRORS = f"{_IF}.14"
LOW_OUT = f"{_IF}.16"
LOW_OUT_PACKETS = f"{_IF}.17"
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

_WIDE = (HC_IN, HC_OUT, HC_IN_PACKETS, HC_OUT_PACKETS)
_LOW = (LOW_IN, LOW_OUT, LOW_IN_PACKETS, LOW_OUT_PACKETS)
_ALWAYS = (IN_ERRORS, OUT_ERRORS, IN_DISCARDS, OUT_DISCARDS, IF_ADMIN, IF_OPER)
INTERFACES = Question((SYS_UPTIME,), ((*_WIDE, *_ALWAYS, IF_NAME, HIGH_SPEED, DISCONTINUITY), (CPU_LOAD,)))
"""counters and status of every interface, and the processors' load where the agent has it"""
NARROW = Question((SYS_UPTIME,), ((*_LOW, *_ALWAYS, IF_DESCR, IF_SPEED), (CPU_LOAD,)))
"""the same of an agent without ifXTable"""
FULL = Question(
    (SYS_UPTIME,),
    ((*_WIDE, *_LOW, *_ALWAYS, IF_NAME, HIGH_SPEED, DISCONTINUITY, IF_DESCR, IF_SPEED), (CPU_LOAD,)),
)
"""the same of an agent with wide counters on some interfaces only (RFC 2863, 3.1.6), or without names of their own"""
FORMS = {"": INTERFACES, "narrow": NARROW, "full": FULL}
"""the forms of that question, by the name under which a device's is kept"""
NEIGHBOURS = Question(
    (SYS_UPTIME,),
    ((LLDP_LOCAL_PORT, LLDP_LOCAL_DESCRIPTION), (LLDP_REMOTE_NAME, LLDP_REMOTE_PORT, LLDP_REMOTE_DESCRIPTION)),
)
"""who is at the other end of each cable"""


def cpu(answer: Answer) -> float | None:
    """Return the mean load of a device's processors in percent, None where it does not say."""
    loads = [load for load in answer.columns.get(CPU_LOAD, {}).values() if isinstance(load, int)]
    return sum(loads) / len(loads) if loads else None


def form_of(answer: Answer, form: str = "") -> str:
    """Return the form in which a device is to be asked for its interfaces, by its answer to one of them.

    An answer without any interface tells nothing, and who needed another form than the first keeps it.
    """
    wide, names, rows = (answer.columns.get(column, {}) for column in (HC_IN, IF_NAME, IF_OPER))
    if form or not rows:
        return form
    if not wide and not names:
        return "narrow"
    own = {name for name in names.values() if isinstance(name, bytes) and name.strip(b"\0 ")}
    return "" if wide.keys() >= rows.keys() and len(own) == len(rows) else "full"
