"""The guards of vendors' devices: which method a device has, and what is the same for all of them.

The saved configuration is the old one until a change is confirmed, so a restart at any moment takes it back. What
differs is who takes it back without a restart, and is a class each: a trial commit (`trial`), a delayed commit
(`delay`), a rollback timer (`rollback`), a restart that is planned beforehand (`reload`).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from countynet.errors import DeviceError
from countynet.i18n import _
from inventory.model import Device
from inventory.platforms import registry
from playbooks.device.results import Limits
from playbooks.device.session import Session
from playbooks.device.vendor import Console, bringing, errors, texts, typing_in
from playbooks.device.vendor.dialects import dialect
from playbooks.device.vendor.dialects.huawei_vrp import TWO_PHASE
from playbooks.device.vouched import Due
from playbooks.plan.guards import Undo, tunnels
from playbooks.plan.model import DeviceState, Revert, Steps, Way

LATE = 30.0
"""seconds after its countdown until which a device may still be about to take a change back"""
TOO_LATE = _("took the change back by itself before the tests were done")
Told = Callable[[str], None]


class VendorMethod(ABC):
    """What all methods share; one object per device."""

    revert: ClassVar[Revert]
    grace: ClassVar[float] = 120.0
    unit: ClassVar[int] = 60
    """seconds that the device counts in"""
    least: ClassVar[int] = 1
    """units"""

    def __init__(self, device: Device) -> None:
        self.about = device
        self.words = dialect(device.platform, device.model)

    def granted(self, seconds: int) -> int:
        """Return the seconds as whole units of the device, at least its least."""
        return max(-(-seconds // self.unit), self.least) * self.unit

    def steps(self, device: Device, running: str, intended: str, due: Due) -> Steps | None:
        """Return the lines of both ways; the way back types the device's own ciphertext of a secret that is sent again.

        Raises DeviceError for a device whose staging port is open, and when no line is known that would change what
        differs.
        """
        goal = texts.expected(running, intended, device.platform, due.anew)
        difference = texts.difference(running, goal, device.platform)
        if not difference and not due.anew:
            return None
        if bringing.is_staged(running, goal, device):
            raise DeviceError(device.name, _("is bare or half brought up; run: countynet config apply {device}"))
        there = bringing.patch(running, goal, device, due.anew)
        back = bringing.told(bringing.patch(goal, running, device, due.anew), due.anew)
        if not there:
            message = _("differs in what no command is known for:\n{difference}")
            raise DeviceError(device.name, message, difference=difference[: typing_in.SHOWN])
        return Steps(
            running=running,
            intended=goal,
            do=Way(lines=there),
            undo=Way(lines=back),
            anew=due.anew,
            sent=due.sent,
            gone=due.gone,
        )

    def prepare(self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits) -> None:
        """Refuse a device that is about to take a change back; save what runs, so that a restart comes back to it."""
        if self.pending(session, limits):
            raise DeviceError(self.about.name, _("holds an armed undo of {owner}"), owner=_("somebody else"))
        saved = typing_in.saved(session.transport, self.words, limits)
        if not self._same(saved, steps.running):
            typing_in.save(session.transport, self.words, limits)

    def change(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Arm the undo, type the lines, have tunnels meet anew that go by another name (`Method.change`)."""
        self.typed(session, steps, owner, seconds, limits, told)
        if tunnels.renamed(self.about.platform, steps.running, steps.intended):
            told(_("having its tunnel meet anew"))
            self._meet_anew(session, limits)

    def _meet_anew(self, session: Session[Console], limits: Limits) -> None:
        """Break the tunnel off; the device begins it anew by itself. Raises DeviceError when no command does that."""
        typing_in.leave(session.transport, self.words, limits)
        refused = dict[str, str]()
        for line in tunnels.BREAK_OFF[self.about.platform]:
            refused[line] = self.tolerant(session, line, limits, tunnels.YES)
            if not errors.refusal(self.about.platform, refused[line]):
                return
        line, words = refused.popitem()
        raise DeviceError(self.about.name, _("does not break its tunnel off"), line, words)

    @abstractmethod
    def typed(
        self, session: Session[Console], steps: Steps, owner: str, seconds: int, limits: Limits, told: Told
    ) -> None:
        """Arm the undo and type the lines."""

    @abstractmethod
    def call_off(self, session: Session[Console], steps: Steps, owner: str, limits: Limits) -> None:
        """Call the undo off and save (`Method.call_off`)."""

    @abstractmethod
    def pending(self, session: Session[Console], limits: Limits) -> bool | None:
        """Return whether an undo counts down on the device; None where it does not tell."""

    @abstractmethod
    def take_back(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> None:
        """Put the old configuration back at once and end the countdown. Raises DeviceError."""

    def resolve(self, session: Session[Console], steps: Steps, undo: Undo, limits: Limits) -> DeviceState | None:
        """Return what the device has (`Method.resolve`), after the undo was run or the change saved where need be."""
        state, pending = self._state(session, steps, limits), self.pending(session, limits)
        counting = self._late(undo) if pending is None else pending
        if state is DeviceState.DONE and self._is_kept(session, steps, limits):
            self.disarm(session, limits)
            return state
        if undo.at_once and (counting or state is not DeviceState.REVERTED):
            self.take_back(session, steps, undo, limits)
            return self._state(session, steps, limits)
        if counting:
            return None
        if state is DeviceState.DONE:
            typing_in.save(session.transport, self.words, limits)
        return state

    def disarm(self, session: Session[Console], limits: Limits) -> None:
        """End a countdown whose change is kept for good; to keep it ends it already, but for a planned restart."""
        typing_in.leave(session.transport, self.words, limits)

    def lines_back(self, session: Session[Console], steps: Steps, limits: Limits) -> None:
        """Type the old configuration back. Raises DeviceError when the device differs then."""
        bringing.restore(session.transport, self.words, self.about, steps.running, limits, steps.anew)

    def blind(self, steps: Steps) -> bool:
        """Whether nothing that the device shows tells the old configuration from the new: only secrets are sent.

        Such a device is believed to be as before until its change was confirmed (`_state`), and taken back for sure.
        """
        return self._same(steps.running, steps.intended)

    def ask(self, session: Session[Console], line: str, limits: Limits, *answers: tuple[str, str]) -> str:
        """Type one command; DeviceError with the device's words when it refuses."""
        return typing_in.ask(session.transport, self.words, line, limits, answers)

    def tolerant(self, session: Session[Console], line: str, limits: Limits, *answers: tuple[str, str]) -> str:
        """Type one command and return what the device said, whatever it thinks of it."""
        return session.transport.ask(line, limits.command, answers).words

    def told_late(self, error: DeviceError) -> DeviceError:
        """Return the error of an undo that cannot be called off any more."""
        return DeviceError(self.about.name, TOO_LATE, error.command, error.answer)

    def _state(self, session: Session[Console], steps: Steps, limits: Limits) -> DeviceState:
        running = typing_in.read(session.transport, self.words, limits)
        if self._same(running, steps.running):
            return DeviceState.REVERTED
        return DeviceState.DONE if self._same(running, steps.intended) else DeviceState.BETWEEN

    def _is_kept(self, session: Session[Console], steps: Steps, limits: Limits) -> bool:
        return self._same(typing_in.saved(session.transport, self.words, limits), steps.intended)

    def _same(self, one: str, other: str) -> bool:
        return texts.canonical(one, self.about.platform) == texts.canonical(other, self.about.platform)

    def _late(self, undo: Undo) -> bool:
        return undo.since < undo.seconds + LATE


def choose(device: Device, running: str) -> VendorMethod:
    """Return the method of a device: by its platform, its generation, and for IOS whether it keeps an archive."""
    if device.platform == "cisco_ios":
        archived = re.search(r"(?m)^archive\n(?: .*\n)*? path \S+", registry.platform(device.platform).mask(running))
        return named(device, "revert-timer" if archived else "delayed-reload")
    if device.platform == "huawei_vrp" and TWO_PHASE.fullmatch(device.model):
        return named(device, "commit-trial")
    return named(device, "commit-delay" if device.platform == "h3c_comware" else "delayed-reload")


def named(device: Device, revert: Revert) -> VendorMethod:
    """Return a device's method by its name in a plan."""
    from playbooks.plan.guards.delay import CommitDelay
    from playbooks.plan.guards.reload import DelayedReload
    from playbooks.plan.guards.rollback import RevertTimer
    from playbooks.plan.guards.trial import CommitTrial

    classes: tuple[type[VendorMethod], ...] = (CommitTrial, CommitDelay, RevertTimer, DelayedReload)
    return next(kind for kind in classes if kind.revert == revert)(device)
