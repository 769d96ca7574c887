"""The `Poller` that the watch uses: our engine, pysnmp for the rest, and care for devices that suffer.

The rounds over all devices are what it judges by: after each, a device's load and time for a value decide how it is
asked from then on, by whatever question. In a round, who is spared that much is left out of the answer. What it learned
is kept in the state whenever it changed, and taken up again by the next poller.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import Engine as Database

from monitoring.agents import store
from monitoring.agents.care import felt
from monitoring.agents.keyring import Secret
from monitoring.agents.store import AgentState
from monitoring.capability.quantity import Quantity
from monitoring.series.seam import Measured
from monitoring.snmp.engine import Engine
from monitoring.snmp.exchange import Options
from monitoring.snmp.handover import Handover
from monitoring.snmp.learned import kept, restored
from monitoring.snmp.pysnmp_poller import PysnmpPoller
from monitoring.snmp.questions import FORMS, INTERFACES, cpu, form_of
from monitoring.snmp.seam import Answer, Poller, Question, Target

SOONEST = 5.0
"""seconds between two rounds of a device that is spared and keeps telling that something happened"""


class AgentPoller:
    """Asks agents under care. Create it within a running loop."""

    def __init__(
        self,
        secret_of: Callable[[str], Secret],
        database: Database,
        interval: float,
        options: Options | None = None,
    ) -> None:
        self._engine = Engine(secret_of, options)
        self._poller = Handover(self._engine, PysnmpPoller(secret_of))
        self._database, self._interval = database, interval
        self._states = store.remembered(database)
        self._asked: dict[Target, float] = {}
        self._loads: dict[str, float] = {}
        self._urgent: set[str] = set()
        self._forms: dict[Target, str] = {}
        """the devices that are not asked in the first form of INTERFACES, and their form"""

    def close(self) -> None:
        """Let go of the sockets."""
        self._poller.close()

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> dict[str, Answer]:
        """Return an answer per device; in a round, without those that are spared this time."""
        rounds = question == INTERFACES
        chosen = [target for target in targets if not rounds or self._has_turn(target)]
        for target in chosen:
            self._treat(target)
        if not rounds:
            return await self._poller.ask(chosen, question, each)
        answers: dict[str, Answer] = {}
        changed: dict[str, AgentState] = {}

        def take(answer: Answer) -> None:
            self._feel(answer, changed)
            if each is None:
                answers[answer.target.device] = answer
            else:
                each(answer)

        await self._ask_round(chosen, take)
        if changed:
            await asyncio.to_thread(store.keep, self._database, changed.values())
        return answers

    async def _ask_round(self, targets: Iterable[Target], take: Callable[[Answer], None]) -> None:
        """Ask devices for their interfaces, each in the form that fits it; again at once who was asked in another.

        After a round in which it failed a device is asked in the first form again: it may be another one.
        """
        again: list[Target] = []

        def judge(answer: Answer) -> None:
            form = self._forms.pop(answer.target, "")
            fitting = "" if answer.error else form_of(answer, form)
            if fitting:
                self._forms[answer.target] = fitting
            if fitting == form or answer.error:
                take(answer)
            else:
                again.append(answer.target)

        await self._ask_forms(targets, judge)
        await self._ask_forms(again, take)

    async def _ask_forms(self, targets: Iterable[Target], take: Callable[[Answer], None]) -> None:
        forms: dict[str, list[Target]] = {}
        for target in targets:
            forms.setdefault(self._forms.get(target, ""), []).append(target)
        await asyncio.gather(*(self._poller.ask(those, FORMS[form], take) for form, those in forms.items()))

    def loaded(self, device: str, percent: float) -> None:
        """Take a device's load from elsewhere than HOST-RESOURCES-MIB; the next round of the device heeds it."""
        self._loads[device] = percent

    def urgent(self, devices: Iterable[str]) -> None:
        """Have devices asked in the next round though they are spared: they said themselves that something happened."""
        self._urgent.update(devices)

    def _has_turn(self, target: Target) -> bool:
        """Tell whether a device is asked in this round."""
        state, now = self._states.get(target.device), time.monotonic()
        every = state.care.step.every if state else 1
        since = now - self._asked.get(target, float("-inf"))
        wanted = target.device in self._urgent and since >= SOONEST
        if every > 1 and not wanted and since < (every - 0.5) * self._interval:
            return False
        self._urgent.discard(target.device)
        self._asked[target] = now
        return True

    def _treat(self, target: Target) -> None:
        """Have the engine ask a device as its care says."""
        state = self._states.get(target.device)
        if (target.address, target.port) not in self._engine.manners and state:
            self._engine.manners[target.address, target.port] = restored(state.manner)
        manner, step = self._engine.manner_of(target), (state or AgentState(target.device)).care.step
        manner.rest, manner.most = step.rest, step.most

    def _feel(self, answer: Answer, changed: dict[str, AgentState]) -> None:
        """Judge by an answer how its device is."""
        device = answer.target.device
        before = self._states.get(device) or AgentState(device)
        after = before
        if not answer.error and answer.values and not answer.by:
            load = self._loads.pop(device, cpu(answer))
            care = felt(before.care, load, answer.busy / answer.values)
            after = replace(before, care=care, manner=kept(self._engine.manner_of(answer.target)))
        if not answer.error:
            after = replace(after, taken_by=answer.by, taken_why=answer.why)
        self._states[device] = after
        if _differs(before, after):
            changed[device] = after


def ask_soon(poller: Poller, devices: Iterable[str]) -> None:
    """Tell a poller that devices are to be asked soon, even those that it spares."""
    if isinstance(poller, AgentPoller):
        poller.urgent(devices)


def tell_loads(poller: Poller, measured: Iterable[Measured]) -> None:
    """Tell a poller what sensors say of processors: of each device the busiest, in percent."""
    if isinstance(poller, AgentPoller):
        loads: dict[str, float] = {}
        for gauge, value in measured:
            if gauge.kind == Quantity.CPU.value:
                loads[gauge.device] = max(value, loads.get(gauge.device, 0.0))
        for device, percent in loads.items():
            poller.loaded(device, percent)


def _differs(before: AgentState, after: AgentState) -> bool:
    """Tell whether something changed that is worth writing: round trips move a little all the time."""
    old, new = (
        (state.taken_by, state.care.level, state.care.why, state.manner.get("asked")) for state in (before, after)
    )
    return old != new
