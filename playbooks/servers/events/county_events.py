"""The callback plugin through which Ansible tells a run what happens.

A JSON document a line goes to the descriptor that the variable CN_EVENTS names. It tells nothing else and
writes nothing to disk; results that a task keeps to itself (`no_log`) have been taken out by Ansible before. Source:
Ansible's developer guide, "Callback plugins".
"""

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

from playbooks.servers.said import Task, outcome

VARIABLE = "CN_EVENTS"
INCLUDES = "include"
"""of an include's action: it is no task of its own"""

DOCUMENTATION = """
name: county_events
type: stdout
short_description: tells a run of countynet what happens
description: One JSON document a line, on the descriptor that CN_EVENTS names.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]  # Ansible has no types
    """Tells of every task that begins, how it ended on every host, and the totals at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "county_events"

    def __init__(self) -> None:
        super().__init__()
        self._to, self._play = int(os.environ[VARIABLE]), ""

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Note which play it is."""
        self._play = play.get_name().strip()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Tell that a task begins."""
        if INCLUDES not in task.action:
            self._tell({"task": task.get_name().strip(), "play": self._play})

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        """Tell that a handler begins."""
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_ok(self, result: Any) -> None:
        """Tell that it ended well."""
        self._ended("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Tell that it failed, unless the playbook does not mind."""
        if not ignore_errors:
            self._ended("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Tell that the host does not answer, unless the playbook does not mind."""
        if not result.task.ignore_unreachable:
            self._ended("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Tell that it was not for this host."""
        self._ended("skipped", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Tell which hosts came to a bad end; one whose failure was rescued did not."""
        self._tell({"bad": sorted({*stats.failures, *stats.dark})})

    def _ended(self, kind: str, result: Any) -> None:
        task = result.task
        if INCLUDES not in task.action:
            about = Task(task.name or task.action, task.action, task.get_path() or "")
            self._tell(outcome(kind, result.host.get_name(), about, result.result))

    def _tell(self, document: dict[str, Any]) -> None:
        line = json.dumps(document, ensure_ascii=False, default=str).encode() + b"\n"
        while line:
            line = line[os.write(self._to, line) :]
