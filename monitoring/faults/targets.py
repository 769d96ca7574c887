"""How long the clocks of a fault may run, as data: by kind of line, with a county's own file over what is written here.

`<county>/monitoring/clocks.yml`, a list `targets`; every mistake is told with its line. A line's contract names its
hours to repair: that is its target to repair, on the wall's clock, unless the file has one.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Access
from inventory.model import County
from monitoring.calendar import model as calendars
from monitoring.calendar.model import Calendar
from monitoring.datafile import DataFile
from monitoring.faults.clocks import ClockKind, Target

COUNTY = Path("monitoring") / "clocks.yml"
"""within the county folder"""


class TargetRule(Frozen):
    """A target of one clock; without `access`, for every kind of line that has none of its own."""

    clock: ClockKind
    access: Access | None = None
    minutes: int = Field(ge=1, le=100_000)
    working: bool = False


DEFAULT = (
    TargetRule(clock=ClockKind.RESPOND, minutes=30, working=True),
    TargetRule(clock=ClockKind.ARRIVE, minutes=120, working=True),
)


@dataclass(frozen=True)
class Targets:
    """A county's targets, with the calendar that working minutes are counted by."""

    rules: tuple[TargetRule, ...]
    calendar: Calendar

    def of(self, county: County, unit: str) -> dict[ClockKind, Target]:
        """Return the targets of a unit's faults; the one to repair is its contract's unless a rule says otherwise."""
        circuit = county.circuit_by_unit.get(unit)
        found = {} if circuit is None else {ClockKind.REPAIR: Target(circuit.repair_hours * 60)}
        for rule in sorted(self.rules, key=lambda r: r.access is not None):
            if rule.access is None or (circuit is not None and rule.access == circuit.access):
                found[rule.clock] = Target(rule.minutes, rule.working)
        return {kind: found[kind] for kind in ClockKind if kind in found}


def load(county: Path) -> Targets:
    """Return a county's targets. Raises BadInput with every problem."""
    file = county / COUNTY
    rules = read(str(COUNTY), file.read_bytes()) if file.is_file() else DEFAULT
    return Targets(rules, calendars.load(county))


def read(name: str, content: bytes) -> tuple[TargetRule, ...]:
    """Return a file's targets over those written here. Raises BadInput."""
    file = DataFile(name, content, ("targets",))
    found = file.items("targets", TargetRule)
    if not file.problems:
        keys = [(rule.clock, rule.access) for rule in found]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                file.wrong(("targets", index), _("{name} is given twice"), name=" ".join(str(k) for k in key if k))
    file.refuse()
    named = {(rule.clock, rule.access) for rule in found}
    return (*(rule for rule in DEFAULT if (rule.clock, rule.access) not in named), *found)
