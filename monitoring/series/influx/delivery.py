"""From here to the server: at once if it can be, over the disk if it cannot, always in order.

`deliver` returns when the cycle is safe: the server answered that it has it, or it lies in the spool. While something
lies there, a new cycle goes behind it. A server that failed is left alone for a while, doubling up to `LONGEST_WAIT`,
so that an outage costs a poll nothing; what a server refuses for ever (a line it cannot read) is named, counted and let
go, because behind it everything else would wait.
"""

import logging
import time
from collections.abc import Callable

from monitoring.series.influx.server import Away, Refused, Server
from monitoring.series.influx.spool import Spool

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
BUDGET = 5.0
"""seconds of one call that are spent on what waits in the spool"""


class Delivery:
    """Sends cycles to a bucket."""

    def __init__(self, server: Server, spool: Spool, clock: Callable[[], float] = time.monotonic) -> None:
        self._server, self._spool, self._clock = server, spool, clock
        self._wait, self._until = 0.0, 0.0
        self.refused = 0
        """how many batches of lines the server will never take"""
        self.error = ""
        """why it cannot be reached now, empty when it can"""

    def deliver(self, at: int, lines: str) -> bool:
        """Make a cycle safe; return whether the server has everything now."""
        if self.drain() and self._may_try() and self._send(at, lines):
            return not len(self._spool)
        self._spool.add(at, lines)
        return False

    def drain(self) -> bool:
        """Send what waits, oldest first, as long as the budget lasts; return whether nothing waits any more."""
        end = self._clock() + BUDGET
        while (cycle := self._spool.oldest()) is not None and self._may_try() and self._clock() < end:
            try:
                lines = cycle.lines()
            except (OSError, EOFError) as error:
                log.warning("the spool's cycle of %s cannot be read and is dropped: %s", cycle.at, error)
                self.refused += 1
                self._spool.remove(cycle)
                continue
            if self._send(cycle.at, lines):
                self._spool.remove(cycle)
        return not len(self._spool)

    def retry(self) -> None:
        """Try again at the next occasion, whatever the wait: somebody says that the server is back."""
        self._wait = self._until = 0.0

    def _may_try(self) -> bool:
        return self._clock() >= self._until

    def _send(self, at: int, lines: str) -> bool:
        """Return whether the lines need no further try."""
        try:
            self._server.write(self._server.address.bucket, lines)
        except Refused as error:
            self._refuse(at, lines, error)
        except Away as error:
            self._wait = max(error.wait, min(max(self._wait * 2, FIRST_WAIT), LONGEST_WAIT))
            self._until = self._clock() + self._wait
            if not self.error:
                log.warning("the server of the samples cannot take them, they go to the spool: %s", error.words)
            self.error = error.words
            return False
        if self.error:
            log.warning("the server of the samples takes them again")
        self._wait, self.error = 0.0, ""
        return True

    def _refuse(self, at: int, lines: str, error: Refused) -> None:
        """Halve what was too large; what is refused for another reason was kept as far as it could be (400)."""
        one, _break, rest = _halves(lines)
        if error.status == 413 and rest:
            for half in (one, rest):
                if not self._send(at, half):
                    self._spool.add(at, half)
            return
        self.refused += 1
        log.warning("the server of the samples refused lines for ever: %s", error)


def _halves(lines: str) -> tuple[str, str, str]:
    middle = lines.find("\n", len(lines) // 2)
    return (lines, "", "") if middle < 0 else (lines[:middle], "\n", lines[middle + 1 :])
