"""One poll of every device: ask, take the rates, keep the samples, note how it went.

Returns what a person wants to know of it; a device that does not answer is a line in the result, never an exception.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from countynet import clock
from countynet.events import JSON
from countynet.i18n import _, translate
from monitoring.poller.plan import Plan
from monitoring.poller.samples import samples
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample
from monitoring.snmp.questions import INTERFACES
from monitoring.snmp.seam import Answer, Poller


@dataclass(frozen=True)
class Poll:
    """A finished poll."""

    answers: Mapping[str, Answer]
    samples: tuple[Sample, ...]
    slot: int
    seconds: float
    cpu_seconds: float

    @property
    def answered(self) -> int:
        """How many devices answered to the end."""
        return sum(1 for answer in self.answers.values() if not answer.error)

    @property
    def values(self) -> int:
        """How many values came."""
        return sum(answer.values for answer in self.answers.values())

    @property
    def silent(self) -> dict[str, str]:
        """The devices that did not answer, and why (a message id)."""
        return {device: answer.error for device, answer in self.answers.items() if answer.error}

    def text(self) -> str:
        """Return the poll as a line, in the language of the context."""
        return translate(
            _("{answered} of {devices} devices answered in {seconds} s: {values} values of {interfaces} interfaces"),
            answered=self.answered,
            devices=len(self.answers),
            seconds=round(self.seconds, 2),
            values=self.values,
            interfaces=len(self.samples),
        )

    def summary(self) -> dict[str, JSON]:
        """Return the poll as a document."""
        return {
            "devices": len(self.answers),
            "answered": self.answered,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "interfaces": len(self.samples),
            "values": self.values,
            "silent": [{"device": device, "error": translate(error)} for device, error in self.silent.items()],
        }


async def poll(poller: Poller, plan: Plan, before: Mapping[Interface, Reading], interval: float) -> Poll:
    """Ask every device once. Rates reach back over at most three intervals."""
    started, cpu = time.monotonic(), time.process_time()
    at = clock.now().timestamp()
    answers = await poller.ask(plan.targets, INTERFACES)
    taken = tuple(
        sample
        for answer in answers.values()
        if not answer.error
        for sample in samples(answer, before, at + answer.seconds, interval * 3)
    )
    slot = int(at // interval * interval)
    return Poll(answers, taken, slot, time.monotonic() - started, time.process_time() - cpu)
