"""Finds out what each device has after an apply that broke off: asked of the devices, not of our memory.

A device is uncertain when it was begun and nobody noted its end. While its undo counts down it stays so, and says how
it will end; an undo that nobody counts for any more (the device was restarted) is run.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from countynet import clock
from countynet.errors import DeviceError
from countynet.i18n import _, translate, translate_error
from inventory.model import Device
from playbooks.device import service
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits
from playbooks.plan.book import Book, Entry
from playbooks.plan.guarded import Outcome
from playbooks.plan.guards import Undo, named
from playbooks.plan.make import Ground
from playbooks.plan.model import DeviceChange, DeviceState

STATES = {
    DeviceState.WAITING: _("not begun"),
    DeviceState.CHANGING: _("begun, end unknown"),
    DeviceState.DONE: _("has the plan"),
    DeviceState.REVERTED: _("failed, as before"),
    DeviceState.UNDONE: _("taken back, as before"),
    DeviceState.UNREACHED: _("did not answer"),
    DeviceState.BETWEEN: _("neither as before nor as planned: look at it"),
}


def uncertain(book: Book, ground: Ground, number: int, actor: str, limits: Limits, *, wait: bool) -> None:
    """Look at the uncertain devices of a plan and note what they have; with `wait` until no undo counts any more.

    Call with the right to apply in hand (`apply.only_one`). Raises BadInput and what a namespace that is gone raises.
    """
    plan = book.get(number).plan
    deadline = time.monotonic() + max(_longest(ground, change) for change in plan.devices)
    while names := _begun(book, ground, number):
        counting = [o for o in _look(book, ground, number, names, limits) if _note(book, number, o, actor)]
        if not (wait and counting and time.monotonic() < deadline):
            return
        time.sleep(1)


def _begun(book: Book, ground: Ground, number: int) -> list[str]:
    known = ground.county.device_by_name
    devices = book.get(number).devices
    return [name for name, d in devices.items() if d.state is DeviceState.CHANGING and name in known]


def _longest(ground: Ground, change: DeviceChange) -> float:
    device = ground.county.device_by_name.get(change.device)
    return change.seconds + (named(device, change.revert).grace if device else 0.0)


def _look(book: Book, ground: Ground, number: int, names: Sequence[str], limits: Limits) -> tuple[Outcome, ...]:
    steps, entry = book.steps(number), book.get(number)
    reverts = {c.device: c.revert for c in entry.plan.devices}
    seconds = {c.device: c.seconds for c in entry.plan.devices}

    def act(device: Device, session: Session[Any], _began: float) -> Outcome:
        method = named(device, reverts[device.name])
        state = method.resolve(
            session, steps[device.name], Undo("", _since(entry, device.name), seconds[device.name]), limits
        )
        if state is None:
            waiting = DeviceError(device.name, _("its undo is armed and takes the change back by itself"))
            return Outcome(device.name, DeviceState.CHANGING, waiting)
        return Outcome(device.name, state)

    operation = Operation(
        [ground.county.device_by_name[name] for name in names],
        service.opener(ground.county, ground.settings, ground.secrets, limits),
        act,
        lambda name, _seconds, error: Outcome(name, DeviceState.CHANGING, error),
        limits,
        service.around_of(ground.settings),
        service.redactor(ground.secrets),
    )
    return operation.run()


def _since(entry: Entry, name: str) -> float:
    """Return the seconds since a device was begun."""
    return (clock.now() - datetime.fromisoformat(entry.devices[name].at)).total_seconds()


def _note(book: Book, number: int, outcome: Outcome, actor: str) -> bool:
    """Write what a device has; return whether it is still uncertain."""
    error = translate_error(outcome.error) if outcome.error else ""
    if outcome.state is DeviceState.REVERTED:
        error = translate(_("the apply broke off; the device took the change back"))
    book.note(number, outcome.device, outcome.state, actor, error)
    return outcome.state is DeviceState.CHANGING
