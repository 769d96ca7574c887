"""The process that runs Ansible: one order on standard input, events on standard output, a JSON document a line.

It is a process of its own because ansible-runner hands its whole environment to Ansible (and writes it down), because
it must stand in the station's network namespace, and because a run can then be ended from outside. The private key
arrives in the order and goes on to ssh-agent through ansible-runner's named pipe; it is in no file, argument or
variable. When standard input closes, whoever asked has gone and the run is cancelled.
"""

import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from difflib import unified_diff
from pathlib import Path
from typing import Any

from countynet import vantage

PROJECT = Path(__file__).parent
ENDED = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
DEBUG = ("debug", "ansible.builtin.debug")
WORDS = 600
SHOWN = 2000
"""characters of a difference that are passed on"""
PATIENCE = 0.4
"""seconds between two looks whether the run was cancelled"""
SUBREAPER = 36


def main() -> None:
    """Read the order, run, print one JSON document a line: events, then the end."""
    adopt_orphans()
    order = json.loads(sys.stdin.readline())
    cancelled = threading.Event()
    threading.Thread(target=_watch, args=(cancelled,), daemon=True).start()
    folder = Path(order["folder"])
    with vantage.within(Path(order["vantage"])) if order["vantage"] else nullcontext():
        try:
            _say(_run(order, folder, cancelled))
        finally:
            end_children()


def _run(order: dict[str, Any], folder: Path, cancelled: threading.Event) -> dict[str, Any]:
    import ansible_runner

    done = ansible_runner.run(
        private_data_dir=str(folder),
        project_dir=str(Path(order["playbook"]).parent),
        playbook=Path(order["playbook"]).name,
        inventory=order["inventory"],
        ssh_key=order["key"],
        envvars=environment(folder, Path(order["known_hosts"]), Path(order["playbook"]).parent),
        settings={"pexpect_timeout": PATIENCE, "suppress_env_files": True, "job_timeout": order["seconds"]},
        suppress_env_files=True,
        quiet=True,
        event_handler=_heard,
        cancel_callback=cancelled.is_set,
        limit=",".join(order["only"]) or None,
        cmdline=" ".join(order["options"]) or None,
    )
    return {"end": done.status, "words": "" if done.stats else done.stdout.read()[-WORDS:], "stats": done.stats or {}}


def environment(folder: Path, known_hosts: Path, own: Path = PROJECT) -> dict[str, str]:
    """Return what Ansible is told beyond ansible.cfg: paths of this run, roles beside its playbook first."""
    options = ("ControlMaster=auto", "ControlPersist=30s", "StrictHostKeyChecking=accept-new", "HashKnownHosts=no")
    ssh = " ".join(f"-o {option}" for option in (*options, f"UserKnownHostsFile={known_hosts}"))
    return {
        "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_ROLES_PATH": f"{own / 'roles'}:{PROJECT / 'roles'}",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "c"),
        "ANSIBLE_SSH_ARGS": ssh,
    }


def adopt_orphans() -> None:
    """Become the parent of every process below that loses its own (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    if ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def end_children(seconds: float = 5.0, reap: bool = True) -> None:
    """End what Ansible leaves running: the ssh-agent, SSH connections kept open, workers of a cancelled run.

    Without `reap` their ends are left to whoever waits for them in another thread.
    """
    deadline = time.monotonic() + seconds
    while children := list(_children()):
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if time.monotonic() > deadline else signal.SIGTERM)
        time.sleep(0.05)
        with suppress(ChildProcessError):
            while reap and os.waitpid(-1, os.WNOHANG)[0]:
                continue


def _children() -> Iterator[int]:
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                yield int(place.name)


def _watch(cancelled: threading.Event) -> None:
    """Cancel when standard input closes; what holds the terminal open then would keep ansible-runner for 5 s."""
    sys.stdin.read()
    cancelled.set()
    time.sleep(2 * PATIENCE)
    end_children(0.5, reap=False)


def _heard(event: dict[str, Any]) -> bool:
    """Pass on what a person wants to see; returns whether ansible-runner shall keep the event on disk: never."""
    data, kind = event.get("event_data", {}), event.get("event", "")
    if "include" in data.get("task_action", ""):
        return False
    if kind == "playbook_on_task_start":
        _say({"task": data.get("name", ""), "play": data.get("play", "")})
    elif kind in ENDED and not data.get("ignore_errors"):
        _say(_outcome(ENDED[kind], data))
    return False


def _outcome(outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    result = data.get("res") or {}
    if outcome == "ok" and result.get("changed"):
        outcome = "changed"
    words = ""
    if outcome in ("failed", "unreachable"):
        parts = (result.get(key, "") for key in ("msg", "stderr", "module_stderr"))
        words = " ".join(str(part).strip() for part in parts if part)[:WORDS]
    elif outcome == "changed":
        words = difference(result.get("diff"))
    elif outcome == "ok" and data.get("task_action") in DEBUG:
        words = _shown(result.get("msg"))
    return {"host": data.get("host", ""), "task": data.get("task", ""), "outcome": outcome, "words": words}


def _shown(message: Any) -> str:
    """Return what a playbook wants to say (`debug`), a list as lines."""
    lines = message if isinstance(message, list) else [message] if message else []
    return "\n".join(str(line) for line in lines)[:SHOWN]


def difference(diff: Any) -> str:
    """Return what Ansible's `--diff` says was changed (one map or a list of them), as a unified difference."""
    parts = list[str]()
    for each in diff if isinstance(diff, list) else [diff] if diff else []:
        if "prepared" in each:
            parts.append(str(each["prepared"]))
        elif isinstance(each.get("before"), str) and isinstance(each.get("after"), str):
            old, new = (str(each[side]).splitlines() for side in ("before", "after"))
            name = str(each.get("after_header") or each.get("before_header") or "").partition(" (")[0]
            parts += unified_diff(old, new, name, name, n=1, lineterm="")
    return "\n".join(parts)[:SHOWN]


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    os.umask(0o077)
    main()
