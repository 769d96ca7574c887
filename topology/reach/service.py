"""Proves a county: reads what is intended, or what was last fetched, and lets the engine judge it.

Knows where configurations lie; the engine knows none of it. A device that was never fetched, and every line that its
platform's parser does not understand, goes into the proof as unknown.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county, running
from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms.registry import platform
from topology.reach.findings import Proof
from topology.reach.judge import Prover
from topology.twin.standing import standing

Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Show nothing."""


class Of(StrEnum):
    """Which configurations are proven."""

    INTENDED = "intended"
    RUNNING = "running"


@dataclass(frozen=True)
class Ground:
    """What a proof stands on."""

    county: County
    configs: Mapping[str, DeviceConfig]
    unparsed: Mapping[str, Sequence[str]]

    def prove(self, progress: Progress = silent, down: Collection[str] = ()) -> Proof:
        """Return the proof as of today, without what is down, of what devices can forge as well.

        Whom a device may pass for is whom it carries while nothing fails, too, so the whole is proven first.
        """
        if not down:
            return self.prover().proof(progress, forged=True)
        return self.prover().without(down, progress, forged=True)

    def prover(self, down: Collection[str] = ()) -> Prover:
        """Return what proves it as of today, and then without what fails besides what is down."""
        return Prover(self.county, self.configs, self.unparsed, clock.today(), down)


def county_of(settings: Settings, of: Of) -> County:
    """Return the county that a proof is of: of what runs, as much as stands where a part of it stands as a twin."""
    county = load_county(settings.county)
    return standing(settings, county) if of is Of.RUNNING else county


def ground(county: County, settings: Settings, of: Of) -> Ground:
    """Return what is to be proven. Raises BadInput without the vault's password."""
    if of is Of.INTENDED:
        return Ground(county, adapted(county, Secrets.load(settings).get), {})
    return Ground(county, *fetched(county, settings))


def prove_county(
    county: County,
    settings: Settings,
    of: Of,
    progress: Progress = silent,
    down: Collection[str] = (),
    stand: Ground | None = None,
) -> Proof:
    """Return the proof of a county; of `stand` instead of `of` where that is given.

    Raises BadInput without the vault's password and for a name in `down` that is no device and no cable,
    MissingCapability without CUDD.
    """
    check_names(county, down)
    return (stand or ground(county, settings, of)).prove(progress, down)


def check_names(county: County, down: Collection[str]) -> None:
    """Raise BadInput for names that are no device and no cable."""
    known = {*county.device_by_name, *(cable.id for cable in county.cables)}
    if unknown := [name for name in down if name not in known]:
        raise BadInput([Problem(_("there is no device or cable named {name}"), {"name": name}) for name in unknown])


def fetched(county: County, settings: Settings) -> tuple[dict[str, DeviceConfig], dict[str, list[str]]]:
    """Return what devices ran when they were last fetched, and by device the lines that nobody understands."""
    configs, unparsed = dict[str, DeviceConfig](), dict[str, list[str]]()
    for device in county.devices:
        try:
            text = running.original(settings, device.name).get_secret_value()
        except BadInput:
            continue
        parsed = platform(device.platform).parse(text)
        configs[device.name] = parsed.config
        masked = platform(device.platform).mask
        unparsed[device.name] = [f"{line.section} {line.line}: {masked(line.text)}" for line in parsed.unparsed]
    return configs, unparsed
