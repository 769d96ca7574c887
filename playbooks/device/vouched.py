"""Which secrets of a device have to be sent again, and what is known of them afterwards.

`look` compares what the inventory intends with what is known to be in force (`inventory.confirmed`). A secret is sent
again when it was changed in the inventory since it was last brought to the device, and when nobody knows whether it
ever was: the first time, after a change that broke off, after a restore. A new line is sent anyhow. For texts that are
not the inventory's (a restore, the way back) nothing is sent again, and what they touch is unknown afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from countynet.i18n import _
from countynet.settings import Settings
from inventory import confirmed
from inventory.platforms.patch.secrets import enciphered
from playbooks.device.vendor import texts


class Reason(StrEnum):
    """Why a secret is sent again."""

    CHANGED = "changed"
    UNCONFIRMED = "unconfirmed"
    BACK = "back"
    """it was sent, and that is taken back"""


REASONS = {
    Reason.CHANGED: _("the inventory has another one"),
    Reason.UNCONFIRMED: _("it was never confirmed that the device has it"),
    Reason.BACK: _("the device gets its old one back"),
}


@dataclass(frozen=True)
class Due:
    """What a change does about a device's secrets, by their holders (masked lines from the top)."""

    anew: Mapping[str, Reason] = field(default_factory=dict)
    """to be typed although the device shows one there already"""
    sent: Mapping[str, str] = field(default_factory=dict)
    """digests of all that the change brings, also by new lines"""
    gone: tuple[str, ...] = ()
    """holders that are not what they were once the change begins"""

    @property
    def changed(self) -> tuple[str, ...]:
        """The holders whose secret is known to be another one."""
        return tuple(holder for holder, reason in self.anew.items() if reason is Reason.CHANGED)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The holders of which nothing is known."""
        return tuple(holder for holder, reason in self.anew.items() if reason is Reason.UNCONFIRMED)


@dataclass(frozen=True)
class Vouched:
    """What is known of one device's secrets; `ours` if the intended texts are the inventory's."""

    settings: Settings
    device: str
    ours: bool = True
    afresh: bool = False
    """send every secret again, whatever is known"""

    def look(self, running: str, intended: str, platform: str) -> Due:
        """Return what is to be done. Raises BadInput without the vault's password."""
        had, wanted = texts.holders(running, platform), texts.holders(intended, platform)
        added = [holder for holder in wanted if holder not in had]
        left = [holder for holder in had if holder not in wanted]
        if not self.ours:
            return Due(gone=(*added, *left))
        digests = self.digests(intended, platform)
        known = {} if self.afresh else confirmed.known(self.settings, self.device)
        both = [holder for holder in wanted if holder in had and had[holder] != wanted[holder]]
        anew = {h: reason for h in both if (reason := _reason(had[h], digests[h], known.get(h)))}
        sent = {holder: digests[holder] for holder in (*anew, *added)}
        return Due(anew, sent, (*sent, *left))

    def digests(self, intended: str, platform: str) -> dict[str, str]:
        """Return the digests of all secrets of a text, by holder."""
        found = texts.holders(intended, platform)
        return {holder: confirmed.digest(self.settings, self.device, plain) for holder, plain in found.items()}

    def begin(self, due: Due) -> None:
        """Forget what a change is about to touch."""
        if due.gone:
            confirmed.forget(self.settings, self.device, due.gone)

    def end(self, due: Due) -> None:
        """Note what a change that succeeded has brought."""
        if due.sent:
            confirmed.confirm(self.settings, self.device, due.sent)


def _reason(running: str, wanted: str, known: str | None) -> Reason | None:
    """Return why a secret that looks different is sent again; one in plain sight is what it looks."""
    if not enciphered(running):
        return Reason.CHANGED
    if known is None:
        return Reason.UNCONFIRMED
    return Reason.CHANGED if known != wanted else None
