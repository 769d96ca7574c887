"""The bench's hosts: namespaces on one segment, powered on and off, at which this process stands as everybody's."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.applications import systemd_host
from tests.applications.bench_county import ABSENT, GATEWAY, STATION, STRANGER, UNIT
from topology.twin import base, factory, life
from topology.twin.layer import can_hold_a_layer
from topology.twin.orders import QUICK_DPKG


def wire(machines: Mapping[str, str]) -> None:
    """Make a segment with the hosts on it; this process has the gateway's address and everybody's."""
    lines = ["link add cn-apps type bridge", "link set cn-apps up", f"addr add {GATEWAY}/24 dev cn-apps"]
    lines += [f"addr add {address}/32 dev cn-apps" for address in (STATION, UNIT, STRANGER)]
    for number, name in enumerate(machines):
        lines += [f"netns add cn-{name}", f"link add app{number} type veth peer name eth0 netns cn-{name}"]
        lines += [f"link set app{number} master cn-apps up"]
    lines.append(f"route replace 10.1.0.0/24 dev cn-apps src {STATION}")
    lines += [f"route replace unreachable {address}/32" for address in ABSENT]  # said at once, not after seconds
    life._batch("ip", lines)


def boot(folder: Path, machines: Mapping[str, str], key: str, systemd_mark: str) -> dict[str, int]:
    """Power on hosts (address by name) whose disks lie in a folder; return the process of each.

    `key` opens root's account; `systemd_mark`: the name of their control groups where Debian's systemd is to run them.
    """
    image, hosts, root = folder / "image", folder / "hosts", folder / "root"
    for place in (root, hosts, base.APPLICATIONS):
        place.mkdir(exist_ok=True)
    if not image.exists():
        factory.build(image, key)
    on_disk = can_hold_a_layer(hosts)
    nodes = [
        {
            "name": name, "kind": "server", "namespace": f"cn-{name}", "addresses": [("eth0", f"{address}/24")],
            "routes": [("0.0.0.0/0", GATEWAY)], "layer": str(hosts / name) if on_disk else "",
            "files": [("/root/.ssh/authorized_keys", key, 0o600), ("/etc/hostname", f"{name}\n", 0o644),
                      ("/etc/hosts", f"127.0.0.1 localhost\n{address} {name}\n", 0o644), QUICK_DPKG],
            "argv": ["/usr/bin/tini", "--", "/usr/sbin/sshd", "-D"],
        }
        for name, address in machines.items()
    ]  # fmt: skip
    for node in nodes:  # what ran before has left its address behind
        subprocess.run(["ip", "-n", str(node["namespace"]), "addr", "flush", "dev", "eth0"], check=True)
    if systemd_mark:
        nodes = [node | systemd_host.init(str(node["name"]), systemd_mark, node["files"]) for node in nodes]
    order = {
        "mark": str(folder), "mountpoint": str(root), "image": str(image), "owners": {}, "plain": [],
        "nodes": nodes, "base": str(base.BASE), "packages": str(base.PACKAGES), "mirror": str(base.APPLICATIONS),
    }  # fmt: skip
    pids = life.boot(json.loads(json.dumps(order)))
    for address in machines.values():
        _await_ssh(address)
    return pids


def alive(pid: int | None) -> bool:
    """Whether a host's first process is there."""
    return pid is not None and Path(f"/proc/{pid}/ns").exists() and bool(os.listdir(f"/proc/{pid}/task"))


def _await_ssh(address: str) -> None:
    for _attempt in range(1800):
        with suppress(OSError), socket.create_connection((address, 22), 2) as link:
            if link.recv(3) == b"SSH":
                return
        threading.Event().wait(0.1)
    raise AssertionError(f"{address} does not answer SSH")


def end(pids: Mapping[str, int], machines: Mapping[str, str], systemd_mark: str) -> None:
    """Power off hosts at once and take away what carried them."""
    for pid in pids.values():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # the links by themselves: a namespace holds its own until the last process in it has gone
    links = [["link", "del", f"app{number}"] for number in range(len(machines))]
    for words in (*links, *(["netns", "del", f"cn-{name}"] for name in machines), ["link", "del", "cn-apps"]):
        subprocess.run(["ip", *words], check=False, capture_output=True)
    if systemd_mark:
        systemd_host.clear(systemd_mark)
