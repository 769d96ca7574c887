"""Severe intrusions as readings for the alarm rules (`intrusions.severe`): how many stand at each subject.

One day back; a subject whose findings were all answered or accepted reads 0, so that its alarm closes. The reading is
of the device that carries the subject: a unit's router for its terminals, the device or host itself, else the sensor.
At most `MOST` subjects are read, those with the newest findings.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.intrusions.store import Intrusion, holding, standing
from monitoring.rules.reading import Key, Reading

BACK = timedelta(days=1)
MOST = 200
_SEVERE = (Severity.CRITICAL, Severity.MAJOR)


@dataclass(frozen=True)
class IntrusionReadings:
    """What stands at each subject."""

    session: Session
    county: County
    at: datetime

    def readings(self, now: float) -> Iterator[Reading]:
        """Yield the number of severe findings that stand, by carrier and subject."""
        chosen = select(Intrusion).where(Intrusion.last >= self.at - BACK, Intrusion.severity.in_(_SEVERE))
        rows = self.session.scalars(chosen.order_by(Intrusion.last.desc()).limit(20 * MOST)).all()
        today = self.at.astimezone(clock.CHINA).date()
        counted = Counter(self._key(row) for row in standing(rows, holding(self.session, today)))
        for key in list(dict.fromkeys(map(self._key, rows)))[:MOST]:
            yield Reading(key, float(counted[key]), now)

    def _key(self, row: Intrusion) -> Key:
        router = self.county.cpe_by_unit.get(row.unit)
        known = row.subject in self.county.device_by_name or row.subject in self.county.host_by_name
        carrier = row.subject if known else router.name if router else row.sensor
        return Key("intrusions.severe", carrier, row.subject)
