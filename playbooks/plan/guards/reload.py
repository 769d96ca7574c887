"""Where a device has nothing better: a restart is planned before the change, and it comes up with what was saved.

The change is saved first and the restart called off then: if we die between the two, the device restarts once more
and comes up with the new configuration, which was confirmed. Sources: `schedule reboot delay` (VRP5), `reload in`
(RGOS, IOS). The question whether to save before the restart is answered with no.
"""

import re
import time
from dataclasses import dataclass
from typing import ClassVar

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import Answers, Console, errors, typing_in
from playbooks.plan.guards import Undo
from playbooks.plan.guards.vendor import TOO_LATE, Told, VendorMethod
from playbooks.plan.model import Revert, Steps


@dataclass(frozen=True)
class Words:
    """How a platform plans a restart."""

    plan: str
    """takes minutes"""
    answers: Answers
    look: str
    planned: str
    """what `look` shows when one is planned"""
    cancel: str


_IOS = Words(
    plan="reload in {minutes}",
    answers=(
        (r"(?i)(modified|save).*[\[(]\s*(y(es)?/n(o)?|yes|no)\s*[\])]", "no"),
        (r"(?i)(proceed|reload|sure).*[\[(]\s*(confirm|y(es)?/n(o)?|yes|no)\s*[\])]", "y"),
    ),
    look="show reload",
    planned=r"(?i)reload scheduled|will (?:be )?reload|reload in ",
    cancel="reload cancel",
)
_WORDS = {
    "huawei_vrp": Words(
        plan="schedule reboot delay {minutes}",
        answers=(
            (r"(?i)(be saved|save the|comparing).*[\[(]y/n[\])]", "n"),
            (r"(?i)(confirm|continue|sure|reboot).*[\[(]y/n[\])]", "y"),
        ),
        look="display schedule reboot",
        planned=r"(?i)(?:will|to) reboot|reboot (?:system )?(?:at|for)|in \d+ hours?",
        cancel="undo schedule reboot",
    ),
    "cisco_ios": _IOS,
    "ruijie": _IOS,
}


class DelayedReload(VendorMethod):
    """A planned restart."""

    revert: ClassVar[Revert] = "delayed-reload"
    grace: ClassVar[float] = 600.0

    @property
    def _how(self) -> Words:
        return _WORDS[self.about.platform]

    def typed(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Plan the restart, see that it is planned, then type the lines."""
        told(_("arming its undo"))
        typing_in.leave(session.transport, self.words, limits)
        line = self._how.plan.format(minutes=seconds // self.unit)
        words = self.ask(session, line, limits, *self._how.answers)
        if not self.pending(session, limits):
            raise DeviceError(
                self.about.name, _("does not plan the restart that would take a change back"), line, words
            )
        told(_("changing"))
        until = time.monotonic() + seconds
        typing_in.enter(session.transport, self.words, limits)
        typing_in.type_lines(session.transport, self.words, steps.do.lines, limits, until)
        typing_in.leave(session.transport, self.words, limits)

    def call_off(self, session: Session[Console], steps: Steps, owner: str, limits: Limits) -> None:
        """Save, then call the restart off."""
        if not self.pending(session, limits):
            raise DeviceError(self.about.name, TOO_LATE)
        typing_in.save(session.transport, self.words, limits)
        self.disarm(session, limits)

    def pending(self, session: Session[Console], limits: Limits) -> bool:
        """Whether a restart is planned."""
        typing_in.leave(session.transport, self.words, limits)
        words = self.tolerant(session, self._how.look, limits)
        return bool(re.search(self._how.planned, words)) and not errors.refusal(self.about.platform, words)

    def disarm(self, session: Session[Console], limits: Limits) -> None:
        """Call the restart off and see that it is. Raises DeviceError."""
        self.tolerant(session, self._how.cancel, limits, (r"(?i)[\[(](confirm|y(es)?/n(o)?)[\])]", "y"))
        if self.pending(session, limits):
            raise DeviceError(self.about.name, _("does not call its restart off"), self._how.cancel)

    def take_back(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> None:
        """Type the old lines; only when the device runs them the restart is called off."""
        self.lines_back(session, steps, limits)
        self.disarm(session, limits)
