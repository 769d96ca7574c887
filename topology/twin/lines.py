"""Cutting and mending lines, in the middle, as a digger does: never by touching the devices at the ends.

A cable is cut in `cn-lines`, where both its ends go down, so that what it joins loses carrier. An ADSL line loses
sync in the DSLAM. Works from any process while the twin is up.
"""

import json
import socket
import tempfile
from pathlib import Path
from typing import Any

from countynet.errors import BadInput, Conflict, CountyError, Problem
from countynet.i18n import _
from countynet.settings import Settings
from topology.twin.run import run
from topology.twin.state import LineRecord, Places, TwinState
from topology.twin.wiring import LINES

ANSWER_SECONDS = 5.0
DARK = "dark"
"""marks the end of a cable whose other end is at a device without power"""


def _ask_dslam(places: Places, message: dict[str, object]) -> dict[str, Any]:
    """Send one message to the DSLAM and return its answer. Raises CountyError."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(Path(folder) / "answer"))
        sock.settimeout(ANSWER_SECONDS)
        try:
            sock.sendto(json.dumps(message).encode(), str(places.control))
            answer: dict[str, Any] = json.loads(sock.recv(1 << 20))
        except OSError as error:
            raise CountyError(_("the operator's DSLAM does not answer: {words}"), words=str(error)) from error
    if "error" in answer:
        raise CountyError(_("the operator's DSLAM refused: {words}"), words=answer["error"])
    return answer


def find(twin: TwinState, name: str) -> LineRecord:
    """Return a line by the id of its circuit or cable. Raises BadInput."""
    for line in twin.lines:
        if name in (line.id, line.circuit):
            return line
    problem = Problem(_("there is no line {line} in the twin"), {"line": name}, found=name, wanted="line-001")
    raise BadInput([problem])


def _switch(settings: Settings, name: str, *, cut: bool) -> LineRecord:
    places = Places(settings)
    twin = places.read()
    if twin is None or not twin.ready:
        raise Conflict(_("no twin is up for this county; start it: countynet twin up"))
    line = find(twin, name)
    if line.ends:
        dark = frozenset() if cut else frozenset(name for name, link in _links().items() if _is_dark(link))
        for end in line.ends:
            if end not in dark:
                run("ip", "-n", LINES, "link", "set", "dev", end, "down" if cut else "up")
    else:
        _ask_dslam(places, {"cut" if cut else "mend": line.id})
    return line


def cut(settings: Settings, line: str) -> LineRecord:
    """Cut a line, named by its circuit or cable; twice is no error. Raises BadInput, Conflict, CountyError."""
    return _switch(settings, line, cut=True)


def mend(settings: Settings, line: str) -> LineRecord:
    """Mend a line. Raises BadInput, Conflict, CountyError."""
    return _switch(settings, line, cut=False)


def dark(twin: TwinState, device: str, *, off: bool) -> None:
    """Take the carrier from what a dead device is cabled to, or give it back.

    The bridge of a cable passes no carrier on, so the far end is set down and marked; a line that is cut stays cut.
    """
    links = _links()
    for line in twin.lines:
        for (near, node), far in zip(zip(line.ends, line.nodes, strict=False), line.ends[::-1], strict=False):
            if node != device:
                continue
            if off:
                run("ip", "-n", LINES, "link", "set", "dev", far, "down", "alias", DARK)
            elif _is_dark(links[far]):
                whole = "UP" in links[near]["flags"] or _is_dark(links[near])
                run("ip", "-n", LINES, "link", "set", "dev", far, *(["up"] if whole else []), "alias", "")


def _links() -> dict[str, Any]:
    found = json.loads(run("ip", "-n", LINES, "-json", "link", "show") or "[]")
    return {link["ifname"]: link for link in found}


def _is_dark(link: dict[str, Any]) -> bool:
    return link.get("ifalias") == DARK


def cut_lines(twin: TwinState, places: Places) -> frozenset[str]:
    """Return the ids of the lines that are cut now; those of a dead DSLAM are cut."""
    try:
        down = {name for name, link in _links().items() if "UP" not in link["flags"] and not _is_dark(link)}
    except CountyError:
        return frozenset(line.id for line in twin.lines)
    cut = {line.id for line in twin.lines if down & set(line.ends)}
    copper = {line.id for line in twin.lines if not line.ends}
    if copper:
        try:
            answer = _ask_dslam(places, {"list": True})
            cut |= {line for line in copper if answer.get(line, True)}
        except CountyError:
            cut |= copper
    return frozenset(cut)
