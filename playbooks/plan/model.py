"""What a plan says: immutable, numbered, hashed. Pure.

The hash covers everything that is shown and, by keyed digests, everything that is not: two plans with one hash do the
same to the same devices. A configuration holds secrets, so its digest is keyed (HMAC): nobody can try passwords on it.
The texts and steps themselves (`Steps`) are kept beside the plan, encrypted.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from countynet.canonical import JSON, canonical
from countynet.frozen import Frozen
from countynet.vocabulary import DeviceRole
from playbooks.device.vouched import Reason


class Policy(StrEnum):
    """What the first failure does beyond stopping; the device that failed is always taken back."""

    STOP = "stop"
    UNDO_TIER = "undo-tier"
    UNDO_ALL = "undo-all"


class PlanState(StrEnum):
    """Where a plan stands."""

    OPEN = "open"
    """made; nothing was touched"""
    APPLYING = "applying"
    STOPPED = "stopped"
    """some devices have it; a rerun does what is missing"""
    DONE = "done"
    STALE = "stale"


class DeviceState(StrEnum):
    """What a device of a plan has."""

    WAITING = "waiting"
    """as before: not begun"""
    CHANGING = "changing"
    """begun; if nobody applies now, look at the device"""
    DONE = "done"
    REVERTED = "reverted"
    """it failed there and is as before"""
    UNDONE = "undone"
    """it was done and taken back, because another device failed"""
    UNREACHED = "unreached"
    """as before as far as we know: it did not answer"""
    BETWEEN = "between"
    """neither as before nor as intended: a person has to look"""


Revert = Literal["timer", "commit-trial", "commit-delay", "revert-timer", "delayed-reload"]
"""how a device takes a change back by itself: a process of its own (Linux), a trial commit (VRP8), a delayed commit
(Comware 7), a rollback timer (IOS), a restart with the configuration that was saved before (VRP5, Ruijie)"""


class Way(Frozen):
    """How to get from one configuration to another: write, delete, run; or enter lines (vendors' devices)."""

    files: Mapping[str, tuple[str, str]] = {}
    """path -> octal mode and content"""
    delete: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """entered one after the other in the configuration view"""

    def __repr__(self) -> str:
        return f"Way({len(self.files)} files, {len(self.lines)} lines)"


class Steps(Frozen):
    """All that is done to one device and all that takes it back; holds secrets."""

    running: str
    intended: str
    do: Way
    undo: Way
    anew: Mapping[str, Reason] = {}
    """holders of secrets that are typed although what the device shows does not differ (`playbooks.device.vouched`)"""
    sent: Mapping[str, str] = {}
    """digests of the secrets that are in force afterwards, by holder"""
    gone: tuple[str, ...] = ()
    """holders whose secret is unknown from the moment that the change begins"""

    def __repr__(self) -> str:
        return "Steps()"

    def back(self) -> "Steps":
        """Return the steps the other way round; which secrets the device has then is not known."""
        return Steps(
            running=self.intended,
            intended=self.running,
            do=self.undo,
            undo=self.do,
            anew=dict.fromkeys(self.anew, Reason.BACK),
            gone=self.gone,
        )


class Written(Frozen):
    """One file that is written; its content is in the difference, masked."""

    path: str
    mode: str
    digest: str


class Shown(Frozen):
    """A way as it may be shown."""

    files: tuple[Written, ...]
    delete: tuple[str, ...]
    commands: tuple[str, ...]
    lines: tuple[str, ...] = ()
    """masked"""

    @model_serializer(mode="wrap")
    def _as_ever(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out lines that there are none of: plans from before they existed keep their hash."""
        found: dict[str, Any] = handler(self)
        return found if self.lines else {key: value for key, value in found.items() if key != "lines"}


class SecretSent(Frozen):
    """A secret that is sent again, though nothing that the device shows differs."""

    where: str
    """its lines from the top, masked"""
    reason: Reason
    digest: str = ""
    """keyed: of the secret that the device has afterwards; empty for its old one"""


class DeviceChange(Frozen):
    """What a plan does to one device."""

    device: str
    role: DeviceRole
    building: str
    running: str
    """keyed digest of what it ran when the plan was made"""
    intended: str
    diff: str
    """masked"""
    do: Shown
    undo: Shown
    revert: Revert = "timer"
    """how the device itself puts everything back unless that is called off"""
    seconds: int
    """until it does"""
    management: bool
    """whether the change may cut the path over which we manage the device; yes unless it is known to be no"""
    units: tuple[str, ...]
    """units whose way runs through the device"""
    secrets: tuple[SecretSent, ...] = ()

    @model_serializer(mode="wrap")
    def _as_ever(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out secrets that there are none of: plans from before they existed keep their hash."""
        found: dict[str, Any] = handler(self)
        return found if self.secrets else {key: value for key, value in found.items() if key != "secrets"}

    @property
    def blind(self) -> bool:
        """Whether nothing that the device shows tells whether it has the change: only secrets are sent."""
        return self.running == self.intended


class Touched(Frozen):
    """A unit that may notice, and its line."""

    unit: str
    line: str
    access: str


class Unread(Frozen):
    """A device that is not in the plan, and why."""

    device: str
    error: str


class Plan(Frozen):
    """A whole plan."""

    number: int
    commit: str
    """of the inventory"""
    author: str
    made: datetime
    expires: datetime
    policy: Policy
    undoes: int | None = None
    """the plan that this one takes back"""
    restores: str = ""
    """the version of a backup that this one goes back to, as people read it"""
    adds: str = ""
    """what for it brings lines that no inventory says (`extra`), as people read it"""
    approvals: int
    """how many people of the center have to approve"""
    tests: tuple[str, ...]
    """what is tested on each device before its undo is called off"""
    devices: tuple[DeviceChange, ...]
    tiers: tuple[tuple[str, ...], ...]
    units: tuple[Touched, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def management(self) -> bool:
        """Whether any device may lose the path over which we manage it."""
        return any(change.management for change in self.devices)

    @property
    def hash(self) -> str:
        """The plan's hash: SHA-256 over its canonical JSON."""
        return hashlib.sha256(self.body().encode()).hexdigest()

    def body(self) -> str:
        """Return the canonical JSON."""
        return canonical(self.document())

    def document(self) -> dict[str, JSON]:
        """Return the plan as JSON."""
        found: dict[str, JSON] = self.model_dump(mode="json")
        for name in ("restores", "adds"):  # plans that were made before there were such things keep their hash
            if not found[name]:
                del found[name]
        return found


def judge(running: str, steps: Steps) -> DeviceState:
    """Return what a device has by what it runs; all three texts in canonical form."""
    if running == steps.running:
        return DeviceState.REVERTED
    return DeviceState.DONE if running == steps.intended else DeviceState.BETWEEN


def digest(text: str, key: bytes) -> str:
    """Return the keyed digest of a configuration."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
