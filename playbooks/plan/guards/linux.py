"""The guard of Linux devices: a process on the device itself that counts down and puts the old files back (`armed`)."""

import time
from collections.abc import Callable

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from inventory.platforms import linux
from playbooks.device import change
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport import Transport
from playbooks.device.vouched import Due
from playbooks.plan import armed
from playbooks.plan.guards import Undo
from playbooks.plan.model import DeviceState, Revert, Steps, Way, judge


class TimerMethod:
    """The revert method `timer`."""

    revert: Revert = "timer"
    grace = 120.0

    def granted(self, seconds: int) -> int:
        """Return the seconds as they are."""
        return seconds

    def steps(self, device: Device, running: str, intended: str, due: Due) -> Steps | None:
        """Return the files and commands of both ways.

        Raises DeviceError for a device whose staging port is open: it is brought up by `config apply`, not by a plan.
        """
        if not linux.diff(running, intended):
            return None
        there, back = linux.activation(running, intended), linux.activation(intended, running)
        if there.closing:
            message = _("is bare or half brought up; run: countynet config apply {device}")
            raise DeviceError(device.name, message)
        return Steps(running=running, intended=intended, do=_way(there), undo=_way(back))

    def prepare(self, session: Session[Transport], steps: Steps, owner: str, seconds: int, limits: Limits) -> None:
        """Put everything that the change and its undo need on the device. Raises DeviceError."""
        device = session.transport.device
        answer = session.transport.run(armed.prepare(steps), limits.command)
        if answer.status == armed.HELD:
            message = _("holds an armed undo of {owner}")
            raise DeviceError(device, message, owner=answer.output.strip())
        if answer.status:
            raise DeviceError(device, _("cannot keep an undo"), answer=answer.complaint)
        session.transport.put(armed.files(steps, owner, seconds))

    def change(
        self,
        session: Session[Transport],
        steps: Steps,
        owner: str,
        seconds: int,
        limits: Limits,
        told: Callable[[str], None],
    ) -> None:
        """Arm the undo, then run the steps from the device's own disk. Raises DeviceError with the step as shown."""
        told(_("arming its undo"))
        change.run_steps(session.transport, [armed.ARM], limits)
        told(_("changing"))
        commands = armed.commands(steps.do, owner)
        try:
            change.run_steps(session.transport, list(commands), limits.model_copy(update={"device": seconds}))
        except DeviceError as error:
            rest = {key: v for key, v in error.values.items() if key not in ("device", "command", "answer")}
            shown = commands.get(error.command, error.command)
            raise DeviceError(error.device, error.message, shown, error.answer, **rest) from error

    def call_off(self, session: Session[Transport], steps: Steps, owner: str, limits: Limits) -> None:
        """Rename the undo away; the files are kept already. Raises DeviceError when it is too late."""
        if session.transport.run(armed.CALL_OFF, limits.command).status:
            message = _("took the change back by itself before the tests were done")
            raise DeviceError(session.transport.device, message)

    def resolve(self, session: Session[Transport], steps: Steps, undo: Undo, limits: Limits) -> DeviceState | None:
        """Look at the undo that the device holds, run it where nobody else does, and judge by what runs then."""
        running, standing = _look(session, limits)
        if standing.state in ("armed", "reverting"):
            if standing.counting and (standing.state == "reverting" or not undo.at_once):
                return None
            session.transport.run(armed.UNDO_NOW, limits.device)
            running, _standing = _look(session, limits)
        deadline = time.monotonic() + limits.settle
        while (state := judge(running, steps)) is DeviceState.BETWEEN and time.monotonic() < deadline:
            time.sleep(0.5)
            running, _standing = _look(session, limits)
        return state


def _look(session: Session[Transport], limits: Limits) -> tuple[str, armed.Standing]:
    running = change.read(session.transport, linux, limits)
    return running, armed.understand(session.transport.run(armed.LOOK, limits.command).output)


def _way(activation: linux.Activation) -> Way:
    return Way(files=dict(activation.files), delete=activation.delete, commands=activation.commands)


_TIMER = TimerMethod()


def choose(_device: Device, _running: str) -> TimerMethod:
    """Return the one method that there is."""
    return _TIMER


def named(_device: Device, _revert: Revert) -> TimerMethod:
    """Return the one method that there is."""
    return _TIMER
