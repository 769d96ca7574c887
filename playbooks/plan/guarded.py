"""The guarded change of one device: arm its undo, change it, meet it anew, test it, call the undo off.

Order and promises: everything a change needs is on the device before the undo is armed, and the undo is armed before
anything changes. It is called off on a session made after the change, in band, when the device runs what the plan says
and everything that answered before still answers. Whatever fails on the way, the device is brought back, by us while it
answers, by itself when it does not; we wait for that and say which it was. What it has in the end is read from it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from playbooks.device.change import SHOWN
from playbooks.device.drivers import Driver
from playbooks.device.operation import Session
from playbooks.device.results import Limits
from playbooks.device.together import Together
from playbooks.plan.checks import Before, Checks
from playbooks.plan.guards import Method, Undo
from playbooks.plan.model import DeviceState, Steps

MARGIN = 3.0
"""seconds before the countdown's end at which tests give up, so that it is us who say what failed"""


@dataclass(frozen=True)
class Outcome:
    """How one device came out."""

    device: str
    state: DeviceState
    error: DeviceError | None = None


@dataclass(frozen=True)
class Guard:
    """One device's change and all it needs; `told` gets what is worth a line, `mark` is called before it is armed."""

    about: Device
    driver: Driver
    method: Method
    address: str
    steps: Steps
    owner: str
    seconds: int
    before: Before
    checks: Checks
    opener: Callable[[str], Session[Any]]
    limits: Limits
    told: Callable[[str, str], None]
    mark: Callable[[str], None]
    cancelled: threading.Event
    together: Together = field(default_factory=Together)
    """who changes at once with it, if it does"""

    @property
    def device(self) -> str:
        """The device's name."""
        return self.about.name

    def run(self, session: Session[Any]) -> Outcome:
        """Change the device. Never raises for what the device does once its undo is armed; before that DeviceError."""
        self._refuse(session)
        self.method.prepare(session, self.steps, self.owner, self.seconds, self.limits)
        self.together.meet(self.device)
        self.mark(self.device)
        armed_at = time.monotonic()
        try:
            self.method.change(
                session, self.steps, self.owner, self.seconds, self.limits, lambda text: self.told(self.device, text)
            )
            self._confirm(armed_at)
        except DeviceError as error:
            self.together.fail(self.device)
            self.told(self.device, _("failed; it is being taken back"))
            return Outcome(self.device, self._back(armed_at), error)
        return Outcome(self.device, DeviceState.DONE)

    def _refuse(self, session: Session[Any]) -> None:
        if session.way != "in-band":
            raise DeviceError(self.device, _("answers over staging only; its line carries nothing"))
        running = self.driver.read(session, self.about, self.limits)
        if self.driver.canonical(running) != self.driver.canonical(self.steps.running):
            raise DeviceError(self.device, _("runs something else since"))
        self._stop_if_cancelled()

    def _confirm(self, armed_at: float) -> None:
        """Meet the device anew and call its undo off."""
        self.told(self.device, _("testing"))
        session = self.opener(self.device)
        try:
            self._test(session, armed_at + self.seconds - MARGIN)
            self._stop_if_cancelled()
            self.together.meet(self.device, max(armed_at + self.seconds - MARGIN - time.monotonic(), 1.0))
            self.method.call_off(session, self.steps, self.owner, self.limits)
        finally:
            session.close()

    def _test(self, session: Session[Any], until: float) -> None:
        if session.way != "in-band":
            raise DeviceError(self.device, _("does not answer in band any more"))
        deadline = time.monotonic() + self.limits.settle
        while left := self.driver.difference(self.driver.read(session, self.about, self.limits), self.steps.intended):
            if time.monotonic() >= deadline:
                message = _("still differs after the change:\n{difference}")
                raise DeviceError(self.device, message, difference=left[:SHOWN])
            time.sleep(0.5)
        self.checks.after(self.device, self.address, self.before, max(until - time.monotonic(), 1.0))

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise DeviceError(self.device, _("was cancelled"))

    def _back(self, armed_at: float) -> DeviceState:
        deadline = armed_at + self.seconds + self.method.grace
        while time.monotonic() < deadline:
            try:
                if state := self._try_back(time.monotonic() - armed_at):
                    return state
            except DeviceError:
                pass
            time.sleep(1)
        return DeviceState.CHANGING

    def _try_back(self, since: float) -> DeviceState | None:
        session = self.opener(self.device)
        try:
            return self.method.resolve(
                session, self.steps, Undo(self.owner, since, self.seconds, at_once=True), self.limits
            )
        finally:
            session.close()
