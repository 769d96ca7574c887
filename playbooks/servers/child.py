"""The process that runs Ansible: one order on standard input, events on standard output, a JSON document a line.

It is a process of its own because it must stand in the station's network namespace, because it becomes the parent of
all that Ansible leaves running, and because a run can then be ended from outside. It imports next to nothing, so it
costs next to nothing. The private keys arrive in the order and go on to ssh-agent by ssh-add's standard input; none
is in no file, argument or variable. Ansible's own output goes to a file of the run's private folder, of which only
the end is told when the playbook could not be run at all. When standard input closes, whoever asked has gone and the
run is cancelled: Ansible and all that it began here are ended, what runs on a server goes on there to its own end. The
run's folder goes with this process, as whoever made it may be the one that was killed; were this process killed too,
the kernel ends Ansible and the agent (prctl(2), PR_SET_PDEATHSIG), and no key stays behind in memory.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from countynet import netns

PROJECT = Path(__file__).parent
EVENTS = "county_events"
QUICK = {
    "ANSIBLE_STRATEGY": "county_quick",
    "ANSIBLE_STRATEGY_PLUGINS": str(PROJECT / "strategies"),
    "ANSIBLE_SSH_EXECUTABLE": str(PROJECT / "strategies" / "ssh"),
}
"""what has one Python process stay on each host for the whole run"""
SAID = 64 * 1024
"""bytes of what Ansible said that are looked at"""
GRACE = 0.5
"""seconds that Ansible is given to end when the run is cancelled or takes too long"""
AGENT_SECONDS = 10.0
SOONEST = 0.002
"""seconds after which it is looked whether something has ended, at first"""
SUBREAPER = 36
TIED = ("setpriv", "--pdeathsig", "KILL")
"""begins a program that ends with this process; an agent that took its group's rights would be let go of that"""


def main() -> None:
    """Read the order, run, print one JSON document a line: events, then the end."""
    adopt_orphans()
    order = json.loads(sys.stdin.readline())
    folder, cancelled = Path(order["folder"]), threading.Event()
    with netns.within(Path(order["vantage"])) if order["vantage"] else nullcontext():
        try:
            _say(_run(order, folder, cancelled))
        finally:
            end_children()
            shutil.rmtree(folder, ignore_errors=True)


def _run(order: dict[str, Any], folder: Path, cancelled: threading.Event) -> dict[str, Any]:
    inventory, output = folder / "hosts.json", folder / "output"
    inventory.write_text(json.dumps(order["inventory"]), encoding="utf-8")
    keys = [order["key"], *order.get("further_keys", ())]
    socket, events = _agent(folder / "agent", keys), os.dup(sys.stdout.fileno())
    with output.open("wb") as said:
        ansible = subprocess.Popen(
            _command(order, inventory),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=Path(order["playbook"]).parent,
            env={**_told(order, folder), "SSH_AUTH_SOCK": str(socket), "CN_EVENTS": str(events)},
            pass_fds=[events],
            start_new_session=True,
        )
    threading.Thread(target=_watch, args=(cancelled, ansible), daemon=True).start()
    try:
        code = ansible.wait(order["seconds"])
    except subprocess.TimeoutExpired:
        _end(ansible)
        return {"end": "timeout", "words": ""}
    status = "canceled" if cancelled.is_set() else "failed" if code else "successful"
    return {"end": status, "words": _said(output) if code else ""}


def _command(order: dict[str, Any], inventory: Path) -> list[str]:
    ansible = str(Path(sys.executable).with_name("ansible-playbook"))
    only = ["--limit", ",".join(order["only"])] if order["only"] else []
    plain = ["-e", "mitogen_ssh_compression=false"] if order.get("quick") else []
    options = [*only, *plain, *order["options"]]
    return [*TIED, sys.executable, "-P", ansible, "-i", str(inventory), *options, order["playbook"]]


def _told(order: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return the whole environment of Ansible."""
    own = environment(folder, Path(order["known_hosts"]), Path(order["playbook"]).parent)
    events = {"ANSIBLE_CALLBACK_PLUGINS": str(PROJECT / "events"), "ANSIBLE_STDOUT_CALLBACK": EVENTS}
    quick = {**QUICK, "TMPDIR": str(folder)} if order.get("quick") else {}
    return {**os.environ, **own, **events, **quick}


def environment(folder: Path, known_hosts: Path, own: Path = PROJECT) -> dict[str, str]:
    """Return what Ansible is told beyond ansible.cfg: paths of this run, roles beside its playbook first."""
    options = ("ControlMaster=auto", "ControlPersist=30s", "StrictHostKeyChecking=accept-new", "HashKnownHosts=no")
    ssh = " ".join(f"-o {option}" for option in (*options, f"UserKnownHostsFile={known_hosts}"))
    return {
        "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_ROLES_PATH": f"{own / 'roles'}:{PROJECT / 'roles'}",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "c"),
        "ANSIBLE_SSH_ARGS": ssh,
    }


def _agent(socket: Path, keys: list[str]) -> Path:
    """Start an ssh-agent that ends with this process, and give it the keys. Raises OSError when it does not start."""
    command = [*TIED, "--no-new-privs", "ssh-agent", "-D", "-a", str(socket)]
    subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + AGENT_SECONDS
    while not socket.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("ssh-agent")
        time.sleep(0.005)
    environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
    for key in keys:
        subprocess.run(["ssh-add", "-q", "-"], input=f"{key.rstrip()}\n", text=True, env=environment, check=True)
    return socket


def _watch(cancelled: threading.Event, ansible: "subprocess.Popen[bytes]") -> None:
    """Cancel when standard input closes."""
    sys.stdin.read()
    if ansible.poll() is None:
        cancelled.set()
        _end(ansible)


def _end(ansible: "subprocess.Popen[bytes]") -> None:
    """End Ansible and its workers, by force when it does not end by itself."""
    with suppress(ProcessLookupError):
        os.killpg(ansible.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            ansible.wait(GRACE)
        os.killpg(ansible.pid, signal.SIGKILL)


def _said(output: Path) -> str:
    """Return what Ansible itself said, from its beginning: why it could not begin."""
    with output.open("rb") as said:
        return said.read(SAID).decode("utf-8", "replace").strip()


def adopt_orphans() -> None:
    """Become the parent of every process below that loses its own (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    if ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def end_children(seconds: float = 5.0, reap: bool = True) -> None:
    """End what Ansible leaves running: the ssh-agent, SSH connections kept open, workers of a cancelled run.

    Without `reap` their ends are left to whoever waits for them in another thread.
    """
    deadline, pause = time.monotonic() + seconds, SOONEST
    while children := list(_children()):
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if time.monotonic() > deadline else signal.SIGTERM)
        time.sleep(pause)
        pause = min(2 * pause, 0.05)
        with suppress(ChildProcessError):
            while reap and os.waitpid(-1, os.WNOHANG)[0]:
                continue


def _children() -> Iterator[int]:
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                yield int(place.name)


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    os.umask(0o077)
    main()
