"""A change of every day on the network (`playbooks.day2`), by its name in the catalogue there."""

from inventory.model import County
from playbooks.runner.model import Playbook
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard


class ChangeProgram:
    """Has a change looked at, or done as far as it is approved."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices that it lays hold of. Raises BadInput for what it is not for."""
        from playbooks.day2.kinds import change

        return change(playbook).touches(county, playbook, names)

    def run(self, work: Work) -> Ended:
        """Look, or do it. Raises CountyError when it cannot begin."""
        from playbooks.day2.kinds import change

        chosen = change(work.playbook)
        if not work.looks:
            return chosen.run(work)
        found = chosen.look(work)
        if isinstance(found, Ended):
            return found
        for line in found:
            work.heard(Heard(line))
        return Ended(True)
