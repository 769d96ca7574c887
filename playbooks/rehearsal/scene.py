"""Which part of the county a rehearsal builds: the plan's devices, and everything between them and the station. Pure.

The center and the buildings are always there, whole; of the units those whose device the plan changes, then those that
the plan touches, then any others, until there are enough for isolation between units to be tested and not more than
this machine carries. What is left out is named.
"""

from collections.abc import Collection
from dataclasses import dataclass

from inventory.model import County
from inventory.subset import only_units
from playbooks.plan.model import Plan

MOST = 12
"""units of a rehearsal, unless the caller says otherwise"""
LEAST = 2
"""so many are needed to see whether one unit reaches another"""


@dataclass(frozen=True)
class Scene:
    """The part of the county, and the plan's devices that are not in it."""

    county: County
    left_out: tuple[str, ...]


def scene(county: County, plan: Plan, most: int = MOST, kept: Collection[str] = ()) -> Scene:
    """Return the part of a county on which a plan is rehearsed.

    `kept` are the devices of which a configuration is kept: where there are any, units are only filled up from those
    among them, because the center that was kept carries no others.
    """
    changed = [change.device for change in plan.devices]
    cpes = {cpe.name: unit for unit, cpe in county.cpe_by_unit.items()}
    wanted = [cpes[name] for name in changed if name in cpes]
    wanted += [touched.unit for touched in plan.units]
    chosen = list(dict.fromkeys(wanted))[: max(most, LEAST)]
    return _scene(county, changed, chosen, kept)


def around(county: County, names: Collection[str], most: int = MOST) -> Scene:
    """Return the part of a county in which some devices are built anew."""
    wanted = [unit for unit, cpe in county.cpe_by_unit.items() if cpe.name in names]
    return _scene(county, names, wanted[: max(most, LEAST)], ())


def _scene(county: County, names: Collection[str], units: list[str], kept: Collection[str]) -> Scene:
    cpes = {cpe.name: unit for unit, cpe in county.cpe_by_unit.items()}
    spare = [unit for name, unit in cpes.items() if unit not in units and (name in kept or not kept)]
    part = only_units(county, [*units, *spare[: max(0, LEAST - len(units))]])
    return Scene(part, tuple(name for name in names if name not in part.device_by_name))
