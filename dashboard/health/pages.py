"""The contexts of the monitoring page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.health import HealthView

_STEPS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
LATE = 3
"""intervals after which a poll is late"""


@dataclass(frozen=True)
class HealthParts:
    """What is fetched again by itself."""

    template: ClassVar[str] = "health/live.html"
    view: HealthView

    @property
    def late(self) -> bool:
        """Whether polls do not come as they should."""
        poller, age = self.view.own.poller, self.view.own.poll_age
        return poller is None or (age is not None and age > LATE * max(poller.interval, 5.0))

    @property
    def deaf(self) -> bool:
        """Whether nobody receives."""
        receiver = self.view.own.receiver
        return receiver is None or receiver.stale(self.view.own.at)

    @staticmethod
    def size(count: int) -> str:
        """Return a number of bytes for people."""
        for step, unit in _STEPS:
            if count >= step:
                return f"{count / step:.1f} {unit}"
        return f"{count} B"


@dataclass(frozen=True)
class HealthPage:
    """The page."""

    template: ClassVar[str] = "health/health.html"
    parts: HealthParts
