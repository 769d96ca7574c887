"""How the county stands in one view: devices and lines by state, the last poll, coverage, what is out of order."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.vocabulary import LineState
from inventory.model import County
from monitoring import read
from monitoring.agents.store import AgentRow, peculiar
from monitoring.capability.coverage import Watched
from monitoring.capability.quantity import QUANTITY_TITLES
from monitoring.capability.show import Coverage, bad, covered, reading_text, sensor_document
from monitoring.capability.store import SensorRow
from monitoring.state.store import DeviceRow, LineRow, PollRow


@dataclass(frozen=True)
class Standing:
    """Everything of it."""

    devices: dict[str, DeviceRow]
    lines_: dict[str, LineRow]
    poll: PollRow | None
    coverage: Coverage
    sensors: tuple[SensorRow, ...]
    """what says failed or degraded"""
    alarms: int
    agents: tuple[AgentRow, ...] = ()
    """those that are not asked as any other: taken over by pysnmp, or spared"""

    def document(self) -> dict[str, JSON]:
        """Return it as one JSON document."""
        silent: list[JSON] = [name for name, row in sorted(self.devices.items()) if row.snmp_error]
        watched: dict[str, JSON] = {found.subject.value: found.watched for found in self.coverage.sums}
        return {
            "devices": _counted(self.devices.values()),
            "lines": _counted(self.lines_.values()),
            "silent": silent,
            "poll": _poll(self.poll),
            "watched": watched,
            "gaps": self.coverage.gaps,
            "out_of_order": [sensor_document(row) for row in self.sensors],
            "alarms": self.alarms,
            "agents": [row.document() for row in self.agents],
        }

    def lines(self) -> Iterator[str]:
        """Yield it in sentences for people."""
        for title, rows in ((_("Devices"), self.devices), (_("Lines of units"), self.lines_)):
            counted = ", ".join(f"{translate(_STATES[s])} {n}" for s, n in _states(rows.values()).items())
            yield f"{translate(title)}: {counted or translate(_('nothing known'))}"
        yield _poll_text(self.poll)
        silent = [name for name, row in sorted(self.devices.items()) if row.snmp_error]
        if silent:
            yield f"{translate(_('Silent by SNMP'))}: {', '.join(silent)}"
        told = sum(1 for d in self.coverage.devices for i in d.items if i.watched is Watched.YES)
        yield translate(
            _("Watched: {told} things; expected and not watched: {gaps}"), told=told, gaps=self.coverage.gaps
        )
        for row in self.sensors:
            yield f"{row.device} {row.name}: {translate(QUANTITY_TITLES[row.quantity])} {reading_text(row)}"
        for agent in self.agents:
            yield f"{agent.device}: {agent.said()}"
        yield translate(_("Open alarms: {count}"), count=self.alarms)


_STATES = {
    LineState.UP: _("up"),
    LineState.DOWN: _("down"),
    LineState.SHADOWED: _("shadowed"),
    LineState.UNKNOWN: _("unknown"),
}


def standing(session: Session, county: County) -> Standing:
    """Return how a county stands, in a fixed number of queries."""
    polls = read.poll_health(session, 1)
    return Standing(
        read.devices(session),
        read.lines(session),
        polls[0] if polls else None,
        covered(session, county),
        tuple(bad(session)),
        len(read.open_alarms(session)),
        peculiar(session),
    )


def _states(rows: Iterable[DeviceRow | LineRow]) -> dict[LineState, int]:
    counts = Counter(row.state for row in rows)
    return {state: counts[state] for state in LineState if counts[state]}


def _counted(rows: Iterable[DeviceRow | LineRow]) -> dict[str, JSON]:
    return {state.value: count for state, count in _states(rows).items()}


def _poll(row: PollRow | None) -> dict[str, JSON]:
    if row is None:
        return {}
    return {
        "at": row.at.isoformat(),
        "devices": row.devices,
        "answered": row.answered,
        "seconds": round(row.seconds, 3),
        "cpu_seconds": round(row.cpu_seconds, 3),
        "values": row.values,
    }


def _poll_text(row: PollRow | None) -> str:
    if row is None:
        return translate(_("Nothing was polled yet."))
    return translate(
        _("Last poll {at}: {answered} of {devices} devices answered in {seconds} s"),
        at=shown(row.at),
        answered=row.answered,
        devices=row.devices,
        seconds=round(row.seconds, 2),
    )
