"""An action on devices or servers that some room offers under `countynet.fixes`; on devices it goes by a plan.

A look has the plan made and says what it would change; the run carries that same plan out, with its own approvals,
guard and backup; a cancel lets no further device begin, and those that are in the middle end under their guard. A
plan that still waits for its approval is no failure of the run's: the run says so and ends.
"""

from countynet.fixes import action, stopped_by
from countynet.i18n import _, translate
from inventory.model import County
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.hosts import servers
from playbooks.servers.run import Heard


class ActionProgram:
    """Has an action looked at, or done."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices that it is about, the access device of each unit; the servers for `action:servers`."""
        if not names and _name(playbook) == "servers":
            return tuple(host.name for host in servers(county))
        return devices_of(county, playbook, names)

    def run(self, work: Work) -> Ended:
        """Look at it; without `looks` also do it. Raises what the action raises."""
        does = action(_name(work.playbook))
        preview = does.check(work.settings, work.names, work.actor, work.plan)
        if work.looks:
            for line in preview.lines or (translate(_("There is nothing to change.")),):
                work.heard(Heard(line))
            return Ended(True, words=preview.waits, plan=preview.plan)
        if preview.waits:
            return Ended(False, words=preview.waits, plan=preview.plan)
        if not preview.changes:
            return Ended(True, words=translate(_("There is nothing to change.")), plan=preview.plan)
        with stopped_by(work.cancelled):
            outcome = does.run(
                work.settings, work.names, preview, work.actor, lambda device, text: work.heard(Heard(text, device))
            )
        return Ended(outcome.good, words=outcome.words, plan=preview.plan)


def _name(playbook: Playbook) -> str:
    return playbook.program.partition(":")[2]
