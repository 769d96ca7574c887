"""Which of a device's two addresses answers: the management address in band, or the staging address of a bare device.

Both are tried at once. The management address wins as soon as its SSH server shows its banner; the staging address is
taken when the management address stays silent a moment longer. The winning connection is handed on, so that the device
serves one connection and not two. Sockets are made in the calling thread, so its network namespace counts.
"""

import selectors
import socket
import time
from dataclasses import dataclass
from typing import Literal

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from playbooks.device.results import Limits

Way = Literal["in-band", "staging"]
SSH_PORT = 22


@dataclass(frozen=True)
class Reached:
    """An open connection whose SSH banner has arrived, unread."""

    way: Way
    address: str
    sock: socket.socket


def reach(device: Device, limits: Limits, port: int = SSH_PORT) -> Reached:
    """Connect to the device; DeviceError when neither address shows an SSH banner in time."""
    addresses: dict[Way, str] = {"in-band": str(device.management), "staging": str(device.staging)}
    with selectors.DefaultSelector() as selector:
        for way, address in addresses.items():
            _start(selector, way, address, port)
        try:
            way, sock = _first(selector, limits)
        except TimeoutError as error:
            message = _("answers SSH neither at {management} nor at {staging}")
            management, staging = addresses["in-band"], addresses["staging"]
            raise DeviceError(device.name, message, management=management, staging=staging) from error
        finally:
            _close_waiting(selector)
    sock.setblocking(True)
    return Reached(way, addresses[way], sock)


def _start(selector: selectors.BaseSelector, way: Way, address: str, port: int) -> None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        sock.connect((address, port))
    except BlockingIOError:
        selector.register(sock, selectors.EVENT_READ, way)
    except OSError:
        sock.close()


def _first(selector: selectors.BaseSelector, limits: Limits) -> tuple[Way, socket.socket]:
    """Wait for the management address, or for the staging address and a little longer."""
    deadline = time.monotonic() + limits.connect
    staging: socket.socket | None = None
    while selector.get_map() and (left := deadline - time.monotonic()) > 0:
        for key, _events in selector.select(left):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            selector.unregister(sock)
            if not has_banner(sock):
                sock.close()
            elif key.data == "in-band":
                if staging is not None:
                    staging.close()
                return "in-band", sock
            else:
                staging = sock
                deadline = min(deadline, time.monotonic() + limits.prefer)
    if staging is None:
        raise TimeoutError
    return "staging", staging


def has_banner(sock: socket.socket) -> bool:
    """Say whether a readable socket holds the beginning of an SSH banner, without taking it."""
    try:
        return sock.recv(4, socket.MSG_PEEK) == b"SSH-"
    except OSError:
        return False


def _close_waiting(selector: selectors.BaseSelector) -> None:
    for key in list(selector.get_map().values()):
        if isinstance(key.fileobj, socket.socket):
            key.fileobj.close()
