"""A `Poller` that asks by our engine, and by pysnmp whom our engine cannot handle.

A device whose answers our engine cannot make sense of (`trouble.BAFFLED`) is asked by pysnmp at once. If that works,
the question to that device is taken over: from then on pysnmp asks it, its answers say so (`by`, `why`), and after an
hour our engine is tried again. If that fails too, our engine's error stands, and pysnmp is not tried again for ten
minutes. Neither holds up a round for longer than pysnmp's deadline; the dead and the slow are never handed over.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from monitoring.snmp import trouble
from monitoring.snmp.seam import Answer, Poller, Question, Target

AGAIN = 3600.0
"""seconds after which our engine is tried again on what was taken over"""
HOPELESS = 600.0
"""seconds in which pysnmp is not tried again on what it could not handle either"""


class One(Protocol):
    """Asks one device at a time."""

    async def ask_one(self, target: Target, question: Question) -> Answer:
        """Return its answer, in bounded time."""
        ...

    def close(self) -> None:
        """Let go of the sockets."""
        ...


@dataclass(frozen=True)
class Taken:
    """A question to a device that pysnmp asks, or could not ask either (`hopeless`)."""

    why: str
    until: float
    hopeless: bool = False


class Handover:
    """Our engine and, for the rest, another."""

    def __init__(self, engine: Poller, other: One, now: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._other, self._now = engine, other, now
        self._taken: dict[tuple[Target, Question], Taken] = {}

    def close(self) -> None:
        """Let go of both."""
        self._engine.close()
        self._other.close()

    def taken(self) -> dict[Target, str]:
        """Return the devices that pysnmp asks (one question of which it asks), and why."""
        return {target: taken.why for (target, _q), taken in self._taken.items() if not taken.hopeless}

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> dict[str, Answer]:
        """Return an answer per device, as a `Poller` does."""
        answers: dict[str, Answer] = {}
        running: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()

        def deliver(answer: Answer) -> None:
            if each is None:
                answers[answer.target.device] = answer
            else:
                each(answer)

        def judge(answer: Answer) -> None:
            if answer.error in trouble.BAFFLED and not self._hopeless(answer.target, question):
                running.append(loop.create_task(self._rescue(answer, question, deliver)))
            else:
                deliver(answer)

        ours: list[Target] = []
        for target in targets:
            taken = self._taken.get((target, question))
            if taken and not taken.hopeless and taken.until > self._now():
                running.append(loop.create_task(self._keep(taken, target, question, deliver)))
            else:
                ours.append(target)
        await self._engine.ask(ours, question, judge)
        await asyncio.gather(*running)
        return answers

    async def _keep(self, taken: Taken, target: Target, question: Question, deliver: Callable[[Answer], None]) -> None:
        """Ask what was taken over; when it fails, our engine has the next turn."""
        answer = await self._other.ask_one(target, question)
        answer.why = taken.why
        if answer.error:
            del self._taken[target, question]
        deliver(answer)

    async def _rescue(self, failed: Answer, question: Question, deliver: Callable[[Answer], None]) -> None:
        """Try what our engine could not handle."""
        answer, key = await self._other.ask_one(failed.target, question), (failed.target, question)
        if answer.error:
            self._taken[key] = Taken(failed.error, self._now() + HOPELESS, hopeless=True)
            deliver(failed)
            return
        answer.why = failed.error
        self._taken[key] = Taken(failed.error, self._now() + AGAIN)
        deliver(answer)

    def _hopeless(self, target: Target, question: Question) -> bool:
        taken = self._taken.get((target, question))
        return taken is not None and taken.hopeless and taken.until > self._now()
