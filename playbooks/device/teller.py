"""A nornir processor that turns what nornir tells into our steps: once per device, whatever comes later."""

import threading

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Task

from playbooks.device.results import DeviceResult, FetchResult, Progress, Step


class Teller:
    """Tells `progress` when a device begins and how it ended; a device that ended late is not told twice."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._lock = threading.Lock()
        self._ended: set[str] = set()

    def task_started(self, task: Task) -> None:
        """Nothing to tell."""

    def task_completed(self, task: Task, result: AggregatedResult) -> None:
        """Nothing to tell."""

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Tell that a device begins."""
        self._progress(Step(host.name, "started", len(self._ended), self._total))

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Tell how a device ended."""
        with self._lock:
            if host.name in self._ended:
                return
            self._ended.add(host.name)
            finished = len(self._ended)
        outcome = result[0].result
        error = outcome.error if isinstance(outcome, DeviceResult | FetchResult) else None
        failed = result[0].failed
        self._progress(Step(host.name, "failed" if failed else "done", finished, self._total, error))

    def subtask_instance_started(self, task: Task, host: Host) -> None:
        """There are no subtasks."""

    def subtask_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """There are no subtasks."""
