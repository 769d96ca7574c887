"""What a county decides about its faults, as data: who is told, what is a wave, when silence closes a fault.

`<county>/monitoring/faults.yml`; every mistake is told with its line. Without the file no unit is sent anything, a
wave is `Wave()`, and nothing closes by itself. Channels and recipients are those of `notices.yml`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from countynet.errors import BadInput
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile
from monitoring.faults.waves import DEFAULT, Wave
from monitoring.notices.model import Quiet, Rules

COUNTY = Path("monitoring") / "faults.yml"
"""within the county folder"""


class UnitNotice(Frozen):
    """How units are told: as a recipient of the notices, or at their information officer's telephone."""

    units: tuple[str, ...] = ()
    """these; empty: every one that no other entry names"""
    recipient: str = ""
    channel: str = ""
    """the officer's telephone by this channel"""
    language: Literal["zh_CN", "en"] = "zh_CN"
    quiet: Quiet | None = None
    """waits until it is over, but for what is about the unit's own outage"""


class Closing(Frozen):
    """A repair about which its unit says nothing for so many days is taken for good."""

    days: int = Field(ge=1, le=365)


@dataclass(frozen=True)
class FaultRules:
    """Everything that the file says."""

    notices: tuple[UnitNotice, ...] = ()
    wave: Wave = DEFAULT
    closing: Closing | None = None

    def of(self, unit: str) -> UnitNotice | None:
        """Return how a unit is told: by the entry that names it, else by the one that names none."""
        named = (rule for rule in self.notices if unit in rule.units)
        return next(named, next((rule for rule in self.notices if not rule.units), None))


def load(county: Path, told: Rules | None = None, units: Collection[str] | None = None) -> FaultRules:
    """Return a county's rules. Raises BadInput with every problem.

    With the rules of its notices and the ids of its units, what names others is refused.
    """
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes(), told, units) if file.is_file() else FaultRules()


def wave_of(county: Path | None) -> Wave:
    """Return what is a wave in a county. A file that is wrong says so elsewhere; no report is refused for it."""
    try:
        return load(county).wave if county is not None else DEFAULT
    except BadInput:
        return DEFAULT


def read(name: str, content: bytes, told: Rules | None = None, units: Collection[str] | None = None) -> FaultRules:
    """Return what a file says. Raises BadInput with every problem."""
    file = DataFile(name, content, ("notices", "wave", "closing"))
    notices = file.placed("notices", UnitNotice)
    waves, closings = file.items("wave", Wave), file.items("closing", Closing)
    for section, found in (("wave", waves), ("closing", closings)):
        if len(found) > 1:
            file.wrong((section,), _("{section} is given once"), section=section)
    for index, rule in notices:
        _judge(file, index, rule, told, units)
    file.refuse()
    return FaultRules(tuple(rule for _index, rule in notices), (waves or (DEFAULT,))[0], (closings or (None,))[0])


def _judge(file: DataFile, index: int, rule: UnitNotice, told: Rules | None, units: Collection[str] | None) -> None:
    place = ("notices", index)
    if bool(rule.recipient) == bool(rule.channel):
        file.wrong(place, _("give either a recipient or a channel"))
    if told is not None:
        if rule.recipient and told.recipient(rule.recipient) is None:
            file.wrong((*place, "recipient"), _("nothing here is named {name}"), name=rule.recipient)
        kinds = {channel.name: channel.kind for channel in told.channels}
        if rule.channel and kinds.get(rule.channel, "mail") == "mail":
            file.wrong((*place, "channel"), _("{name} is no channel that reaches a telephone"), name=rule.channel)
    for number, unit in enumerate(rule.units):
        if units is not None and unit not in units:
            file.wrong((*place, "units", number), _("nothing here is named {name}"), name=unit)
