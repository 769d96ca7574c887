"""What must hold after a change as it held before: a ping, and an SSH banner from everything behind the device.

Only what answered before the change is asked for after it, so a line that was down already fails nobody's plan. Run
where the devices are reached from (the calling thread's network namespace counts).
"""

import selectors
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.reach import SSH_PORT, has_banner

PATIENCE = 15.0
"""seconds that routing may take to settle"""


@dataclass(frozen=True)
class Before:
    """What answered before a device was changed."""

    ping: bool = False
    behind: Mapping[str, str] = field(default_factory=dict)
    """name -> management address"""


class Checks(Protocol):
    """What is asked around a change."""

    def before(self, address: str, behind: Mapping[str, str]) -> Before:
        """Return what answers now."""
        ...

    def after(self, device: str, address: str, before: Before, patience: float) -> None:
        """Raise DeviceError naming what answered before and does not within `patience` seconds."""
        ...


class LiveChecks:
    """The real ones."""

    def before(self, address: str, behind: Mapping[str, str]) -> Before:
        """Return what answers now."""
        alive = answering(behind.values(), 2.0)
        return Before(_ping(address), {name: a for name, a in behind.items() if a in alive})

    def after(self, device: str, address: str, before: Before, patience: float) -> None:
        """Raise DeviceError naming what answered before and does not within `patience` seconds."""
        if before.ping and not any(_ping(address) for _try in range(3)):
            raise DeviceError(device, _("does not answer a ping any more"))
        left, deadline = dict(before.behind), time.monotonic() + min(patience, PATIENCE)
        while left and time.monotonic() < deadline:
            alive = answering(left.values(), 2.0)
            left = {name: address for name, address in left.items() if address not in alive}
        if left:
            raise DeviceError(device, _("cuts off what is behind it: {devices}"), devices=", ".join(sorted(left)))


def _ping(address: str) -> bool:
    return subprocess.run(["ping", "-c1", "-W2", address], capture_output=True, check=False).returncode == 0


def answering(addresses: Iterable[str], seconds: float, port: int = SSH_PORT) -> set[str]:
    """Return the addresses that show an SSH banner within some seconds; all are tried at once."""
    found, deadline = set[str](), time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for address in addresses:
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            sock.connect_ex((address, port))
            selector.register(sock, selectors.EVENT_READ, address)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _events in selector.select(left):
                assert isinstance(key.fileobj, socket.socket)
                selector.unregister(key.fileobj)
                if has_banner(key.fileobj):
                    found.add(key.data)
                key.fileobj.close()
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
    return found
