"""The driver of vendors' devices: a terminal (`playbooks.device.vendor`), texts compared by what they mean."""

import socket
from collections.abc import Callable, Collection, Mapping

from inventory.model import County, Device
from inventory.platforms import registry
from playbooks.device.change import Change, nothing
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.transport.ssh import Login
from playbooks.device.vendor import Console, bringing, texts, typing_in
from playbooks.device.vendor.console import NetmikoConsole
from playbooks.device.vendor.dialects import dialect
from playbooks.device.vouched import Due, Vouched


class VendorDriver:
    """One platform's terminals."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def open(self, device: Device, login: Login, sock: socket.socket | None) -> NetmikoConsole:
        """Sign in and make the terminal ready. Raises DeviceError."""
        return NetmikoConsole(dialect(self.platform, device.model), login, sock)

    def read(self, session: Session[Console], device: Device, limits: Limits) -> str:
        """Return what the device runs, without lines that change by themselves. Raises DeviceError."""
        return typing_in.read(session.transport, dialect(self.platform, device.model), limits)

    def canonical(self, text: str) -> str:
        """Return what the text means (`texts.canonical`)."""
        return texts.canonical(text, self.platform)

    def expected(self, running: str, intended: str, anew: Collection[str] = ()) -> str:
        """Return the intended text with the running lines that nobody understands."""
        return texts.expected(running, intended, self.platform, anew)

    def due(self, vouched: Vouched, running: str, intended: str) -> Due:
        """Return which secrets are sent again."""
        return vouched.look(running, intended, self.platform)

    def digests(self, vouched: Vouched, intended: str) -> Mapping[str, str]:
        """Return the digests of all secrets of a text."""
        return vouched.digests(intended, self.platform)

    def sent_again(self, goal: str, anew: Collection[str]) -> str:
        """Return the masked difference that secrets make which are sent again."""
        return texts.sent_again(goal, self.platform, anew)

    def difference(self, running: str, intended: str, key: bytes | None = None) -> str:
        """Return the masked difference, block by block; all secrets look alike, with or without a key."""
        return texts.difference(running, intended, self.platform)

    def mask(self, text: str, key: bytes | None = None) -> str:
        """Return the text without its secrets."""
        return registry.platform(self.platform).mask(text)

    def bring(
        self,
        session: Session[Console],
        device: Device,
        intended: str,
        limits: Limits,
        *,
        check: bool = False,
        vouched: Vouched | None = None,
        ready: Callable[[], None] = nothing,
    ) -> Change:
        """Bring the device to the text (`bringing.bring`). Raises DeviceError."""
        ready()
        return bringing.bring(session, device, intended, limits, check=check, vouched=vouched)

    def close_later(
        self, session: Session[Console], device: Device, county: County, closing: tuple[str, ...], limits: Limits
    ) -> Callable[[Session[Console]], None]:
        """Return what to do on a session in band: shut the staging port and save."""
        words = dialect(self.platform, device.model)

        def close(met: Session[Console]) -> None:
            bringing.apply(met.transport, words, closing, limits)
            typing_in.save(met.transport, words, limits)

        return close


def driver(platform: str) -> VendorDriver:
    """Return the driver of a platform."""
    return VendorDriver(platform)
