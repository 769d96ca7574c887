"""One fleet operation over nornir: open each device, do something to it, return a result per device.

Knows no inventory file, secret or namespace: those come in as functions, so that tests run it over fakes. An error of
a device becomes a value here and nowhere else; secrets are struck out of the device's words.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Result, Task

from countynet.errors import CountyError, DeviceError
from countynet.i18n import _
from inventory.model import Device
from playbooks.device.fleet import CONNECTION, WaveRunner, fleet, waves
from playbooks.device.results import Limits, Progress, silent
from playbooks.device.session import Session
from playbooks.device.teller import Teller
from playbooks.device.together import Together

R = TypeVar("R")
__all__ = ["Operation", "Session"]


@dataclass
class Operation(Generic[R]):
    """What to do (`act`), to which devices, and how a failure becomes a result (`failed`)."""

    devices: Sequence[Device]
    opener: Callable[[str], Session[Any]]
    act: Callable[[Device, Session[Any], float], R]
    """device, session, the time it began; may raise DeviceError"""
    failed: Callable[[str, float, DeviceError], R]
    """device, seconds, error"""
    limits: Limits = field(default_factory=Limits)
    around: Callable[[], AbstractContextManager[object]] = nullcontext
    redact: Callable[[str], str] = str
    progress: Progress = silent
    cancelled: threading.Event = field(default_factory=threading.Event)
    together: Together = field(default_factory=Together)

    def run(self) -> tuple[R, ...]:
        """Run over all devices; one result per device in the given order, never an exception because of one."""
        plan = waves(self.devices, self.limits.batch, self.together.devices)
        runner = WaveRunner(plan, self.limits, self.around, self.cancelled)
        nornir = fleet(self.devices, self.opener, runner)
        teller = Teller(self.progress, len(self.devices))
        outcome = nornir.with_processors([teller]).run(task=self._task, name="operation")
        return tuple(self._result(device.name, outcome[device.name]) for device in self.devices)

    def _task(self, task: Task) -> Result:
        host, began = task.host, time.monotonic()
        try:
            session = host.get_connection(CONNECTION, task.nornir.config)
            return Result(host, result=self.act(host.data["device"], session, began))
        except DeviceError as error:
            return self._fail(host, began, error)
        except CountyError as error:
            return self._fail(host, began, DeviceError(host.name, error.message, **dict[str, Any](error.values)))

    def _fail(self, host: Host, began: float, error: DeviceError) -> Result:
        self.together.fail(host.name)
        told = DeviceError(
            error.device, error.message, self.redact(error.command), self.redact(error.answer), **_rest(error)
        )
        return Result(host, result=self.failed(host.name, time.monotonic() - began, told), failed=True)

    def _result(self, name: str, outcome: MultiResult) -> R:
        first = outcome[0]
        if first.exception is None:
            result: R = first.result
            return result
        error = first.exception
        if isinstance(error, CountyError) and not isinstance(error, DeviceError):
            error = DeviceError(name, error.message, **dict[str, Any](error.values))
        if not isinstance(error, DeviceError):
            error = DeviceError(name, _("failed by an error of countynet itself: {kind}"), kind=type(error).__name__)
        return self.failed(name, self.limits.device, error)


def _rest(error: DeviceError) -> dict[str, Any]:
    return {key: value for key, value in error.values.items() if key not in ("device", "command", "answer")}
