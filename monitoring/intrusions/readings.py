"""Severe intrusions as readings for the alarm rules (`intrusions.severe`): how many stand at each subject.

One day back; a subject whose findings were all answered or accepted reads 0, so that its alarm closes. The reading is
of the device that carries the subject: a unit's router for its terminals, the device or host itself, else the sensor.
At most `MOST` subjects with findings that stand are read.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.intrusions.store import Intrusion, holding, stand
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
        whose = (Intrusion.subject, Intrusion.unit, Intrusion.sensor)
        severe = [Intrusion.last >= self.at - BACK, Intrusion.severity.in_(_SEVERE)]
        accepted = holding(self.session, self.at.astimezone(clock.CHINA).date())
        standing = select(*whose, func.count()).where(*severe, *stand(accepted)).group_by(*whose).limit(MOST)
        counted = Counter[Key]()
        for subject, unit, sensor, count in self.session.execute(standing):
            counted[self._key(subject, unit, sensor)] += count
        for row in self.session.execute(select(*whose).where(*severe).distinct().limit(5 * MOST)):
            counted.setdefault(self._key(*row), 0)
        for key, count in counted.items():
            yield Reading(key, float(count), now)

    def _key(self, subject: str, unit: str, sensor: str) -> Key:
        router = self.county.cpe_by_unit.get(unit)
        known = subject in self.county.device_by_name or subject in self.county.host_by_name
        return Key("intrusions.severe", subject if known else router.name if router else sensor, subject)
