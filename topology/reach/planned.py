"""What a plan does to configurations, asked of the room above that keeps plans (entry points `countynet.planned`).

The proof knows no plans: whoever registers `plan` there gives the texts before and after, which hold secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, cast, runtime_checkable

from countynet import clock
from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms.registry import platform
from topology.reach.change import Differ, State
from topology.reach.service import Ground, Progress, fetched, silent
from topology.reach.shifts import Change

GROUP = "countynet.planned"


@dataclass(frozen=True)
class Planned:
    """A plan as the proof needs it: the county it was made for, and by device the text before and after."""

    county: County
    texts: Mapping[str, tuple[str, str]] = field(repr=False)


@runtime_checkable
class Plans(Protocol):
    """Gives a plan by its number; raises BadInput when there is none or the vault does not open it."""

    def __call__(self, settings: Settings, number: int) -> Planned:
        """Return the plan."""
        ...


def planned(settings: Settings, number: int) -> Planned:
    """Return a plan from whoever keeps plans. Raises MissingCapability when nobody does, else as `Plans`."""
    entry = next((entry for entry in registered(GROUP) if entry.name == "plan"), None)
    if entry is None:
        raise MissingCapability(_("this installation keeps no plans"))
    return cast(Plans, entry.load())(settings, number)


def prove_change(settings: Settings, plan: Planned, progress: Progress = silent) -> Change:
    """Return what a plan opens and closes, on top of what was last fetched.

    A device that was never fetched is taken as the inventory intends it, and named. Raises BadInput without the vault's
    password, MissingCapability without CUDD.
    """
    before, after, assumed = states(settings, plan)
    found = Differ(plan.county, before, progress, clock.today()).compare(after, answers=True, forged=True)
    return found.model_copy(update={"assumed": assumed})


def ground_after(settings: Settings, plan: Planned) -> Ground:
    """Return what a proof of the county as the plan leaves it stands on. Raises as `prove_change`."""
    _before, after, _assumed = states(settings, plan)
    return Ground(plan.county, after.configs, after.unparsed)


def states(settings: Settings, plan: Planned) -> tuple[State, State, tuple[str, ...]]:
    """Return the county before and after a plan, and the devices that are taken as intended."""
    configs, unparsed = fetched(plan.county, settings)
    known = {*configs, *plan.texts}
    assumed = tuple(sorted(device.name for device in plan.county.devices if device.name not in known))
    if assumed:
        intended = adapted(plan.county, Secrets.load(settings).get)
        configs |= {name: intended[name] for name in assumed}
    base = State(configs, unparsed)
    return _with(base, plan, 0), _with(base, plan, 1), assumed


def _with(base: State, plan: Planned, side: int) -> State:
    """Return a state with the plan's devices as one of their two texts says."""
    configs, unparsed = dict(base.configs), dict(base.unparsed)
    for name, texts in plan.texts.items():
        if name in plan.county.device_by_name:
            configs[name], unparsed[name] = parsed(plan.county, name, texts[side])
    return replace(base, configs=configs, unparsed=unparsed)


def parsed(county: County, device: str, text: str) -> tuple[DeviceConfig, list[str]]:
    """Return a device's configuration from its text, and the lines that nobody understood, masked."""
    its = platform(county.device_by_name[device].platform)
    found = its.parse(text)
    return found.config, [f"{line.section} {line.line}: {its.mask(line.text)}" for line in found.unparsed]
