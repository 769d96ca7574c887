"""A device exchanged for another box: its serial number, its new host key, and all that it is to run, from staging.

The old box has to be gone: as long as something answers in band in the device's place, nothing is done, so that the
host key of a device in service is never forgotten by accident. The new box keeps the device's name, addresses, port
and tunnel key. Order: the inventory's serial number (one commit), the host key forgotten, the box brought up. Each is
found done by a rerun. There is no plan, as a bare box has no configuration that one could take back; so the run itself
asks for the center's approval. Taken back by putting the old box in again, with its own serial number.
"""

from collections.abc import Iterator, Mapping

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate
from countynet.secrets import Secrets
from inventory.model import County, Device
from inventory.record import Author, Repository, Set
from playbooks.backup.restore import trust
from playbooks.day2.bare import announced, brought_up, way
from playbooks.device.intended import renderer
from playbooks.plan import blast
from playbooks.plan.rules import may_change
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard

THERE = _("{device} still answers in band: take the old box out first; nothing was touched")
SILENT = _(
    "nothing answers at {staging}, the staging address of {device}: connect the new box there, then run it again"
)
OTHER_MODEL = _("the inventory has another model for {device}: change it there first, its ports with it")
NOT_OF = _("this is no device of {unit}")
USED = _("{device} has this serial number")


class Replacement:
    """One device, another box."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the device."""
        return devices_of(county, playbook, names)

    def look(self, work: Work) -> Iterator[str]:
        """Yield what is known, what answers, and what would be done."""
        may_change(work.actor.name, work.actor.role)
        county = present_county(work.settings)
        device, serial = self._device(work, county), work.values["serial"]
        said = _("inventory: {device} serial: {before} → {after}")
        yield translate(said, device=device.name, before=device.serial, after=serial)
        found = way(work.settings, county, device.name)
        if found == "in-band" and device.serial != serial:
            yield translate(THERE, device=device.name)
        elif found == "staging":
            yield translate(_("a bare box answers at {staging}"), staging=device.staging)
        elif found is None:
            yield translate(SILENT, staging=device.staging, device=device.name)
        yield translate(_("its recorded host key would be forgotten, and that of the new box recorded at first sight"))
        text = renderer(county, Secrets.load(work.settings))(device.name)
        units = blast.units_behind(county)[device.name]
        yield translate(
            _("it would be brought to what the inventory says ({lines} lines); behind it: {units} units"),
            lines=len(text.splitlines()), units=len(units),
        )  # fmt: skip

    def run(self, work: Work) -> Ended:
        """Exchange it. Raises Conflict while the old box answers, BadInput for a serial number that another has."""
        may_change(work.actor.name, work.actor.role)
        county = present_county(work.settings)
        device, serial = self._device(work, county), work.values["serial"]
        found = way(work.settings, county, device.name)
        if found is None:
            raise Conflict(SILENT, staging=device.staging, device=device.name)
        if found == "in-band" and device.serial != serial:
            raise Conflict(THERE, device=device.name)
        self._commit(work, device, serial)
        if found == "staging":
            trust(work.settings, device.name)
            work.heard(Heard(translate(_("the old host key is forgotten")), device.name))
        announced(work, device.name, found)
        return brought_up(work, present_county(work.settings), device.name)

    @staticmethod
    def _device(work: Work, county: County) -> Device:
        (name,) = work.names
        if name not in county.device_by_name:
            raise BadInput([Problem(_("there is no device named {name}"), {"name": name}, where="device")])
        _as_recorded(county, name, work.values)
        serial = work.values["serial"]
        if taken := [d.name for d in county.devices if d.serial == serial and d.name != name]:
            raise BadInput([Problem(USED, {"device": taken[0]}, where="serial", found=serial)])
        return county.device_by_name[name]

    @staticmethod
    def _commit(work: Work, device: Device, serial: str) -> None:
        edit = Set("devices", device.name, "serial", serial)
        reason = f"{device.name}: {work.values['reason']}"
        done = Repository(work.settings).commit([edit], Author(work.actor.name), reason)
        if done.changed:
            work.heard(Heard(translate(_("committed as {commit}"), commit=done.commit[:10])))


def _as_recorded(county: County, name: str, given: Mapping[str, str]) -> None:
    """Raise BadInput when the device is not the unit's, or the new box is of another model than the inventory says."""
    problems, device = list[Problem](), county.device_by_name[name]
    unit, model = given.get("unit", ""), given.get("model", "")
    if unit and device.unit != unit:
        problems.append(Problem(NOT_OF, {"unit": unit}, where="device", found=name))
    if model and model != device.model:
        problems.append(Problem(OTHER_MODEL, {"device": name}, where="model", found=model, wanted=device.model))
    if problems:
        raise BadInput(problems)
