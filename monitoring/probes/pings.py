"""Loss and jitter of pings, from the last rounds of each address. Pure.

Jitter is the mean difference between one round trip and the next answered one (the idea of RFC 3550 section 6.4.1,
without its smoothing), so a slow line that is steady has none.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from countynet.i18n import _
from monitoring.probes.model import Found

ROUNDS = 60


@dataclass
class Trips:
    """An address's last rounds; None is a ping that was not answered."""

    trips: deque[float | None] = field(default_factory=lambda: deque(maxlen=ROUNDS))

    def add(self, milliseconds: float | None) -> None:
        """Note one round."""
        self.trips.append(milliseconds)

    def found(self) -> Found | None:
        """Return what the rounds say; None before the first."""
        if not self.trips:
            return None
        answered = [trip for trip in self.trips if trip is not None]
        loss = round(1 - len(answered) / len(self.trips), 4)
        if not answered:
            return Found(False, _("none of {count} pings was answered"), {"count": len(self.trips)}, loss=1.0)
        mean = round(sum(answered) / len(answered), 2)
        steps = [abs(b - a) for a, b in pairwise(answered)]
        jitter = round(sum(steps) / len(steps), 2) if steps else 0.0
        values = {"milliseconds": mean, "percent": round(100 * loss, 1), "jitter": jitter}
        text = _("{milliseconds} ms, {percent} % lost, jitter {jitter} ms")
        return Found(True, text, values, mean, loss=loss, jitter=jitter)
