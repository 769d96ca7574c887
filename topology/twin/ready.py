"""Waiting until the bare twin answers: every device's SSH banner at its staging address, the DSLAM at its socket.

All devices are asked at once by one thread from the management station; a device that does not answer is named with
what its console says.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from countynet.errors import CountyError
from countynet.i18n import _
from countynet.vantage import within
from topology.twin.state import Places
from topology.twin.wiring import Wiring

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1
TRY_SECONDS = 2.0
Targets = dict[str, tuple[str, int]]


def _open(targets: Targets, selector: selectors.BaseSelector) -> None:
    for name, address in targets.items():
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        sock.connect_ex(address)
        selector.register(sock, selectors.EVENT_READ, name)


def _answered(selector: selectors.BaseSelector, until: float) -> Iterator[str]:
    """Yield the names of those that send a banner before `until`; the others are left registered."""
    while selector.get_map() and (rest := until - time.monotonic()) > 0:
        for key, _events in selector.select(rest):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            try:
                good = sock.recv(64).startswith(b"SSH-")
            except OSError:
                good = False
            selector.unregister(sock)
            sock.close()
            if good:
                yield key.data


def _ask(targets: Targets) -> set[str]:
    with selectors.DefaultSelector() as selector:
        _open(targets, selector)
        good = set(_answered(selector, time.monotonic() + TRY_SECONDS))
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
    return good


def wait(wiring: Wiring, places: Places) -> None:
    """Return when every device and the DSLAM answer. Raises CountyError naming those that do not."""
    targets: Targets = {d.name: (str(d.staging), 22) for d in wiring.devices}
    deadline = time.monotonic() + PATIENCE_SECONDS
    with within(Path("/run/netns") / wiring.station):
        while targets or (wiring.adsl and not places.control.exists()):
            if time.monotonic() > deadline:
                names = " ".join(sorted(targets) or ["dslam"])
                raise CountyError(_("these nodes of the twin do not answer: {names}"), names=names)
            for name in _ask(targets):
                del targets[name]
            time.sleep(PAUSE_SECONDS if targets else 0)
