"""Who is asked again soon, because its agent just failed: so that the agent's outage is known within seconds. Pure.

A line's outage is told by the ping of each second. But an agent can die alone, and a round comes each quarter of a
minute: whoever fails while it answers ping is asked again every `PAUSE` seconds, `TIMES` times, until it answers. Whose
ping is silent is not: that outage is known already, and asking the dead costs others time.
"""

from collections.abc import Container, Iterable

from monitoring.snmp.seam import Answer

PAUSE = 4.0
TIMES = 30
"""two minutes; what lasts longer, the rounds follow"""


class Again:
    """The devices whose agent failed, and how often they were asked again."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[float, int]] = {}

    def polled(self, answers: Iterable[Answer], now: float) -> None:
        """Take what a poll brought."""
        for answer in answers:
            device = answer.target.device
            if answer.error:
                _at, times = self._failed.get(device, (now, 0))
                self._failed[device] = now, times
            else:
                self._failed.pop(device, None)

    def due(self, now: float, answering: Container[str]) -> frozenset[str]:
        """Return whom to ask now, and count that they are asked; `answering` are those that answer ping."""
        found = frozenset(
            device
            for device, (at, times) in self._failed.items()
            if device in answering and times < TIMES and now - at >= PAUSE
        )
        for device in found:
            self._failed[device] = now, self._failed[device][1] + 1
        return found
