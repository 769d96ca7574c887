"""How a platform takes a change back by itself: one method each, behind one seam.

Promises of every method: nothing changes before its undo is armed; the undo needs neither us nor the network; it is
called off only by `call_off`; what is kept for the device's next start is the old configuration until then. `choose`
picks a device's method when a plan is made, `named` finds it again when the plan is applied, whenever that is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from inventory.model import Device
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vouched import Due
from playbooks.plan.model import DeviceState, Revert, Steps

VENDORS = "playbooks.plan.guards.vendor"
LINUX = "playbooks.plan.guards.linux"


@dataclass(frozen=True)
class Undo:
    """An undo that may stand on a device: whose, how long ago it was armed, and whether it shall be run at once."""

    owner: str
    """empty when that is not known"""
    since: float
    """seconds"""
    seconds: int
    """of its countdown"""
    at_once: bool = False


class Method(Protocol):
    """What a guarded change does on the device; every function raises DeviceError."""

    @property
    def revert(self) -> Revert:
        """The method's name in a plan."""
        ...

    @property
    def grace(self) -> float:
        """Seconds beyond the countdown that the device may take to be as before and answer."""
        ...

    def granted(self, seconds: int) -> int:
        """Return the seconds that the device really waits when so many are asked for."""
        ...

    def steps(self, device: Device, running: str, intended: str, due: Due) -> Steps | None:
        """Return what leads from one text to the other and back, `due` secrets too; None when nothing does."""
        ...

    def prepare(self, session: Session[Any], steps: Steps, owner: str, seconds: int, limits: Limits) -> None:
        """See to it that the device can be changed and taken back; changes nothing."""
        ...

    def change(
        self,
        session: Session[Any],
        steps: Steps,
        owner: str,
        seconds: int,
        limits: Limits,
        told: Callable[[str], None],
    ) -> None:
        """Arm the undo and change the device; stops at what the device refuses. `told` gets a message id."""
        ...

    def call_off(self, session: Session[Any], steps: Steps, owner: str, limits: Limits) -> None:
        """Call the undo off, on a session made after the change, and keep the new configuration for good."""
        ...

    def resolve(self, session: Session[Any], steps: Steps, undo: "Undo", limits: Limits) -> DeviceState | None:
        """Return what a device has after a change that broke off, None while its undo still counts down or works.

        An undo that nobody counts for any more is run; with `undo.at_once` one that counts, too.
        """
        ...


def choose(device: Device, running: str) -> Method:
    """Return the method of a device by what it is and runs."""
    module = import_module(LINUX if device.platform == "linux" else VENDORS)
    found: Method = module.choose(device, running)
    return found


def named(device: Device, revert: Revert) -> Method:
    """Return the method of a device by the name that a plan has."""
    module = import_module(LINUX if device.platform == "linux" else VENDORS)
    found: Method = module.named(device, revert)
    return found
