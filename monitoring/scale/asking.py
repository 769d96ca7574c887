"""One loop a process that asks agents, whichever task wants to know: so what was learned of an agent is kept.

Tasks run in threads; their questions meet in one event loop, with one engine (and socket) a county.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from monitoring.agents.keyring import Keyring
from monitoring.snmp.engine import Engine

T = TypeVar("T")


class Asker:
    """The loop and its engines."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._engines: dict[str, Engine] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="asking", daemon=True)
        self._thread.start()

    def ask(
        self, county: str, secret: Callable[[], Keyring], question: Callable[[Engine], Coroutine[Any, Any, T]]
    ) -> T:
        """Return what a question over the county's engine comes to; the calling thread waits."""
        return asyncio.run_coroutine_threadsafe(self._asked(county, secret, question), self._loop).result()

    async def _asked(
        self, county: str, secret: Callable[[], Keyring], question: Callable[[Engine], Coroutine[Any, Any, T]]
    ) -> T:
        if county not in self._engines:
            known = await asyncio.to_thread(secret)
            if county not in self._engines:
                self._engines[county] = Engine(known)
        return await question(self._engines[county])

    def close(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
