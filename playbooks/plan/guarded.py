"""The guarded change of one device: arm its undo, change it, meet it anew, test it, call the undo off.

Order and promises: everything a change needs is on the device before the undo is armed, and the undo is armed before
anything changes. It is called off on a session made after the change, in band, when the device runs what the plan says
and everything that answered before still answers. Whatever fails on the way, the device is brought back, by us while it
answers, by itself when it does not; we wait for that and say which it was. What it has in the end is read from it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.platforms import linux
from playbooks.device import change
from playbooks.device.operation import Session
from playbooks.device.results import Limits
from playbooks.plan import armed
from playbooks.plan.checks import Before, Checks
from playbooks.plan.model import DeviceState, Steps
from playbooks.plan.reading import look

GRACE = 120.0
"""seconds beyond the countdown that a device may take to put everything back and answer"""
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

    device: str
    address: str
    steps: Steps
    owner: str
    seconds: int
    before: Before
    checks: Checks
    opener: Callable[[str], Session]
    limits: Limits
    told: Callable[[str, str], None]
    mark: Callable[[str], None]
    cancelled: threading.Event

    def run(self, session: Session) -> Outcome:
        """Change the device. Never raises for what the device does once its undo is armed; before that DeviceError."""
        self._refuse(session)
        self._prepare(session)
        self.mark(self.device)
        armed_at = time.monotonic()
        try:
            self._change(session)
            self._confirm(armed_at)
        except DeviceError as error:
            self.told(self.device, _("failed; it is being taken back"))
            return Outcome(self.device, self._back(armed_at), error)
        return Outcome(self.device, DeviceState.DONE)

    def _refuse(self, session: Session) -> None:
        if session.way != "in-band":
            raise DeviceError(self.device, _("answers over staging only; its line carries nothing"))
        if change.read(session.transport, linux, self.limits) != self.steps.running:
            raise DeviceError(self.device, _("runs something else since"))
        self._stop_if_cancelled()

    def _prepare(self, session: Session) -> None:
        answer = session.transport.run(armed.PREPARE, self.limits.command)
        if answer.status == armed.HELD:
            message = _("holds an armed undo of {owner}")
            raise DeviceError(self.device, message, owner=answer.output.strip())
        if answer.status:
            raise DeviceError(self.device, _("cannot keep an undo"), answer=answer.complaint)
        session.transport.put(armed.files(self.steps, self.owner, self.seconds))

    def _change(self, session: Session) -> None:
        self.told(self.device, _("arming its undo"))
        change.run_steps(session.transport, [armed.ARM], self.limits)
        self.told(self.device, _("changing"))
        commands, limits = (
            armed.commands(self.steps.do, self.owner),
            self.limits.model_copy(update={"device": self.seconds}),
        )
        try:
            change.run_steps(session.transport, list(commands), limits)
        except DeviceError as error:
            rest = {key: v for key, v in error.values.items() if key not in ("device", "command", "answer")}
            shown = commands.get(error.command, error.command)
            raise DeviceError(self.device, error.message, shown, error.answer, **rest) from error

    def _confirm(self, armed_at: float) -> None:
        """Meet the device anew and call its undo off."""
        self.told(self.device, _("testing"))
        session = self.opener(self.device)
        try:
            self._test(session, armed_at + self.seconds - MARGIN)
            self._stop_if_cancelled()
            answer = session.transport.run(armed.CALL_OFF, self.limits.command)
            if answer.status:
                raise DeviceError(self.device, _("took the change back by itself before the tests were done"))
        finally:
            session.close()

    def _test(self, session: Session, until: float) -> None:
        if session.way != "in-band":
            raise DeviceError(self.device, _("does not answer in band any more"))
        deadline = time.monotonic() + self.limits.settle
        while left := linux.diff(change.read(session.transport, linux, self.limits), self.steps.intended):
            if time.monotonic() >= deadline:
                message = _("still differs after the change:\n{difference}")
                raise DeviceError(self.device, message, difference=left[: change.SHOWN])
            time.sleep(0.5)
        self.checks.after(self.device, self.address, self.before, max(until - time.monotonic(), 1.0))

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise DeviceError(self.device, _("was cancelled"))

    def _back(self, armed_at: float) -> DeviceState:
        deadline = armed_at + self.seconds + GRACE
        while time.monotonic() < deadline:
            try:
                if state := self._try_back():
                    return state
            except DeviceError:
                pass
            time.sleep(1)
        return DeviceState.CHANGING

    def _try_back(self) -> DeviceState | None:
        session = self.opener(self.device)
        try:
            return resolve(session, self.steps, self.limits, at_once=True)
        finally:
            session.close()


def resolve(session: Session, steps: Steps, limits: Limits, *, at_once: bool) -> DeviceState | None:
    """Return what a device has after a change that broke off, None while its undo still counts down or works.

    An undo that nobody counts for any more (a reboot) is run; with `at_once` one that counts, too. Raises DeviceError.
    """
    seen = look(session, limits)
    if seen.standing.state in ("armed", "reverting"):
        if seen.standing.counting and (seen.standing.state == "reverting" or not at_once):
            return None
        session.transport.run(armed.UNDO_NOW, limits.device)
        seen = look(session, limits)
    deadline = time.monotonic() + limits.settle
    while (state := judge(seen.running, steps)) is DeviceState.BETWEEN and time.monotonic() < deadline:
        time.sleep(0.5)
        seen = look(session, limits)
    return state


def judge(running: str, steps: Steps) -> DeviceState:
    """Return what a device has by what it runs."""
    if running == steps.running:
        return DeviceState.REVERTED
    return DeviceState.DONE if running == steps.intended else DeviceState.BETWEEN
