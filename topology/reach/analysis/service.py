"""Analyses a county's rules: reads what is intended or what was last fetched, and asks for live counters if told to.

Counters come from the room above that speaks with devices (entry point `read` of the group `countynet.counters`); this
room knows no session.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, cast, runtime_checkable

from countynet import clock
from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import running
from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms.registry import platform
from topology.reach.analysis.counted import Counts
from topology.reach.analysis.model import Kind, Report
from topology.reach.rules import Asked, Progress, analyse
from topology.reach.service import Of, ground, silent

GROUP = "countynet.counters"


@runtime_checkable
class Counters(Protocol):
    """Reads live counters; one result per device, never an exception because of one."""

    def __call__(
        self, county: County, settings: Settings, configs: Mapping[str, DeviceConfig], only: Collection[str]
    ) -> dict[str, Counts]:
        """Return the counters of devices, all if none is named; `configs` is what each was last seen to run."""
        ...


def analyse_county(
    county: County,
    settings: Settings,
    of: Of,
    devices: Collection[str] = (),
    kinds: Collection[Kind] = (),
    *,
    counters: bool = False,
    progress: Progress = silent,
) -> Report:
    """Return what is wrong with the rules of a county, or of some devices; `counters`: devices are asked for theirs.

    Raises BadInput without the vault's password and for an unknown device, MissingCapability without CUDD, or where
    counters are wanted and nobody can read them.
    """
    found = ground(county, settings, of)
    counts = reader()(county, settings, found.configs, devices) if counters else {}
    texts = _texts(county, settings, of, found.configs)
    intended = found.configs if of is Of.INTENDED else adapted(county, Secrets.load(settings).get)
    asked = Asked(county, found.configs, clock.today(), found.unparsed, texts, counts, devices, kinds, intended)
    return analyse(asked, progress)


def _texts(county: County, settings: Settings, of: Of, configs: Mapping[str, DeviceConfig]) -> Callable[[str], str]:
    if of is Of.RUNNING:
        return lambda name: running.original(settings, name).get_secret_value()
    return lambda name: platform(county.device_by_name[name].platform).render(configs[name])


def reader() -> Counters:
    """Return whoever reads counters. Raises MissingCapability when nobody does."""
    entry = next((entry for entry in registered(GROUP) if entry.name == "read"), None)
    if entry is None:
        raise MissingCapability(_("this installation cannot ask devices for their counters"))
    return cast(Counters, entry.load())
