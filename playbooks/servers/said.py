"""What Ansible's events say to a person: which outcome a task had on a host, and the words that go with it. Pure.

It is called within Ansible's own process for every event (`events/county_events.py`), so it is short and imports
nothing of ours. Of a loop that failed it names the items that failed, each with its reason.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

DEBUG = frozenset({"debug", "ansible.builtin.debug"})
WORDS = 600
SHOWN = 2000
"""characters of a failure, and of a difference or message, that are passed on"""
LAST = 500
"""those of a script's last words"""
_CLOSED = re.compile(r"Shared connection to \S+ closed\.")
"""all that stands for a script's errors, as it has a terminal over SSH: they went where the rest went"""


@dataclass(frozen=True)
class Task:
    """A task of a playbook."""

    name: str
    action: str
    place: str
    """its file and line"""


def outcome(kind: str, host: str, task: Task, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is passed on of a task's end on a host; `kind` is ok, failed, unreachable or skipped."""
    if kind == "ok" and result.get("changed"):
        kind = "changed"
    words = ""
    if kind in ("failed", "unreachable"):
        words = failure(result)
    elif kind == "changed":
        words = difference(result.get("diff") or [each.get("diff") for each in _items(result) if each.get("diff")])
    elif kind == "ok" and task.action in DEBUG:
        words = message(result.get("msg"))
    place = task.place if kind == "failed" else ""
    return {"host": host, "task": task.name, "outcome": kind, "words": words, "place": place}


def failure(result: Mapping[str, Any]) -> str:
    """Return why a task failed: its message and what the module wrote; of a loop that of each item that failed."""
    bad = [each for each in _items(result) if each.get("failed") or each.get("unreachable")]
    parts = [f"{_item(each)}: {_reason(each)}" for each in bad] or [_reason(result)]
    return "\n".join(parts)[:WORDS]


def _items(result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = result.get("results")
    yield from (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()


def _item(each: Mapping[str, Any]) -> str:
    return str(each.get("_ansible_item_label") or each.get("item") or "-")


def _reason(result: Mapping[str, Any]) -> str:
    parts = [result.get(key, "") for key in ("msg", "stderr", "module_stderr")]
    if _CLOSED.fullmatch(str(parts[1]).strip()):
        parts[1] = str(result.get("stdout", "")).replace("\r\n", "\n")[-LAST:]
    return " ".join(str(part).strip() for part in parts if part) or str(result.get("censored", ""))


def message(said: Any) -> str:
    """Return what a playbook wants to say (`debug`), a list as lines."""
    lines = said if isinstance(said, list) else [said] if said else []
    return "\n".join(str(line) for line in lines)[:SHOWN]


def difference(diff: Any) -> str:
    """Return what Ansible's `--diff` says was changed (one map, a list of them, or of such lists), as a difference."""
    parts = list[str]()
    for each in diff if isinstance(diff, list) else [diff] if diff else []:
        if isinstance(each, list):
            parts.append(difference(each))
        elif "prepared" in each:
            parts.append(str(each["prepared"]))
        elif isinstance(each.get("before"), str) and isinstance(each.get("after"), str):
            old, new = (str(each[side]).splitlines() for side in ("before", "after"))
            name = str(each.get("after_header") or each.get("before_header") or "").partition(" (")[0]
            parts += unified_diff(old, new, name, name, n=1, lineterm="")
    return "\n".join(parts)[:SHOWN]
