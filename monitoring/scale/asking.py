"""One loop a process that asks agents, whichever task wants to know: so what was learned of an agent is kept.

Tasks run in threads; their questions meet in one event loop, with one poller (and its sockets) a county, made anew when
the county's commit changed.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from monitoring.agents.poller import AgentPoller
from monitoring.scale.counties import County
from monitoring.snmp.seam import Poller

T = TypeVar("T")
_LINGER = 60.0
"""seconds that a poller is kept for the questions still under way after another took its place"""


class Asker:
    """The loop and its pollers."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._loop = asyncio.new_event_loop()
        self._pollers: dict[str, tuple[str, AgentPoller]] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="asking", daemon=True)
        self._thread.start()

    def ask(self, county: County, question: Callable[[Poller], Coroutine[Any, Any, T]]) -> T:
        """Return what a question over a county's agents comes to; the calling thread waits. Raises BadInput."""
        commit, opened, database = county.plan().commit, county.keyring(), county.database

        async def asked() -> T:
            known = self._pollers.get(county.name)
            if known is None or known[0] != commit:
                if known is not None:
                    self._loop.call_later(_LINGER, known[1].close)
                known = self._pollers[county.name] = commit, AgentPoller(opened, database, self._interval)
            return await question(known[1])

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result()

    def close(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for _commit, poller in self._pollers.values():
            poller.close()
        self._pollers.clear()
