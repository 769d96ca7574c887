"""The driver of Linux devices: `inventory.platforms.linux` over exec channels and files, as `change` has it."""

import socket
from collections.abc import Callable, Collection, Mapping
from typing import Any

from inventory.model import County, Device
from inventory.platforms import linux
from playbooks.device import change
from playbooks.device.closing import guard
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport import Transport
from playbooks.device.transport.ssh import Login, SshTransport
from playbooks.device.vouched import Due, Vouched


class LinuxDriver:
    """Files and commands."""

    def open(self, device: Device, login: Login, sock: socket.socket | None) -> SshTransport:
        """Sign in. Raises DeviceError."""
        return SshTransport(login, sock)

    def read(self, session: Session[Transport], device: Device, limits: Limits) -> str:
        """Return what the daemons run, in canonical form. Raises DeviceError."""
        return change.read(session.transport, linux, limits)

    def canonical(self, text: str) -> str:
        """Return the text: it is canonical as read."""
        return text

    def expected(self, running: str, intended: str, anew: Collection[str] = ()) -> str:
        """Return the intended text: files are written whole."""
        return intended

    def due(self, vouched: Vouched, running: str, intended: str) -> Due:
        """Return nothing: files hold their secrets in plain, so a changed one is a difference."""
        return Due()

    def digests(self, vouched: Vouched, intended: str) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def sent_again(self, goal: str, anew: Collection[str]) -> str:
        """Return nothing."""
        return ""

    def difference(self, running: str, intended: str, key: bytes | None = None) -> str:
        """Return the masked difference, file by file."""
        return linux.diff(running, intended, key)

    def mask(self, text: str, key: bytes | None = None) -> str:
        """Return the text without its secrets; with the same key equal secrets look equal."""
        return linux.mask(text, key)

    def bring(
        self,
        session: Session[Transport],
        device: Device,
        intended: str,
        limits: Limits,
        *,
        check: bool = False,
        vouched: Vouched | None = None,
        ready: Callable[[], None] = change.nothing,
    ) -> change.Change:
        """Bring the device to the text (`change.bring`). Raises DeviceError."""
        in_band = session.way == "in-band"
        return change.bring(session.transport, linux, intended, limits, in_band=in_band, check=check, ready=ready)

    def close_later(
        self, session: Session[Transport], device: Device, county: County, closing: tuple[str, ...], limits: Limits
    ) -> None:
        """Leave a loop on the device that shuts the port (`closing.guard`). Raises DeviceError."""
        arm = guard(closing, device.management, county.station.address.ip)
        change.run_steps(session.transport, [arm], limits)


def driver(_platform: str) -> Any:
    """Return the driver."""
    return LinuxDriver()
