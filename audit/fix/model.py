"""What mends a finding, as frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from countynet.canonical import JSON
from countynet.i18n import _, translate


class Kind(StrEnum):
    """How a device's findings of one check are mended."""

    INTENDED = "intended"
    """the device goes back to what the inventory says, by a plan"""
    LINES = "lines"
    """lines that the inventory does not say are entered, by a plan that carries them and takes them back"""
    INVENTORY = "inventory"
    """a field of the inventory is changed first"""
    HAND = "hand"
    """people do it; why stands beside it"""


KINDS = {
    Kind.INTENDED: _("a plan brings it to what the inventory says"),
    Kind.LINES: _("a plan carries these lines"),
    Kind.INVENTORY: _("the inventory has to say so first"),
    Kind.HAND: _("no plan can do this"),
}
PLANNED = (Kind.INTENDED, Kind.LINES)


@dataclass(frozen=True)
class Place:
    """A field of the inventory."""

    section: str
    key: str = ""
    """whose; empty: which one people choose"""
    field: str = ""
    """empty: the entry as a whole"""


@dataclass(frozen=True)
class Remedy:
    """What mends the findings of one check about one device."""

    device: str
    kind: Kind
    lines: tuple[str, ...] = ()
    """to be entered, each view's lines below its head and indented"""
    place: Place | None = None
    message: str = ""
    """a message id with `values`: why so"""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why so, in the language of the context."""
        return translate(self.message, **self.values) if self.message else ""

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        found: dict[str, JSON] = {"device": self.device, "kind": self.kind.value, "why": self.why}
        found |= {"lines": list(self.lines)} if self.lines else {}
        if self.place:
            found["inventory"] = {"section": self.place.section, "key": self.place.key, "field": self.place.field}
        return found
