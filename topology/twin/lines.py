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
        for end in line.ends:
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


def cut_lines(twin: TwinState, places: Places) -> frozenset[str]:
    """Return the ids of the lines that are cut now; those of a dead DSLAM are cut."""
    try:
        down = {
            i["ifname"]
            for i in json.loads(run("ip", "-n", LINES, "-json", "link", "show") or "[]")
            if "UP" not in i["flags"]
        }
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
