"""The seam between what a fleet is told and what a platform is: one driver per platform.

A driver opens a device, reads what it runs as text, compares texts, and brings a device to one. It holds no state:
what belongs to an open device is in the session. `linux` is files and daemons over exec channels; the vendors' are
terminals (`playbooks.device.vendor`). A driver is imported when a device of its platform is met.
"""

import socket
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from inventory.model import County, Device
from playbooks.device.change import Change, nothing
from playbooks.device.results import Limits
from playbooks.device.session import Link, Session
from playbooks.device.transport.ssh import Login
from playbooks.device.vouched import Due, Vouched

MODULES = {"linux": "playbooks.device.drivers.linux"}
VENDORS = "playbooks.device.drivers.vendor"


class Driver(Protocol):
    """What every platform's driver does."""

    def open(self, device: Device, login: Login, sock: socket.socket | None) -> Link:
        """Sign in over a connection that stands already. Raises DeviceError."""
        ...

    def read(self, session: Session[Any], device: Device, limits: Limits) -> str:
        """Return what the device runs, with its secrets. Raises DeviceError."""
        ...

    def canonical(self, text: str) -> str:
        """Return what two readings of an unchanged device have in common: equal means the same configuration."""
        ...

    def expected(self, running: str, intended: str, anew: Collection[str] = ()) -> str:
        """Return what a device that runs one text will run once it was brought to the other.

        Of secrets that it does not show only those of the holders `anew` are sent again.
        """
        ...

    def due(self, vouched: Vouched, running: str, intended: str) -> Due:
        """Return what is to be done about secrets that a comparison of texts does not show."""
        ...

    def digests(self, vouched: Vouched, intended: str) -> Mapping[str, str]:
        """Return the digests of the secrets of an intended text that a comparison does not show, by holder."""
        ...

    def sent_again(self, goal: str, anew: Collection[str]) -> str:
        """Return the masked difference that secrets make which are sent again."""
        ...

    def difference(self, running: str, intended: str, key: bytes | None = None) -> str:
        """Return the masked difference; empty when the texts mean the same."""
        ...

    def mask(self, text: str, key: bytes | None = None) -> str:
        """Return the text without its secrets."""
        ...

    def bring(
        self,
        session: Session[Any],
        device: Device,
        intended: str,
        limits: Limits,
        *,
        check: bool = False,
        vouched: Vouched | None = None,
        ready: Callable[[], None] = nothing,
    ) -> Change:
        """Bring an open device to a text, or only compare; `vouched` knows its secrets. Raises DeviceError.

        `ready` is called before anything changes, as late as can be.
        """
        ...

    def close_later(
        self, session: Session[Any], device: Device, county: County, closing: tuple[str, ...], limits: Limits
    ) -> Callable[[Session[Any]], None] | None:
        """Let a device that was met over staging shut its staging port once it is met in band.

        Returns what is left to be done then on a session in band; None if the device does it. Raises DeviceError.
        """
        ...


@cache
def named(platform: str) -> Driver:
    """Return a platform's driver; the caller vouches for the platform's name (the model refuses others)."""
    module = import_module(MODULES.get(platform, VENDORS))
    make: Callable[[str], Driver] = module.driver
    return make(platform)


def of(device: Device) -> Driver:
    """Return the driver of a device."""
    return named(device.platform)
