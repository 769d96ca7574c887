"""From an agent's answer to samples, device facts and neighbours. Pure.

An interface without a name, or whose name appears twice, keeps no samples: without a stable identity a series lies.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitoring.series.rates import Reading, rates
from monitoring.series.seam import Interface, Sample
from monitoring.snmp import questions as q
from monitoring.snmp.ber import Malformed, subidentifiers
from monitoring.snmp.seam import Answer, Value

_COUNTERS = (
    q.HC_IN,
    q.HC_OUT,
    q.HC_IN_PACKETS,
    q.HC_OUT_PACKETS,
    q.IN_ERRORS,
    q.OUT_ERRORS,
    q.IN_DISCARDS,
    q.OUT_DISCARDS,
)
"""in the order of series.rates.COUNTERS"""


@dataclass(frozen=True)
class Facts:
    """What an answer says of the device itself."""

    uptime: float | None
    cpu: float | None
    interfaces: int


@dataclass(frozen=True)
class Neighbour:
    """What a device sees on one of its ports by LLDP."""

    device: str
    port: str
    remote_device: str
    remote_port: str


def samples(answer: Answer, before: Mapping[Interface, Reading], clock: float, longest: float) -> list[Sample]:
    """Return a sample of each interface of an answer; `before` gives the readings that rates are taken from."""
    names = {row: _text(name) for row, name in answer.columns.get(q.IF_NAME, {}).items()}
    seen = Counter(names.values())
    found = []
    for row, name in names.items():
        reading = _reading(answer, row, clock) if name and seen[name] == 1 else None
        if reading is not None:
            interface = Interface(answer.target.device, name)
            admin, oper = _number(answer, q.IF_ADMIN, row), _number(answer, q.IF_OPER, row)
            found.append(Sample(interface, reading, admin, oper, rates(before.get(interface), reading, longest)))
    return found


def facts(answer: Answer) -> Facts:
    """Return what an answer says of the device itself."""
    uptime = answer.scalars.get(q.SYS_UPTIME)
    loads = [load for load in answer.columns.get(q.CPU_LOAD, {}).values() if isinstance(load, int)]
    return Facts(
        uptime=uptime / 100 if isinstance(uptime, int) else None,
        cpu=sum(loads) / len(loads) if loads else None,
        interfaces=len(answer.columns.get(q.IF_NAME, {})),
    )


def neighbours(answer: Answer) -> Iterator[Neighbour]:
    """Yield what a device sees by LLDP; a row whose local port is unknown is left out."""
    described = answer.columns.get(q.LLDP_LOCAL_DESCRIPTION, {})
    local_names = {
        _last(row): _readable(_text(name), _text(described.get(row, b"")))
        for row, name in answer.columns.get(q.LLDP_LOCAL_PORT, {}).items()
    }
    for row, name in answer.columns.get(q.LLDP_REMOTE_NAME, {}).items():
        port = local_names.get(_local_port(row), "")
        remote = _readable(
            _text(answer.columns.get(q.LLDP_REMOTE_PORT, {}).get(row, b"")),
            _text(answer.columns.get(q.LLDP_REMOTE_DESCRIPTION, {}).get(row, b"")),
        )
        if port and _text(name):
            yield Neighbour(answer.target.device, port, _text(name), remote)


def _reading(answer: Answer, row: bytes, clock: float) -> Reading | None:
    uptime = answer.stamps.get(row)
    if uptime is None:
        return None
    values = (answer.columns.get(column, {}).get(row) for column in _COUNTERS)
    return Reading(
        clock=clock,
        uptime=uptime,
        index=_last(row),
        discontinuity=_number(answer, q.DISCONTINUITY, row),
        speed=_number(answer, q.HIGH_SPEED, row) * 1_000_000,
        counters=tuple(value if isinstance(value, int) else None for value in values),
    )


def _number(answer: Answer, column: str, row: bytes) -> int:
    value = answer.columns.get(column, {}).get(row)
    return value if isinstance(value, int) else 0


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace").strip("\0 ") if isinstance(value, bytes) else ""


def _readable(identifier: str, description: str) -> str:
    """A port's identifier may be a hardware address; then its description is what people know."""
    return identifier if identifier.isprintable() and "\ufffd" not in identifier and identifier else description


def _numbers(row: bytes) -> tuple[int, ...]:
    try:
        return subidentifiers(row)
    except Malformed:
        return ()


def _last(row: bytes) -> int:
    return (_numbers(row) or (0,))[-1]


def _local_port(row: bytes) -> int:
    """lldpRemTable is indexed by time mark, local port and number."""
    numbers = _numbers(row)
    return numbers[1] if len(numbers) == 3 else -1
