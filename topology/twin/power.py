"""The power switch of a device: off as when the plug is pulled, on as a computer starts again.

What a device keeps is what stood on its disk at that moment (`/etc`, `/var`, `/root`); memory, processes, sockets and
everything in its kernel (addresses, routes, filters, tunnels) are gone, so it gets a new network namespace into which
its ports are moved. Its cables lose carrier meanwhile. At the next start it runs what its files say, like any Debian.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from countynet.errors import BadInput, Conflict, CountyError, Problem
from countynet.i18n import _
from countynet.settings import Settings
from topology.twin import clean
from topology.twin.life import boot
from topology.twin.lines import dark
from topology.twin.lock import exclusive
from topology.twin.run import run
from topology.twin.state import NodeState, Places, TwinState

DISK = (".etc/upper", "root", "var")
"""what of a device's root outlives its power"""


def power_off(settings: Settings, device: str) -> None:
    """Pull a device's plug; pulled already is no error. Raises BadInput, Conflict (no twin), CountyError."""
    with _record(settings) as (places, twin):
        node = _node(twin, device)
        if clean.marked().get(node.pid) == places.mark:
            _kill(places, node)
            _renew(node.namespace, _taps(places, node.namespace))
            dark(twin, device, off=True)
            _write(places, twin, node, 0)


def power_on(settings: Settings, device: str) -> None:
    """Start a device from its disk; what runs is left alone. Raises BadInput, Conflict (no twin), CountyError."""
    with _record(settings) as (places, twin):
        node = _node(twin, device)
        if clean.marked().get(node.pid) == places.mark:
            return
        order: dict[str, Any] = json.loads(places.order.read_text())
        kept = places.disk(device)
        dark(twin, device, off=False)
        own = next(n for n in order["nodes"] if n["name"] == device) | {"disk": str(kept) if kept.exists() else ""}
        started = boot({**order, "plain": [], "nodes": [own]})
        kept.unlink(missing_ok=True)
        _write(places, twin, node, started[device])


@contextmanager
def _record(settings: Settings) -> Iterator[tuple[Places, TwinState]]:
    with exclusive():
        places = Places(settings)
        twin = places.read()
        if twin is None or not twin.ready:
            raise Conflict(_("no twin is up for this county; start it: countynet twin up"))
        yield places, twin


def _node(twin: TwinState, device: str) -> NodeState:
    found = next((n for n in twin.nodes if n.name == device and n.kind == "device"), None)
    if found is None:
        raise BadInput([Problem(_("there is no device {device} in the twin"), {"device": device}, found=device)])
    return found


def _write(places: Places, twin: TwinState, node: NodeState, pid: int) -> None:
    nodes = tuple(n.model_copy(update={"pid": pid}) if n.name == node.name else n for n in twin.nodes)
    places.write(twin.model_copy(update={"nodes": nodes}))


def _kill(places: Places, node: NodeState) -> None:
    """End a device at once, then copy what its disk held: an open folder keeps it readable after its death."""
    root = os.open(f"/proc/{node.pid}/root", os.O_RDONLY | os.O_DIRECTORY)
    try:
        clean.kill([node.pid])
        _copy(places, node.name, root)
    finally:
        os.close(root)


def _copy(places: Places, device: str, root: int) -> None:
    target = places.disk(device)
    target.parent.mkdir(parents=True, exist_ok=True)
    words = ["tar", "-C", f"/proc/self/fd/{root}", "--numeric-owner", "--xattrs", "--xattrs-include=*"]
    done = subprocess.run(
        [*words, "-cf", str(target), *DISK], check=False, capture_output=True, text=True, pass_fds=(root,)
    )
    if done.returncode:
        raise CountyError(_("the disk of {device} cannot be kept: {words}"), device=device, words=done.stderr[-500:])


def _taps(places: Places, namespace: str) -> frozenset[str]:
    """Return the device's ports that are taps of the operator's DSLAM."""
    lines = json.loads(places.dslam_order.read_text())["lines"] if places.dslam_order.exists() else []
    return frozenset(line["port"] for line in lines if line["namespace"] == f"/run/netns/{namespace}")


def _renew(namespace: str, taps: frozenset[str]) -> None:
    """Give a dead device a new network namespace, and its ports back: ends of pairs, and taps."""
    links = json.loads(run("ip", "-n", namespace, "-json", "link", "show") or "[]")
    ports = [link["ifname"] for link in links if "link_netnsid" in link or link["ifname"] in taps]
    waiting = f"{namespace}.off"
    run("ip", "netns", "add", waiting)
    _move(ports, namespace, waiting)
    run("ip", "netns", "del", namespace)
    run("ip", "netns", "add", namespace)
    _move(ports, waiting, namespace)
    run("ip", "netns", "del", waiting)


def _move(ports: list[str], source: str, target: str) -> None:
    lines = "".join(f"link set dev {port} netns {target}\n" for port in ports)
    run("ip", "-n", source, "-batch", "-", given=lines)
