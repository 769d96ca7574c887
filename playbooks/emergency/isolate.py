"""Takes one unit off the private network by a plan that shuts the LAN ports of its access device.

The inventory stays as it is, so the proof, the policy and everybody's picture of the county do too; the device then
differs from it, which drift says, and the action `intended` gives the unit back. The plan has no way around an
approval, the guard or the backup. What other ways a unit may have is the proof's to say (`countynet prove --bridged`).
"""

from collections.abc import Sequence

from countynet.errors import BadInput, Conflict, Problem
from countynet.fixes import Outcome, Preview, Told
from countynet.i18n import _
from countynet.people import Actor
from countynet.settings import Settings
from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.lan import lan
from inventory.model import County
from inventory.platforms import registry
from playbooks.fixes import Intended, previewed
from playbooks.plan.book import Book
from playbooks.plan.make import NOTHING, Ground, Wish, toward
from playbooks.plan.rules import may_change


class Isolation:
    """The LAN ports of a unit's access device, shut."""

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        """Return the plan that shuts the ports of a unit (the one name given)."""
        may_change(actor.name, actor.role)
        if plan is not None and (found := previewed(Book.open(settings), plan)):
            return found
        ground = Ground.at(settings)
        (unit,) = names
        device, text = shut(ground, unit)
        try:
            made = toward(settings, Wish(actor.name, restores=f"isolation of {unit}"), {device: text})
        except Conflict as error:
            if error.message == NOTHING:
                return Preview(())  # it is shut already
            raise
        return previewed(Book.open(settings), made.number) or Preview(())

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        """Apply the plan under its guard. Raises Conflict without the approvals that it needs."""
        return Intended().run(settings, names, preview, actor, told)


def shut(ground: Ground, unit: str) -> tuple[str, str]:
    """Return a unit's access device and the text that it runs with the unit's ports shut. Raises BadInput."""
    device = ground.county.cpe_by_unit.get(unit)
    if device is None:
        raise BadInput([Problem(_("there is no unit {unit} with an access device"), {"unit": unit}, found=unit)])
    config = adapted(ground.county, ground.secrets.get)[device.name]
    return device.name, registry.platform(device.platform).render(without(config, ports(ground.county, unit, config)))


def ports(county: County, unit: str, config: DeviceConfig) -> frozenset[str]:
    """Return the interfaces of an access device that lead to its unit's terminals, that of their VLAN among them."""
    found = lan(county, county.unit_by_id[unit])
    mine = {found.interface_on(county.cpe_by_unit[unit].platform), *found.ports}
    return frozenset(i.name for i in config.interfaces if i.name in mine)


def without(config: DeviceConfig, shut_: frozenset[str]) -> DeviceConfig:
    """Return a configuration with some interfaces shut."""
    kept = tuple(i.model_copy(update={"enabled": False}) if i.name in shut_ else i for i in config.interfaces)
    return config.model_copy(update={"interfaces": kept})
