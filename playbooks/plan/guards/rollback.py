"""IOS's rollback timer: the device archives what runs, and puts it back unless the change is confirmed in time.

Source: the Configuration Rollback Confirmed Change feature: `configure terminal revert timer MINUTES` (1 to 120, needs
`archive` with a `path`), `configure confirm`, `configure revert now`, `show archive config rollback timer`.
"""

import re
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

_COUNTS = re.compile(r"(?i)timer type|timer value|user\s*:|time (?:left|remaining)|minutes? left")
_NONE = re.compile(r"(?i)no rollback confirmed change|not (?:set|pending|active)")
_YES = (r"(?i)\[(?:confirm|no|yes)\]|[\[(]y(?:es)?/n(?:o)?[\])]", "y")


class RevertTimer(VendorMethod):
    """`configure terminal revert timer`, `configure confirm`."""

    revert: ClassVar[Revert] = "revert-timer"

    def typed(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Enter the configuration with the timer running, then type the lines."""
        told(_("arming its undo"))
        command = f"configure terminal revert timer {seconds // self.unit}"
        typing_in.enter(session.transport, self.words, limits, command, (_YES,))
        told(_("changing"))
        until = time.monotonic() + seconds
        typing_in.type_lines(session.transport, self.words, steps.do.lines, limits, until)
        typing_in.leave(session.transport, self.words, limits)

    def call_off(self, session: Session[Console], steps: Steps, owner: str, limits: Limits) -> None:
        """Confirm, and save."""
        typing_in.leave(session.transport, self.words, limits)
        if not self.pending(session, limits):
            raise self.told_late(DeviceError(self.about.name, ""))
        try:
            self.ask(session, "configure confirm", limits, _YES)
        except DeviceError as error:
            raise self.told_late(error) from error
        typing_in.save(session.transport, self.words, limits)

    def pending(self, session: Session[Console], limits: Limits) -> bool:
        """Whether the timer runs."""
        typing_in.leave(session.transport, self.words, limits)
        words = self.tolerant(session, "show archive config rollback timer", limits)
        return bool(_COUNTS.search(words)) and not _NONE.search(words)

    def take_back(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> None:
        """Let the device roll back now; type the old lines where it does not."""
        typing_in.leave(session.transport, self.words, limits)
        self.tolerant(session, "configure revert now", limits.model_copy(update={"command": limits.device}), _YES)
        if self.blind(steps) or self._state(session, steps, limits) is not DeviceState.REVERTED:
            self.lines_back(session, steps, limits)
