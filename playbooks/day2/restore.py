"""A device brought back to what it ran at a time, from the kept configurations, by a plan with approval and guard.

Taken back by restoring the version from before, which the apply has kept.
"""

from collections.abc import Iterator

from countynet.i18n import _, translate
from countynet.moments import shown
from inventory.model import County
from playbooks.backup import history, restore
from playbooks.backup.history import Version
from playbooks.day2.carry import carried, indented
from playbooks.plan.rules import may_change
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work

BARE = _("a bare box is in the place of {device}: use “Exchange a device for another box”")


class Restore:
    """One device, an older version."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the device."""
        return devices_of(county, playbook, names)

    @staticmethod
    def _version(work: Work) -> Version:
        (device,) = work.names
        return history.at(work.settings, device, work.values["at"], "at")

    def look(self, work: Work) -> Iterator[str]:
        """Yield the version, and what leads to it from what the device runs now."""
        may_change(work.actor.name, work.actor.role)
        version = self._version(work)
        found = restore.look(work.settings, version)
        yield translate(_("version {commit} of {at}"), commit=version.commit[:10], at=shown(version.at))
        if found.bare:
            yield translate(BARE, device=version.device)
        elif found.diff:
            yield from indented(found.diff, 200)
        else:
            yield translate(_("the device runs that already"))

    def run(self, work: Work) -> Ended:
        """Plan it and apply the plan. Raises what `restore.plan` raises."""
        may_change(work.actor.name, work.actor.role)
        version = self._version(work)
        return carried(work, lambda wish: restore.plan(work.settings, version, wish))
