"""Stands at devices' ports: sends frames there and notes headers of what arrives (`countynet.listening`).

Only a Linux device with Python can: our reader of headers (`countynet.headers`) runs there as it is and leaves nothing
behind. Of the others it is said that they cannot, for a port that nobody listened to has proved nothing.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from countynet.errors import DeviceError
from countynet.i18n import _, translate
from countynet.settings import Settings
from countynet.surroundings import Around, Header, Table
from inventory import load_county
from inventory.model import Device
from playbooks.device.operation import Session
from playbooks.device.results import Limits
from playbooks.device.service import select
from playbooks.surroundings.reading import ask_all

CANNOT = _("such a device cannot listen at its ports: {platform}")
SEND = """
import socket, sys
for line in sys.stdin:
    port, frame = line.split()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((port, 0))
        out.send(bytes.fromhex(frame))
"""
AHEAD = 0.5
"""seconds that the listener gets to begin before anything is sent"""
Frames = Mapping[str, Sequence[bytes]]


def listen(settings: Settings, frames: Mapping[str, Frames], seconds: float) -> Around:
    """Return headers of what arrived at the ports. Raises BadInput, Conflict without a place to stand."""
    county = load_county(Path(settings.county))
    devices = select(county, tuple(frames))
    able = [device for device in devices if device.platform == "linux"]
    cannot = {d.name: translate(CANNOT, platform=d.platform) for d in devices if d not in able}
    limit = Limits().command + seconds

    def act(device: Device, session: Session[Any], _began: float) -> Around:
        return at(device, session.transport.run(command(frames[device.name], seconds), limit))

    return ask_all(settings, county, able, act).plus(Around(silent=cannot))


def command(frames: Frames, seconds: float) -> str:
    """Return the shell command: the listener in the background, the frames, then what it heard."""
    reader = files("countynet").joinpath("headers.py").read_text(encoding="utf-8")
    ports = " ".join(shlex.quote(port) for port in frames)
    lines = "\n".join(f"{port} {frame.hex()}" for port, sent in frames.items() for frame in sent)
    return (
        f"command -v python3 >/dev/null || exit 3\n"
        f"python3 - {seconds:.1f} {ports} <<'COUNTYNET' &\n{reader}\nCOUNTYNET\n"
        f"sleep {AHEAD}\npython3 -c {shlex.quote(SEND)} <<'COUNTYNET'\n{lines}\nCOUNTYNET\nwait $!\n"
    )


def at(device: Device, answer: Any) -> Around:
    """Return what a device's listener heard. Raises DeviceError when it could not listen."""
    if answer.status != 0:
        words = answer.complaint.strip().splitlines()[-1:] or [str(answer.status)]
        raise DeviceError(device.name, _("could not listen at its ports"), answer=words[0])
    asked = frozenset({(device.name, Table.PACKETS)})
    return Around(headers=tuple(headers(device.name, answer.output)), asked=asked)


def headers(device: str, text: str) -> Iterator[Header]:
    """Yield the headers that a listener printed."""
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        seen = json.loads(line)
        yield Header(
            device, seen["on"], seen["mac"], seen["source"], seen["destination"], seen["ttl"], seen["protocol"],
            datetime.fromtimestamp(seen["at"], UTC), seen["port"], seen["options"], seen["clock"], seen["mss"],
            seen["shape"], seen["echo"], on_wire=True,
        )  # fmt: skip
