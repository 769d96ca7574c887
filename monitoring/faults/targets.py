"""How long the clocks of a fault may run, as data: by kind of line, with a county's own file over what is written here.

`<county>/monitoring/clocks.yml`: `targets`, `levels` (who is told when so much of a clock is used up) and `pauses`
(which reasons stop the clocks: all of them, unless it says otherwise). Every mistake is told with its line. A line's
contract names its hours to repair: that is its target to repair, on the wall's clock, unless the file has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Access
from inventory.calendar import model as calendars
from inventory.calendar.model import Calendar
from inventory.datafile import DataFile
from inventory.model import County
from monitoring.faults.clocks import ALL, ClockKind, PauseReason, Target

COUNTY = Path("monitoring") / "clocks.yml"
"""within the county folder"""


class TargetRule(Frozen):
    """A target of one clock; without `access`, for every kind of line that has none of its own."""

    clock: ClockKind
    access: Access | None = None
    minutes: int = Field(ge=1, le=100_000)
    working: bool = False


class Level(Frozen):
    """Who is told once when so much of a clock is used up."""

    clock: ClockKind | None = None
    """None: whichever"""
    percent: int = Field(ge=1, le=1000)
    to: tuple[str, ...] = Field(min_length=1)
    """recipients of `monitoring/notices.yml`"""


class PauseRule(Frozen):
    """Whether a reason stops the clocks."""

    reason: PauseReason
    stops: bool


DEFAULT = (
    TargetRule(clock=ClockKind.RESPOND, minutes=30, working=True),
    TargetRule(clock=ClockKind.ARRIVE, minutes=120, working=True),
)


@dataclass(frozen=True)
class Targets:
    """A county's targets, with the calendar that working minutes are counted by."""

    rules: tuple[TargetRule, ...]
    calendar: Calendar
    stopping: frozenset[str] = ALL
    """which reasons of a pause stop clocks"""
    levels: tuple[Level, ...] = ()

    def of(self, county: County, unit: str) -> dict[ClockKind, Target]:
        """Return the targets of a unit's faults; the one to repair is its contract's unless a rule says otherwise."""
        circuit = county.circuit_by_unit.get(unit)
        found = {} if circuit is None else {ClockKind.REPAIR: Target(circuit.repair_hours * 60)}
        for rule in sorted(self.rules, key=lambda r: r.access is not None):
            if rule.access is None or (circuit is not None and rule.access == circuit.access):
                found[rule.clock] = Target(rule.minutes, rule.working)
        return {kind: found[kind] for kind in ClockKind if kind in found}


@dataclass(frozen=True)
class Written:
    """What a file says, over what is written here."""

    rules: tuple[TargetRule, ...] = DEFAULT
    levels: tuple[Level, ...] = ()
    stopping: frozenset[str] = ALL


def load(county: Path) -> Targets:
    """Return a county's targets. Raises BadInput with every problem."""
    file = county / COUNTY
    said = read(str(COUNTY), file.read_bytes()) if file.is_file() else Written()
    return Targets(said.rules, calendars.load(county), said.stopping, said.levels)


def read(name: str, content: bytes) -> Written:
    """Return what a file says. Raises BadInput with every problem."""
    file = DataFile(name, content, ("targets", "levels", "pauses"))
    found, levels = file.items("targets", TargetRule), file.items("levels", Level)
    pauses = file.items("pauses", PauseRule)
    if not file.problems:
        _once(file, "targets", [(rule.clock, rule.access) for rule in found])
        _once(file, "levels", [(level.clock, f"{level.percent}%") for level in levels])
        _once(file, "pauses", [(rule.reason,) for rule in pauses])
    file.refuse()
    named = {(rule.clock, rule.access) for rule in found}
    kept = (*(rule for rule in DEFAULT if (rule.clock, rule.access) not in named), *found)
    return Written(kept, levels, ALL - {rule.reason for rule in pauses if not rule.stops})


def _once(file: DataFile, section: str, keys: Sequence[tuple[str | None, ...]]) -> None:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            file.wrong((section, index), _("{name} is given twice"), name=" ".join(str(part) for part in key if part))
