"""VRP8's trial commit: the candidate runs for a while, and the device rolls it back unless it is confirmed.

The trial has a name (`persist`), so that it outlives the session that began it and is confirmed from another one.
Source: the CloudEngine and NE8000 command references, `commit trial`, `abort trial`: 60 to 65535 s, in two-phase mode
only, and nothing else can be changed during the trial.
"""

import re
from typing import ClassVar

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import Console, typing_in
from playbooks.plan.guards import Undo
from playbooks.plan.guards.vendor import Told, VendorMethod
from playbooks.plan.model import DeviceState, Revert, Steps

_ACTIVE = re.compile(r"(?i)\bACTIVE\b|time remaining|persist id\s*:")
_YES = (r"(?i)[\[(]y/n[\])]", "y")


class CommitTrial(VendorMethod):
    """`commit trial`, `commit`."""

    revert: ClassVar[Revert] = "commit-trial"
    unit: ClassVar[int] = 1
    least: ClassVar[int] = 60

    def typed(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Type the candidate, then run it on trial."""
        told(_("changing"))
        typing_in.enter(session.transport, self.words, limits)
        if not re.match(r"\[[~*]", session.transport.prompt):
            raise DeviceError(self.about.name, _("is not in two-phase mode, so it has no trial commit"))
        typing_in.type_lines(session.transport, self.words, steps.do.lines, limits)
        told(_("arming its undo"))
        self.ask(session, f"commit trial {seconds} persist {_name(owner)}", limits, _YES)

    def call_off(self, session: Session[Console], steps: Steps, owner: str, limits: Limits) -> None:
        """Confirm the trial, and save."""
        typing_in.enter(session.transport, self.words, limits)
        try:
            self.ask(session, f"commit persist {_name(owner)}", limits, _YES)
        except DeviceError as error:
            raise self.told_late(error) from error
        typing_in.save(session.transport, self.words, limits)

    def pending(self, session: Session[Console], limits: Limits) -> bool:
        """Whether a trial runs."""
        typing_in.leave(session.transport, self.words, limits)
        return bool(_ACTIVE.search(self.tolerant(session, "display configuration trial status", limits)))

    def take_back(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> None:
        """Abort the trial; type the old lines where there is none."""
        typing_in.enter(session.transport, self.words, limits)
        self.tolerant(session, f"abort trial persist {_name(undo.owner)}", limits, _YES)
        typing_in.leave(session.transport, self.words, limits)
        if self.blind(steps) or self._state(session, steps, limits) is not DeviceState.REVERTED:
            self.lines_back(session, steps, limits)


def _name(owner: str) -> str:
    """Return a trial's name: VRP wants no digit in front and no spaces."""
    return f"countynet-{owner.split()[-1] if owner else 'unknown'}"
