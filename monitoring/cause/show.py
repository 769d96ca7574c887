"""Whose trouble a unit's is, for whoever asks: pure reads, in a fixed number of queries."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from countynet import clock
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory.model import County
from monitoring.cause.gather import Gather, Witness
from monitoring.cause.judge import judge
from monitoring.cause.store import of
from monitoring.cause.verdict import Verdict
from monitoring.detect.signs import Port
from monitoring.detect.topology import Topology
from monitoring.faults.joining import alarm_for
from monitoring.poller.process import series_of
from monitoring.state.store import LineRow


def of_unit(session: Session, settings: Settings, county: County, unit: str) -> Verdict | None:
    """Return whose trouble a unit's is: that of the alarm that explains it, else of what its router's ports show.

    None while nothing is known of its line, or when the alarm has no verdict yet. Raises KeyError for an unknown unit.
    """
    alarm = alarm_for(session, unit)
    if alarm is not None:
        return of(session, [alarm.id]).get(alarm.id)
    line = session.get(LineRow, unit)
    if line is None or line.state is not LineState.UP:
        return None
    device = county.cpe_by_unit[unit].name
    witness = Witness(ports=_ports(settings, device), answering={device: line.since})
    nothing = Topology(county.station.name, {}, frozenset(), {}, {})
    return judge(Gather(session, county, nothing, witness).unit(unit, clock.now()))


def _ports(settings: Settings, device: str) -> Mapping[tuple[str, str], Port]:
    """Return a device's ports as last polled."""
    return {
        (c.interface.device, c.interface.name): Port(
            c.oper, c.admin, datetime.fromtimestamp(c.seen, UTC), None, c.bits_in or 0.0, c.bits_out or 0.0
        )
        for c in series_of(settings).current(device)
    }
