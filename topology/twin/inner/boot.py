"""The boot helper: powers on every node of the twin and ends.

Run as `python -S -m topology.twin.inner.boot` with one JSON document on standard input (topology.twin.orders makes
it); writes one JSON line per started process, `{"name", "pid", "error"}`. One fork per node: the child is PID 1 of the
node's PID namespace, builds the node's root and executes its init. No process of ours stays in a device.
Invariants: after a node has started its init, nothing of ours reaches into it again. A child that has entered its root
imports nothing more, not even a codec (utf-8 is always there): the interpreter's library may lie outside of /usr.
"""

import json
import os
import resource
import select
import sys
from collections.abc import Callable
from typing import Any

from topology.twin.inner import kernel, nic, roots

Order = dict[str, Any]
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}

OPEN_FILES = 1024
"""systemd's default soft limit; with more, daemons that close every descriptor they might have take seconds to start"""


def dress(node: Order) -> None:
    """Set a namespace's kernel parameters, addresses and routes, from outside, before anything runs in it."""
    for path, value in node.get("sysctl", {}).items():
        nic.sysctl(path, value)
    nic.up("lo")
    for name, interface in node.get("addresses", ()):
        nic.address(name, interface)
    for prefix, gateway in node.get("routes", ()):
        nic.route(prefix, gateway)


def _write(path: str, text: str, mode: int) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _become(node: Order, order: Order) -> None:
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    os.umask(0o022)
    if node["kind"] == "device":
        roots.device(order["mountpoint"], order["image"], order["owners"], node.get("disk", ""), node.get("shown", ()))
        _write(roots.MARK_FILE, order["mark"], 0o400)
    elif node["kind"] == "server":
        places = (order["mountpoint"], order["base"], node["layer"], order["image"], order["packages"])
        roots.server(*places, order.get("mirror", ""))
    if node["kind"] != "process":
        _write("/proc/sys/kernel/hostname", node["name"], 0o644)
        for path, text, mode in node.get("files", ()):
            _write(path, text, mode)


Init = Callable[[Order, dict[str, str], int], None]
"""what PID 1 of a node does once its root stands: never returns; closes the pipe when it has started"""


def _execute(node: Order, environment: dict[str, str], pipe: int) -> None:
    os.execve(node["argv"][0], node["argv"], environment)  # noqa: S606 - the node's init, no shell


def _child(node: Order, order: Order, pipe: int, init: Init) -> None:
    """Run as PID 1 of the node: never returns."""
    try:
        os.setsid()
        _become(node, order)
        kernel.drop_capabilities()
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        null = os.open("/dev/null", os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        environment = {**ENVIRONMENT, "COUNTYNET_TWIN": order["mark"], **node.get("environment", {})}
        init(node, environment, pipe)
    except BaseException as error:
        os.write(pipe, str(error).encode()[:2000])
        os._exit(1)


def start(node: Order, order: Order, own_pid_namespace: int, init: Init = _execute) -> tuple[int, int]:
    """Fork a node's init in its namespaces; return its PID and the pipe that closes when it has started."""
    receive, send = os.pipe()  # both close on exec
    there = os.open(f"/run/netns/{node['namespace']}", os.O_RDONLY | os.O_CLOEXEC)
    kernel.setns(there)
    os.close(there)
    dress(node)
    kernel.setns(own_pid_namespace, kernel.CLONE_NEWPID)
    kernel.unshare(kernel.CLONE_NEWPID)
    pid = os.fork()
    if pid == 0:
        _child(node, order, send, init)
    os.close(send)
    return pid, receive


def _collect(waiting: dict[int, tuple[str, int]]) -> None:
    poll = select.poll()
    for receive in waiting:
        poll.register(receive, select.POLLIN | select.POLLHUP)
    while waiting:
        for receive, _ in poll.poll():
            words = os.read(receive, 2000).decode(errors="replace")
            poll.unregister(receive)
            os.close(receive)
            name, pid = waiting.pop(receive)
            sys.stdout.write(json.dumps({"name": name, "pid": pid, "error": words}) + "\n")
    sys.stdout.flush()


def boot(order: Order, init: Init = _execute) -> None:
    """Dress the plain namespaces, start every node, report."""
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    for node in order["plain"]:
        with kernel.inside(f"/run/netns/{node['namespace']}"):
            dress(node)
    waiting: dict[int, tuple[str, int]] = {}
    for node in order["nodes"]:
        pid, receive = start(node, order, home, init)
        waiting[receive] = (node["name"], pid)
    _collect(waiting)


def main() -> None:
    """Read the order and do it."""
    kernel.die_with_parent()
    boot(json.load(sys.stdin))


if __name__ == "__main__":
    main()
