"""nornir, as this room uses it: an inventory made of the county, a runner with waves, and events on the way.

nornir keeps failed hosts out of later runs and shares that state between filtered copies, its own runner has neither
batch nor timeout nor cancel, and it logs a task's exception with its traceback: so the inventory is made anew
for each operation, the runner is ours, and tasks return errors as values.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from nornir.core import Nornir
from nornir.core.configuration import Config, LoggingConfig
from nornir.core.inventory import ConnectionOptions, Host
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from countynet.errors import CountyError, DeviceError
from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory.model import Device
from inventory.nornir_inventory import nornir_inventory
from playbooks.device.results import Limits

CONNECTION = "device"
"""the name of our connection plugin"""
_FIRST = (DeviceRole.CORE, DeviceRole.AGGREGATION, DeviceRole.BUILDING, DeviceRole.DATACENTER)
_SECOND = (DeviceRole.FIREWALL, DeviceRole.VPN_HUB)


class DeviceConnection:
    """nornir's connection plugin: opens a session by the function that the host carries."""

    connection: Any = None

    def open(
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Open the session. Raises DeviceError."""
        self.connection = (extras or {})["opener"]()

    def close(self) -> None:
        """Close the session."""
        self.connection.close()


def fleet(devices: Sequence[Device], opener: Callable[[str], Any], runner: "WaveRunner") -> Nornir:
    """Return a nornir over the devices; `opener(name)` opens a session that has `close()`."""
    ConnectionPluginRegister.register(CONNECTION, DeviceConnection)
    inventory = nornir_inventory({device: {} for device in devices})
    for device in devices:
        host = inventory.hosts[device.name]
        host.data["device"] = device
        host.connection_options[CONNECTION] = ConnectionOptions(extras={"opener": partial(opener, device.name)})
    return Nornir(inventory=inventory, config=Config(logging=LoggingConfig(enabled=False)), runner=runner)


def waves(devices: Sequence[Device], batch: int, together: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return device names in the order of change: core and switches, firewalls and hub, then CPEs in batches.

    Those that change `together` begin together, before all others.
    """
    at_once = tuple(d.name for d in devices if d.name in together)
    first = at_once + tuple(d.name for d in devices if d.role in _FIRST and d.name not in together)
    second = tuple(d.name for d in devices if d.role in _SECOND and d.name not in together)
    rest = tuple(d.name for d in devices if d.role not in _FIRST + _SECOND)
    batches = tuple(rest[start : start + batch] for start in range(0, len(rest), batch))
    return tuple(wave for wave in (first, second, *batches) if wave)


@dataclass
class _Hand:
    """A host in hand."""

    host: Host
    deadline: float


@dataclass
class WaveRunner:
    """Runs a task over hosts wave after wave, `limits.workers` at once, each at most `limits.device` seconds.

    A host that takes longer is reported as failed and its session is closed under it; its thread ends by that and what
    it still says is not heard. After `cancelled` is set no further host begins; those in hand finish.
    """

    waves: Sequence[Sequence[str]]
    limits: Limits
    around: Callable[[], AbstractContextManager[object]]
    """entered by each thread, e.g. the network namespace"""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Run and return one result per host; never raises because of one."""
        result = AggregatedResult(task.name)
        by_name = {host.name: host for host in hosts}
        for wave in self.waves:
            self._wave(task, [by_name[name] for name in wave if name in by_name], result)
        return result

    def _wave(self, task: Task, hosts: list[Host], result: AggregatedResult) -> None:
        waiting, in_hand, ended = deque(hosts), dict[str, _Hand](), SimpleQueue[tuple[str, MultiResult]]()
        while waiting or in_hand:
            while waiting and len(in_hand) < self.limits.workers and not self.cancelled.is_set():
                host = waiting.popleft()
                in_hand[host.name] = _Hand(host, time.monotonic() + self.limits.device)
                threading.Thread(target=self._one, args=(task, host, ended), daemon=True, name=host.name).start()
            if self.cancelled.is_set():
                while waiting:
                    self._fail(task, waiting.popleft(), _("was not begun: the operation was cancelled"), result)
            self._collect(task, in_hand, ended, result)

    def _one(self, task: Task, host: Host, ended: "SimpleQueue[tuple[str, MultiResult]]") -> None:
        try:
            with self.around():
                outcome = task.copy().start(host)
        except CountyError as error:
            outcome = _failed(task, host, error)
        _close(host)
        ended.put((host.name, outcome))

    def _collect(
        self,
        task: Task,
        in_hand: dict[str, _Hand],
        ended: "SimpleQueue[tuple[str, MultiResult]]",
        result: AggregatedResult,
    ) -> None:
        if not in_hand:
            return
        soonest = min(hand.deadline for hand in in_hand.values())
        try:
            name, outcome = ended.get(timeout=min(max(soonest - time.monotonic(), 0.0), 0.5))
        except Empty:
            for late in [h for h in in_hand.values() if h.deadline <= time.monotonic()]:
                del in_hand[late.host.name]
                self._fail(task, late.host, _("did not finish within {seconds} s"), result)
                _close(late.host)
            return
        if in_hand.pop(name, None):
            result[name] = outcome

    def _fail(self, task: Task, host: Host, message: str, result: AggregatedResult) -> None:
        outcome = _failed(task, host, DeviceError(host.name, message, seconds=round(self.limits.device)))
        result[host.name] = outcome
        for processor in task.processors:
            processor.task_instance_completed(task, host, outcome)


def _failed(task: Task, host: Host, error: CountyError) -> MultiResult:
    outcome = MultiResult(task.name)
    outcome.append(Result(host, exception=error, failed=True))
    return outcome


def _close(host: Host) -> None:
    """Close the host's session once, whichever thread comes first."""
    connection = host.connections.pop(CONNECTION, None)
    if connection is not None:
        connection.close()
