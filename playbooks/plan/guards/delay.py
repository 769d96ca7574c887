"""Comware 7's delayed commit: what is typed runs at once, and the device rolls it back unless it is committed in time.

Source: the fundamentals command references, `configuration commit delay` (1 to 65535 minutes) and `configuration
commit`, both in the system view. The device does not tell whether it counts, so the time since is asked instead.
"""

import time
from typing import ClassVar

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import Console, typing_in
from playbooks.plan.guards import Undo
from playbooks.plan.guards.vendor import Told, VendorMethod
from playbooks.plan.model import DeviceState, Revert, Steps

_YES = (r"(?i)[\[(]y/n[\])]", "y")


class CommitDelay(VendorMethod):
    """`configuration commit delay`, `configuration commit`."""

    revert: ClassVar[Revert] = "commit-delay"
    _until = 0.0
    """monotonic seconds until which the countdown that was started here runs"""

    def typed(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Start the countdown, then type the lines."""
        told(_("arming its undo"))
        typing_in.enter(session.transport, self.words, limits)
        self.ask(session, f"configuration commit delay {seconds // self.unit}", limits, _YES)
        told(_("changing"))
        self._until = time.monotonic() + seconds
        typing_in.type_lines(session.transport, self.words, steps.do.lines, limits, self._until)

    def call_off(self, session: Session[Console], steps: Steps, owner: str, limits: Limits) -> None:
        """Commit, and save."""
        typing_in.enter(session.transport, self.words, limits)
        try:
            self.ask(session, "configuration commit", limits, _YES)
        except DeviceError as error:
            raise self.told_late(error) from error
        taken_back = self._state(session, steps, limits) is not DeviceState.DONE
        if time.monotonic() >= self._until if self.blind(steps) else taken_back:
            raise self.told_late(DeviceError(self.about.name, ""))
        typing_in.save(session.transport, self.words, limits)

    def pending(self, session: Session[Console], limits: Limits) -> None:
        """Not told by the device."""

    def take_back(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> None:
        """Type the old lines, and commit them, so that nothing is rolled back later."""
        self.lines_back(session, steps, limits)
        typing_in.enter(session.transport, self.words, limits)
        self.tolerant(session, "configuration commit", limits, _YES)
        typing_in.leave(session.transport, self.words, limits)
