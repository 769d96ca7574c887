"""What a trap or inform says: its PDU decoded, whatever its version. Pure; raises only Malformed.

Versions 1 and 2 meet in one form: the trap's object identifier, the agent's sysUpTime and the variables. A version 1
trap gets the identifier that RFC 3584 section 3.1 gives it, so that `linkDown` is one thing however it is sent.
"""

from typing import NamedTuple

from monitoring.snmp.ber import (
    OCTETS,
    OID,
    SEQUENCE,
    Malformed,
    element,
    encode,
    expect,
    integer,
    oid,
    read_integer,
    sequence,
    subidentifiers,
)
from monitoring.snmp.pdu import RESPONSE, varbinds

TRAP_V1, INFORM, TRAP = 0xA4, 0xA6, 0xA7
_IP_ADDRESS, _TICKS = 0x40, 0x43
_UPTIME = oid("1.3.6.1.2.1.1.3.0")
_TRAP_OID = oid("1.3.6.1.6.3.1.1.4.1.0")
_GENERIC = "1.3.6.1.6.3.1.1.5"
"""snmpTraps: coldStart is .1, ... egpNeighborLoss .6 (RFC 3418)"""
_SPECIFIC = 6
MOST = 200
"""variables of one notification: what has more is no notification of a device of ours"""


class Notification(NamedTuple):
    """A trap or an inform."""

    trap: str
    """its object identifier, dotted"""
    uptime: int | None
    """hundredths of a second since the agent started"""
    values: tuple[tuple[str, int | bytes | None], ...]
    """the variables after the first two, by dotted name"""
    inform: bool = False
    request_id: int = 0
    variables: bytes = b""
    """the encoded list of all variables, which the answer to an inform repeats"""


def dotted(content: bytes) -> str:
    """Return an object identifier's content octets as dotted text."""
    numbers = subidentifiers(content)
    if not numbers:
        raise Malformed("an empty object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))


def decode(data: bytes, at: int = 0) -> Notification:
    """Return the notification whose PDU begins at a position. Raises Malformed for any other PDU."""
    start, end = element(data, at)
    tag = data[at]
    if tag == TRAP_V1:
        return _first_version(data, start, end)
    if tag not in (TRAP, INFORM):
        raise Malformed("a PDU with tag {tag} is no notification", tag=tag)
    request_id, at = read_integer(data, start)
    _status, at = read_integer(data, at)
    _index, at = read_integer(data, at)
    first, last = expect(data, at, SEQUENCE)
    if last != end:
        raise Malformed("the variables do not fill their PDU")
    found = varbinds(data, first, last)
    if len(found) > MOST or len(found) < 2 or found[0].name != _UPTIME or found[1].name != _TRAP_OID:
        raise Malformed("a notification begins with sysUpTime and snmpTrapOID")
    uptime, named = found[0].value, found[1].value
    if not isinstance(uptime, int) or not isinstance(named, bytes):
        raise Malformed("sysUpTime or snmpTrapOID of another type")
    rest = tuple((dotted(v.name), v.value) for v in found[2:])
    return Notification(dotted(named), uptime, rest, tag == INFORM, request_id, data[at:end])


def answer(told: Notification) -> bytes:
    """Return the RESPONSE PDU that acknowledges an inform: the same variables, no error (RFC 3416 section 4.2.7)."""
    return encode(RESPONSE, integer(told.request_id) + integer(0) + integer(0) + told.variables)


def _first_version(data: bytes, at: int, end: int) -> Notification:
    enterprise_at, after = expect(data, at, OID)
    enterprise = dotted(data[enterprise_at:after])
    _address, after = expect(data, after, _IP_ADDRESS)
    generic, at = read_integer(data, after)
    specific, at = read_integer(data, at)
    ticks_at, after = expect(data, at, _TICKS)
    first, last = expect(data, after, SEQUENCE)
    if last != end or not 0 <= generic <= _SPECIFIC:
        raise Malformed("not a version 1 trap")
    found = varbinds(data, first, last)
    if len(found) > MOST:
        raise Malformed("too many variables")
    trap = f"{enterprise}.0.{specific}" if generic == _SPECIFIC else f"{_GENERIC}.{generic + 1}"
    values = tuple((dotted(v.name), v.value) for v in found)
    return Notification(trap, int.from_bytes(data[ticks_at:after], "big"), values)


def community_message(data: bytes) -> tuple[int, bytes, int]:
    """Return (version, community, position of the PDU) of a v1 or v2c message. Raises Malformed."""
    start, end = expect(data, 0, SEQUENCE)
    if end != len(data):
        raise Malformed("not one message")
    version, at = read_integer(data, start)
    if version not in (0, 1):
        raise Malformed("version {version}", version=version)
    community_at, at = expect(data, at, OCTETS)
    if at >= end:
        raise Malformed("a message without a PDU")
    if (data[at] == TRAP_V1) != (version == 0):
        raise Malformed("a notification of another version than its message")
    return version, data[community_at:at], at


def community_answer(community: bytes, told: Notification) -> bytes:
    """Return the v2c message that acknowledges an inform."""
    return sequence(integer(1), encode(OCTETS, community), answer(told))
