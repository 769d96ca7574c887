"""What a unit's line reads right now, each value with its age: for who stands in front of the box.

From what the poller wrote last: the line's state, round trip and loss; light, margins, attenuation and tunnel of the
unit's router; the light at the far end of its line. A value older than STALE is shown and said to be old; what nobody
reads is not there, and nothing is made up for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import LineState
from inventory.model import County
from monitoring.capability.quantity import CONDITION_TITLES, QUANTITY_TITLES, Condition, Quantity
from monitoring.capability.store import SensorRow, sensors
from monitoring.state.store import LineRow

STALE = timedelta(minutes=15)
WANTED = (
    Quantity.RX_POWER,
    Quantity.TX_POWER,
    Quantity.SNR_DOWN,
    Quantity.SNR_UP,
    Quantity.ATTENUATION_DOWN,
    Quantity.ATTENUATION_UP,
    Quantity.RATE_DOWN,
    Quantity.RATE_UP,
    Quantity.LINE_STATE,
    Quantity.TUNNEL,
)
STATES = {
    LineState.UP: _("the line answers"),
    LineState.DOWN: _("the line does not answer"),
    LineState.SHADOWED: _("cut off by something in front of it"),
    LineState.UNKNOWN: _("unknown"),
}
_BAD = (Condition.FAILED, Condition.DEGRADED)


@dataclass(frozen=True)
class Value:
    """One value as it was read last."""

    what: str
    """a message id"""
    value: str
    """number and unit, or a message id of a state"""
    where: str
    """device and part"""
    at: datetime | None
    bad: bool = False
    old: bool = False

    def document(self) -> dict[str, JSON]:
        """Return it as JSON, in the language of the context; the time in UTC."""
        return {
            "what": translate(self.what),
            "value": translate(self.value),
            "where": self.where,
            "at": self.at.isoformat() if self.at else None,
            "bad": self.bad,
            "old": self.old,
        }


def readings(session: Session, county: County, unit: str, now: datetime) -> tuple[Value, ...]:
    """Return what is known of a unit's line now, in three queries; nothing for a unit that is not in the inventory."""
    if unit not in county.cpe_by_unit:
        return ()
    router = county.cpe_by_unit[unit].name
    far = _far_ends(county, router)
    rows = [*sensors(session, router, WANTED)]
    rows += [row for row in _at(session, far) if (row.device, row.interface) in far]
    return (*_line(session.get(LineRow, unit)), *(_value(row, now) for row in rows))


def _at(session: Session, far: Iterable[tuple[str, str]]) -> Sequence[SensorRow]:
    return [
        row
        for device in sorted({device for device, _port in far})
        for row in sensors(session, device, (Quantity.RX_POWER,))
    ]


def _far_ends(county: County, router: str) -> set[tuple[str, str]]:
    """Return the ports at the other ends of a router's cables."""
    pairs = [(cable.a, cable.b) for cable in county.cables] + [(cable.b, cable.a) for cable in county.cables]
    return {(far.node, far.port) for near, far in pairs if near.node == router}


def _line(row: LineRow | None) -> Iterable[Value]:
    if row is None:
        yield Value(_("line"), STATES[LineState.UNKNOWN], "", None)
        return
    down = row.state in (LineState.DOWN, LineState.SHADOWED)
    yield Value(_("line"), STATES[row.state], row.circuit, row.since, bad=down)
    if row.rtt_ms is not None and not down:
        yield Value(_("round trip"), f"{row.rtt_ms:.1f} ms", row.circuit, None)
    if row.loss is not None and not down:
        yield Value(_("loss"), f"{row.loss * 100:.1f} %", row.circuit, None, bad=row.loss > 0.02)


def _value(row: SensorRow, now: datetime) -> Value:
    said = CONDITION_TITLES[row.condition] if row.condition is not None else f"{row.value:.1f} {row.unit}".strip()
    where = f"{row.device} {row.interface or row.name}".strip()
    return Value(QUANTITY_TITLES[row.quantity], said, where, row.seen, row.condition in _BAD, row.seen < now - STALE)
