"""From an agent's answer to samples, device facts and neighbours. Pure.

What an interface is called, `identity` says. A value that is no counter (a text, over 64 bits, below zero) is a gap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitoring.capability.names import numbers
from monitoring.poller.identity import identities, number
from monitoring.series.rates import Reading, rates
from monitoring.series.seam import Interface, Sample
from monitoring.snmp import questions as q
from monitoring.snmp.seam import Answer, Value

_WIDE = (q.HC_IN, q.HC_OUT, q.HC_IN_PACKETS, q.HC_OUT_PACKETS)
_LOW = (q.LOW_IN, q.LOW_OUT, q.LOW_IN_PACKETS, q.LOW_OUT_PACKETS)
_REST = (q.IN_ERRORS, q.OUT_ERRORS, q.IN_DISCARDS, q.OUT_DISCARDS)
"""in the order of series.rates.COUNTERS, the first two each in its turn"""
_WRAP32, _WRAP64 = 1 << 32, 1 << 64
_SPEED_BEYOND = 4_294_967_295
"""ifSpeed of an interface that is faster than it can say"""


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
    table = _Table(answer, clock)
    found = []
    for row, name in identities(answer).items():
        reading = table.reading(row)
        if reading is not None:
            interface = Interface(answer.target.device, name)
            new = rates(before.get(interface), reading, longest)
            found.append(Sample(interface, reading, table.state(q.IF_ADMIN, row), table.state(q.IF_OPER, row), new))
    return found


class _Table:
    """An answer's columns, ready to be read row by row. What an agent cannot mean is left out, not believed."""

    def __init__(self, answer: Answer, clock: float) -> None:
        self._columns = answer.columns
        self._stamps, self._clock = answer.stamps, clock
        self._boots = (answer.boots or 0) << 32
        self._wide, self._low, self._rest = (
            tuple(answer.columns.get(column, {}) for column in columns) for columns in (_WIDE, _LOW, _REST)
        )

    def reading(self, row: bytes) -> Reading | None:
        """Return an interface's counters, None when nothing dates them.

        That the agent's engine restarted (snmpEngineBoots) is a discontinuity like any other.
        """
        uptime = self._stamps.get(row)
        if uptime is None or not 0 <= uptime < _WRAP32:
            return None
        wide = row in self._wide[0] or row not in self._low[0]
        traffic = self._wide if wide else self._low
        return Reading(
            clock=self._clock,
            uptime=uptime,
            index=number(row),
            discontinuity=self.state(q.DISCONTINUITY, row) + self._boots,
            speed=self._speed(row),
            counters=_counters([column.get(row) for column in (*traffic, *self._rest)]),
            wide=wide,
        )

    def state(self, column: str, row: bytes) -> int:
        """Return a small number, 0 when there is none."""
        value = self._columns.get(column, {}).get(row)
        return value if isinstance(value, int) and 0 <= value < _WRAP32 else 0

    def _speed(self, row: bytes) -> int:
        slow = self.state(q.IF_SPEED, row)
        return self.state(q.HIGH_SPEED, row) * 1_000_000 or (slow if slow < _SPEED_BEYOND else 0)


def _counters(values: list[Value | None]) -> tuple[int | None, ...]:
    """Return counters, None for what cannot be one; asked together first, for all of them can nearly always."""
    try:
        if min(values) >= 0 and max(values) < _WRAP64:  # type: ignore[type-var, operator]
            return tuple(values)  # type: ignore[arg-type]
    except TypeError:
        pass
    return tuple(value if isinstance(value, int) and 0 <= value < _WRAP64 else None for value in values)


def facts(answer: Answer) -> Facts:
    """Return what an answer says of the device itself."""
    uptime = answer.scalars.get(q.SYS_UPTIME)
    return Facts(
        uptime=uptime / 100 if isinstance(uptime, int) and 0 <= uptime < _WRAP32 else None,
        cpu=q.cpu(answer),
        interfaces=len(identities(answer)),
    )


def neighbours(answer: Answer) -> Iterator[Neighbour]:
    """Yield what a device sees by LLDP; a row whose local port is unknown is left out."""
    described = answer.columns.get(q.LLDP_LOCAL_DESCRIPTION, {})
    local_names = {
        number(row): _readable(_text(name), _text(described.get(row, b"")))
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


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace").strip("\0 ") if isinstance(value, bytes) else ""


def _readable(identifier: str, description: str) -> str:
    """A port's identifier may be a hardware address; then its description is what people know."""
    return identifier if identifier.isprintable() and "\ufffd" not in identifier and identifier else description


def _local_port(row: bytes) -> int:
    """lldpRemTable is indexed by time mark, local port and number."""
    path = numbers(row)
    return path[1] if len(path) == 3 else -1
