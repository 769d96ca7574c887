"""Running a program inside a node: for tests, probes and a person's curiosity, never for configuring a device.

In a device or a server host it runs in all of the node's namespaces; in a terminal, the station or a host outside,
which have no file system of their own, in their network namespace.
"""

import subprocess
from collections.abc import Sequence

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.settings import Settings
from topology.twin import clean
from topology.twin.state import Places
from topology.twin.wiring import namespace

_WHOLE = ("device", "server")


def words(settings: Settings, node: str, argv: Sequence[str]) -> list[str]:
    """Return the command that runs `argv` inside a node. Raises BadInput (no such node), Conflict (no twin)."""
    places = Places(settings)
    twin = places.read()
    if twin is None:
        raise Conflict(_("no twin is up for this county; start it: countynet twin up"))
    for record in twin.nodes:
        if record.name == node and record.kind in _WHOLE:
            if clean.marked().get(record.pid) != places.mark:
                raise Conflict(_("the node {node} of the twin is dead"), node=node)
            return ["nsenter", f"--target={record.pid}", "--all", "--root", "--wd", "--", *argv]
    if node not in twin.leaves:
        raise BadInput([Problem(_("there is no node {node} in the twin"), {"node": node}, found=node)])
    return ["ip", "netns", "exec", namespace(node), *argv]


def exec_in(
    settings: Settings, node: str, argv: Sequence[str], *, given: str = "", seconds: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run a program inside a node and return what it said; `given` is its standard input.

    Raises BadInput, Conflict, subprocess.TimeoutExpired.
    """
    command = words(settings, node, argv)
    return subprocess.run(command, input=given, text=True, capture_output=True, check=False, timeout=seconds)
